"""Circuit breaker per provider, stored in the database and shared by all workers.

Workers record the outcomes of each batch. A provider with only faults (time-outs, 5xx) for longer than
PROVIDER_PATIENCE_S has an open circuit: its failover provider takes over, if one is set. Every TRY_AGAIN_AFTER a probe
of a few messages goes through the failing provider (half-open); any response closes the circuit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q

from corredor.channels.base import PACED, Outcome, Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, ProviderHealth, Route, Sendable, TransactionalMessage
from corredor.delivery.queries import get_routes
from corredor.incidents.timeline import record

COUNT_FOR = timedelta(minutes=15)
TRY_AGAIN_AFTER = timedelta(seconds=30)
PROBE = 5  # messages sent through a failing provider to test whether it is back
_WRITE_EACH_S = 2.0
log = logging.getLogger(__name__)
_KINDS: tuple[type[Sendable], ...] = (Delivery, TransactionalMessage)


class HealthLog:
    """One sender's outcome counts of one provider, flushed to the database every few seconds. Not thread-safe."""

    def __init__(self) -> None:
        self._provider = ""
        self._answers = self._faults = 0
        self._fault_code = ""
        self._written = 0.0
        self._was_ok: bool | None = None

    def note(self, provider: str, outcomes: Iterable[Outcome], *, now: datetime) -> None:
        """Count outcomes. Flush now when faults begin, continue or end, else every _WRITE_EACH_S."""
        if provider != self._provider:
            self.flush(now=now)
            self._provider, self._was_ok = provider, None
        for outcome in outcomes:
            if outcome.code == PACED:
                continue  # held back by our own rate limit: the provider was not called
            if outcome.result is Result.RETRY:
                self._faults += 1
                self._fault_code = outcome.code
            else:
                self._answers += 1
        if not self._answers + self._faults:
            return
        is_ok = self._answers > 0
        if is_ok != self._was_ok or not is_ok or time.monotonic() - self._written > _WRITE_EACH_S:
            self._was_ok = is_ok
            self.flush(now=now)

    def flush(self, *, now: datetime) -> None:
        """Write the counts since the last flush."""
        if self._provider and self._answers + self._faults:
            try:
                note_health(self._provider, answers=self._answers, faults=self._faults, code=self._fault_code, now=now)
            except DatabaseError:
                # a lost count matters less than sending
                log.warning("the record of %s could not be written", self._provider)
        self._answers = self._faults = 0
        self._written = time.monotonic()


@transaction.atomic
def note_health(provider: str, *, answers: int, faults: int, code: str, now: datetime) -> None:
    """Add counts to a provider's record. Any response closes the circuit; only faults without a response open it."""
    row, _ = ProviderHealth.objects.select_for_update().get_or_create(provider=provider, defaults={"counted_from": now})
    if row.counted_from < now - COUNT_FOR:
        row.counted_from, row.answers, row.faults = now, 0, 0
    row.answers += answers
    row.faults += faults
    if answers:
        row.answered_at, row.failing_since, row.try_again_at = now, None, None
    elif faults:
        row.fault_code = code[:20]
        row.failing_since = row.failing_since or now
    row.save()


def choose_provider(*, channel: str, now: datetime) -> tuple[str, int | None]:
    """Return (provider of a channel, batch size or None for no limit).

    The routed provider, or its failover while the first provider's circuit is open. The failover has no circuit
    breaker: if both fail, messages wait as they would for one.
    """
    first = get_routes()[channel]
    route = Route.objects.filter(channel=channel, provider=first).exclude(failover="").first()
    if route is None or not _is_failing(first, now):
        return first, None
    probe_due = ProviderHealth.objects.filter(Q(try_again_at=None) | Q(try_again_at__lte=now), provider=route.provider)
    just_opened = probe_due.filter(try_again_at=None).update(try_again_at=now + TRY_AGAIN_AFTER)
    if just_opened:
        _fail_over(route, now)
    elif probe_due.update(try_again_at=now + TRY_AGAIN_AFTER):
        return route.provider, PROBE
    return route.failover, None


def list_health() -> dict[str, ProviderHealth]:
    """Return the records by provider."""
    return {row.provider: row for row in ProviderHealth.objects.all()}


def is_circuit_open(row: ProviderHealth | None, *, now: datetime) -> bool:
    """Return whether a provider has had only faults for longer than PROVIDER_PATIENCE_S."""
    return bool(row and row.failing_since and row.failing_since <= now - _open_after())


def _is_failing(provider: str, now: datetime) -> bool:
    return is_circuit_open(ProviderHealth.objects.filter(provider=provider).first(), now=now)


@transaction.atomic
def _fail_over(route: Route, now: datetime) -> None:
    """Make retries of the failing provider due now: the failover can send them."""
    for model in _KINDS:
        model._default_manager.filter(
            state=SendState.DUE, channel=route.channel, provider=route.provider, attempts__gt=0, due_at__gt=now
        ).update(due_at=now)
    record(kind="channel.passed_over", now=now, channel=route.channel, provider=route.provider, failover=route.failover)


def _open_after() -> timedelta:
    return timedelta(seconds=settings.CORREDOR_PROVIDER_PATIENCE_S)
