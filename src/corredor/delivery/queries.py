"""Reads of the delivery stage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min

from corredor.subscriptions.enums import WayKind

from .enums import NoticeKind, SendState
from .models import Delivery, Halt, Notice, Route


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert has come. Counts by state, and the same by way."""

    by_state: dict[str, int]
    by_way: dict[str, dict[str, int]] = field(default_factory=dict)
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None

    @property
    def total(self) -> int:
        """Everyone it was meant for."""
        return sum(self.by_state.values())

    @property
    def sent(self) -> int:
        """Accepted by a provider."""
        return self.by_state.get(SendState.SENT, 0)

    @property
    def waiting(self) -> int:
        """Not settled yet."""
        return self.by_state.get(SendState.DUE, 0) + self.by_state.get(SendState.CLAIMED, 0)


def get_progress(*, alert_id: int) -> Progress:
    """Progress of one alert."""
    rows = Delivery.objects.filter(alert_id=alert_id)
    by_state: dict[str, int] = defaultdict(int)
    by_way: dict[str, dict[str, int]] = defaultdict(dict)
    for way, state, count in rows.values_list("way", "state").annotate(n=Count("pk")).order_by():
        by_state[state] += count
        by_way[way][state] = count
    times = rows.filter(state=SendState.SENT).aggregate(first=Min("settled_at"), last=Max("settled_at"))
    return Progress(dict(by_state), dict(by_way), times["first"], times["last"])


def count_asked(*, address_id: int, since: datetime) -> int:
    """How many times an address was asked to say yes."""
    return Notice.objects.filter(address_id=address_id, kind=NoticeKind.CONFIRM, due_at__gte=since).count()


def get_routes() -> dict[str, str]:
    """Transport by way; ``blackhole`` where no steward has turned anything on, ``drill_sink`` for drills."""
    routes: dict[str, str] = {way: "blackhole" for way in WayKind.values}
    routes.update(Route.objects.values_list("way", "transport"))
    routes[WayKind.DRILL] = "drill_sink"  # no switch can point a drill anywhere else
    return routes


def is_halted() -> bool:
    """Whether the kill switch is on."""
    return Halt.objects.filter(ended_at=None).exists()


def get_halt() -> Halt | None:
    """The halt that is in force, with who began it."""
    return Halt.objects.filter(ended_at=None).select_related("begun_by").order_by("begun_at").first()
