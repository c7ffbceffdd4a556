"""Reads of the delivery stage."""

from __future__ import annotations

from collections import defaultdict
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
    """How far an alert has come. Counts by state, and the same by way."""

    by_state: dict[str, int]
    by_channel: dict[str, dict[str, int]] = field(default_factory=dict)
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    delivered: int = 0  # the phone or its carrier has said so; e-mail never does

    @property
    def total(self) -> int:
        """Everyone it was meant for; texts held for pushes that do not arrive are nobody's first."""
        return sum(self.by_state.values()) - self.held - self.by_state.get(SendState.SPARED, 0)

    @property
    def held(self) -> int:
        """Texts that wait to see whether a push arrives."""
        return self.by_state.get(SendState.WAITING, 0)

    @property
    def sent(self) -> int:
        """Accepted by a provider."""
        return self.by_state.get(SendState.SENT, 0)

    @property
    def waiting(self) -> int:
        """Not settled yet."""
        return self.by_state.get(SendState.DUE, 0) + self.by_state.get(SendState.CLAIMED, 0)

    @property
    def is_under_way(self) -> bool:
        """Whether anything of it may still leave."""
        return self.waiting + self.held > 0


def get_progress(*, alert_id: int) -> Progress:
    """Progress of one alert."""
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


def count_asked(*, address_id: int, since: datetime) -> int:
    """How many times an address was asked to say yes."""
    return TransactionalMessage.objects.filter(
        address_id=address_id, kind=TransactionalKind.CONFIRM, due_at__gte=since
    ).count()


def count_questions(*, channel: str, since: datetime) -> int:
    """How many addresses of a way were asked to say yes."""
    return TransactionalMessage.objects.filter(
        channel=channel, kind=TransactionalKind.CONFIRM, due_at__gte=since
    ).count()


def get_routes() -> dict[str, str]:
    """Provider by way; ``null`` where no steward has turned anything on, ``drill_sink`` for drills."""
    routes: dict[str, str] = {channel: "null" for channel in Channel.values}
    routes.update(Route.objects.values_list("channel", "provider"))
    routes[Channel.DRILL] = "drill_sink"  # no switch can point a drill anywhere else
    return routes


def get_sms_form() -> str:
    """The form in which the transport of text messages writes them; it decides how many parts a text takes."""
    return str(settings.CORREDOR_PROVIDERS.get(get_routes()[Channel.SMS], {}).get("form", "standard"))


def get_seconds() -> dict[str, str]:
    """By way, the provider that takes over while the first cannot; only where a steward named one."""
    return dict(Route.objects.exclude(failover="").values_list("channel", "failover"))


def is_halted() -> bool:
    """Whether the kill switch is on: by a row for everybody, or by the file that comes before it."""
    return halt_file.is_pulled() or Halt.objects.filter(ended_at=None).exists()


def get_halt() -> Halt | None:
    """The halt that is in force, with who began it."""
    return Halt.objects.filter(ended_at=None).select_related("begun_by").order_by("begun_at").first()
