"""Reads of the delivery stage: progress of an alert, opt-in request counts, routes, the halt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from corredor.subscriptions.enums import Channel

from . import halt_file
from .enums import ReceiptState, SendState, TransactionalKind
from .models import Delivery, Halt, Route, TransactionalMessage


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of an alert: counts by state, and by channel and state."""

    by_state: dict[str, int]
    by_channel: dict[str, dict[str, int]] = field(default_factory=dict)
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    delivered: int = 0  # confirmed by a delivery receipt; e-mail has none

    @property
    def total(self) -> int:
        """Number of recipients. Fallback texts that are held or not needed duplicate a push and do not count."""
        return sum(self.by_state.values()) - self.held - self.by_state.get(SendState.SPARED, 0)

    @property
    def held(self) -> int:
        """Fallback texts that wait for a push receipt."""
        return self.by_state.get(SendState.WAITING, 0)

    @property
    def sent(self) -> int:
        """Accepted by a provider."""
        return self.by_state.get(SendState.SENT, 0)

    @property
    def waiting(self) -> int:
        """Unsettled: due or claimed."""
        return self.by_state.get(SendState.DUE, 0) + self.by_state.get(SendState.CLAIMED, 0)

    @property
    def is_under_way(self) -> bool:
        """True while anything of it may still be sent."""
        return self.waiting + self.held > 0


def get_progress(*, alert_id: int) -> Progress:
    """Return the progress of one alert."""
    rows = Delivery.objects.filter(alert_id=alert_id)
    by_state: dict[str, int] = defaultdict(int)
    by_channel: dict[str, dict[str, int]] = defaultdict(dict)
    delivered = 0
    arrived = Count("pk", filter=Q(receipt=ReceiptState.DELIVERED))
    counts = rows.values_list("channel", "state").annotate(n=Count("pk"), arrived=arrived).order_by()
    for channel, state, count, there in counts:
        by_state[state] += count
        by_channel[channel][state] = count
        delivered += there
    times = rows.filter(state=SendState.SENT).aggregate(first=Min("settled_at"), last=Max("settled_at"))
    return Progress(dict(by_state), dict(by_channel), times["first"], times["last"], delivered)


def count_opt_in_requests(*, address_id: int, since: datetime) -> int:
    """Return the number of opt-in requests sent to an address."""
    return TransactionalMessage.objects.filter(
        address_id=address_id, kind=TransactionalKind.CONFIRM, due_at__gte=since
    ).count()


def count_channel_opt_in_requests(*, channel: str, since: datetime) -> int:
    """Return the number of opt-in requests sent on a channel."""
    return TransactionalMessage.objects.filter(
        channel=channel, kind=TransactionalKind.CONFIRM, due_at__gte=since
    ).count()


def get_routes() -> dict[str, str]:
    """Return the provider by channel: ``null`` until a steward turns it on, ``drill_sink`` for drills."""
    routes: dict[str, str] = {channel: "null" for channel in Channel.values}
    routes.update(Route.objects.values_list("channel", "provider"))
    routes[Channel.DRILL] = "drill_sink"  # fixed: no route can point a drill at a real provider
    return routes


def get_sms_form() -> str:
    """Return the SMS provider's text form (``standard`` or another); it decides the number of segments."""
    return sms_form_of(get_routes())


def sms_form_of(routes: Mapping[str, str]) -> str:
    """The same, with the routes already read."""
    return str(settings.CORREDOR_PROVIDERS.get(routes[Channel.SMS], {}).get("form", "standard"))


def get_failovers() -> dict[str, str]:
    """Return the failover provider by channel, where a steward set one."""
    return dict(Route.objects.exclude(failover="").values_list("channel", "failover"))


def is_halted() -> bool:
    """True while a halt is in force: the stored row, or the flag file that precedes it."""
    return halt_file.exists() or Halt.objects.filter(ended_at=None).exists()


def get_halt() -> Halt | None:
    """Return the halt in force, with the person who began it."""
    return Halt.objects.filter(ended_at=None).select_related("begun_by").order_by("begun_at").first()
