"""The stewards' page of sending: held alerts, providers' results, dead addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from corredor.alerts.enums import HoldReason
from corredor.alerts.queries import list_held_alerts
from corredor.delivery.providers.rates import get_rates
from corredor.delivery.queries import get_halt, get_routes
from corredor.delivery.reports import (
    INVALID_WITHIN,
    Health,
    count_invalid_addresses,
    list_health,
    list_invalid_addresses,
)
from corredor.subscriptions.enums import Channel
from corredor.web.delivery_words import say_code, say_pace, say_seconds

from .access import for_stewards
from .channel_words import name_provider

_BAD_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class HealthView:
    """One provider on the page, in words."""

    channel: str
    provider: str
    last_success_at: datetime | None
    answers: int
    failed: str
    gone: str
    latency: str
    slowest: str
    pace: str
    waiting: int
    retried: int
    is_bad: bool


@for_stewards
def sending(request: HttpRequest) -> HttpResponse:
    """Show held alerts, providers' results, and dead addresses."""
    now = timezone.now()
    context = {
        "halt": get_halt(),
        "frozen": [(alert, HoldReason(alert.held_for).label) for alert in list_held_alerts()],
        "health": [_show(health) for health in list_health(routes=get_routes(), now=now)],
        "dead_counts": [
            (str(Channel(channel).label), count) for channel, count in count_invalid_addresses(now=now).items()
        ],
        "dead": [
            (code, str(Channel(channel).label), at, name_provider(provider), say_code(provider))
            for code, channel, at, provider, provider in list_invalid_addresses(now=now)
        ],
        "dead_days": INVALID_WITHIN.days,
    }
    return render(request, "steward/sending.html", context)


def _show(health: Health) -> HealthView:
    pace = get_rates().get(health.provider)
    return HealthView(
        channel=str(Channel(health.channel).label),
        provider=name_provider(health.provider),
        last_success_at=health.last_success_at,
        answers=health.answers,
        failed=f"{health.failed_share:.0%}",
        gone=f"{health.invalid_share:.0%}",
        latency=say_seconds(health.latency_s) if health.latency_s is not None else "",
        slowest=say_seconds(health.slowest_s) if health.slowest_s is not None else "",
        pace=say_pace(pace.per_s, is_text=health.channel == Channel.SMS) if pace and pace.per_s else "",
        waiting=health.waiting,
        retried=health.retried,
        is_bad=health.failed_share > _BAD_SHARE or bool(health.retried),
    )
