"""Provider statistics, counts of invalid addresses, and the trace of every message of an alert.

No read here returns an address: each row has a pseudonymous code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from operator import itemgetter
from statistics import median, quantiles

from django.conf import settings
from django.db.models import Count, Max, QuerySet

from corredor.kit import ids
from corredor.subscriptions.enums import Channel

from .enums import SendState
from .models import Delivery, Sendable, TransactionalMessage

LATEST = 500  # settled rows of each table that provider statistics are computed from
LOOKS_BACK = timedelta(days=7)
INVALID_WITHIN = timedelta(days=30)
MAX_INVALID = 50
_ANSWERED = (SendState.SENT, SendState.INVALID_ADDRESS, SendState.FAILED)


@dataclass(frozen=True, slots=True)
class Health:
    """Statistics of one provider. Shares are of its latest outcomes; latency is from claim to outcome, in seconds."""

    channel: str
    provider: str
    last_success_at: datetime | None
    answers: int
    failed_share: float
    invalid_share: float
    latency_s: float | None
    slowest_s: float | None  # 95th percentile
    waiting: int
    retried: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One message to one person, pseudonymous."""

    code: str
    channel: str
    language: str
    state: str
    due_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    attempts: int
    provider: str
    provider_code: str
    segments: int
    outcome_unknown: bool


def row_code(kind: str, pk: int) -> str:
    """Return a row's pseudonymous code: keyed, so that ids cannot be enumerated."""
    return ids.code_of(f"{kind}:{pk}", pepper=settings.CODE_PEPPER, length=8)


def list_health(*, routes: dict[str, str], now: datetime) -> list[Health]:
    """Return every provider that is routed or was used in the last LOOKS_BACK; drills left out."""
    since = now - LOOKS_BACK
    used: set[tuple[str, str]] = {(channel, routes[channel]) for channel in routes if routes[channel] != "null"}
    for model in (Delivery, TransactionalMessage):
        rows = model._default_manager.filter(settled_at__gte=since).exclude(provider__in=["", "null"])
        used.update(rows.order_by().values_list("channel", "provider").distinct())
    return [_measure(channel, provider, since) for channel, provider in sorted(used) if channel != Channel.DRILL]


def count_invalid_addresses(*, now: datetime) -> dict[str, int]:
    """Count addresses found invalid within INVALID_WITHIN by channel; the addresses themselves are erased."""
    counts = Counter[str]()
    for rows in _invalid(now):
        for channel, count in rows.order_by().values_list("channel").annotate(n=Count("pk")):
            counts[channel] += count
    return dict(sorted(counts.items()))


def list_invalid_addresses(*, now: datetime) -> list[tuple[str, str, datetime, str, str]]:
    """Return (row code, channel, time, provider, provider's code) of the newest invalid addresses, newest first."""
    found = [
        (row_code(rows.model._meta.model_name or "", pk), channel, at, provider, code)
        for rows in _invalid(now)
        for pk, channel, at, provider, code in rows.order_by("-settled_at").values_list(
            "pk", "channel", "settled_at", "provider", "code"
        )[:MAX_INVALID]
        if at is not None
    ]
    return sorted(found, key=itemgetter(2), reverse=True)[:MAX_INVALID]


def list_traces(
    *, alert_id: int, state: str = "", channel: str = "", first: int = 0, most: int = 50
) -> tuple[list[Trace], int]:
    """Return (one page of an alert's messages, total): most attempts first, then newest."""
    rows = Delivery.objects.filter(alert_id=alert_id)
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    some = rows.order_by("-attempts", "-pk")[first : first + most]
    return [_trace(row) for row in some], rows.count()


def _trace(row: Delivery) -> Trace:
    return Trace(
        code=row_code("delivery", row.pk),
        channel=row.channel,
        language=row.language,
        state=row.state,
        due_at=row.due_at,
        claimed_at=row.claimed_at,
        settled_at=row.settled_at,
        attempts=row.attempts,
        provider=row.provider,
        provider_code=row.code,
        segments=row.segments,
        outcome_unknown=row.outcome_unknown,
    )


def _invalid(now: datetime) -> Sequence[QuerySet[Sendable]]:
    return [
        model._default_manager.filter(state=SendState.INVALID_ADDRESS, settled_at__gte=now - INVALID_WITHIN).exclude(
            channel=Channel.DRILL
        )
        for model in (Delivery, TransactionalMessage)
    ]


def _measure(channel: str, provider: str, since: datetime) -> Health:
    models = (Delivery, TransactionalMessage)
    mine = [model._default_manager.filter(channel=channel, provider=provider) for model in models]
    times = [rows.filter(state=SendState.SENT).aggregate(at=Max("settled_at"))["at"] for rows in mine]
    answered = [
        rows.filter(state__in=_ANSWERED, settled_at__gte=since)
        .order_by("-settled_at")
        .values_list("state", "claimed_at", "settled_at")[:LATEST]
        for rows in mine
    ]
    latest = sorted(chain(*answered), key=itemgetter(2), reverse=True)[:LATEST]
    states = Counter(state for state, _, _ in latest)
    waits = [(done - claimed).total_seconds() for _, claimed, done in latest if claimed and done]
    due = [model._default_manager.filter(channel=channel, state=SendState.DUE) for model in models]
    return Health(
        channel=channel,
        provider=provider,
        last_success_at=max((at for at in times if at), default=None),
        answers=len(latest),
        failed_share=states[SendState.FAILED] / len(latest) if latest else 0.0,
        invalid_share=states[SendState.INVALID_ADDRESS] / len(latest) if latest else 0.0,
        latency_s=median(waits) if waits else None,
        slowest_s=quantiles(waits, n=20)[-1] if len(waits) > 1 else None,
        waiting=sum(rows.count() for rows in due),
        retried=sum(rows.filter(attempts__gt=0).count() for rows in due),
    )
