"""Health of providers: one that answers nothing but faults is passed over for its second, and tried again by itself.

Senders note what each batch came to. A provider that has given only faults for some time steps back while there is
a second one; now and then a few messages go by it again, and its first answer brings everything back.
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
PROBE = 5  # messages that go by a failing provider to see whether it is back
_WRITE_EACH_S = 2.0
log = logging.getLogger(__name__)
_KINDS: tuple[type[Sendable], ...] = (Delivery, TransactionalMessage)


class HealthLog:
    """What one sender saw of one provider, written down now and then. Used by one thread."""

    def __init__(self) -> None:
        self._provider = ""
        self._answers = self._faults = 0
        self._fault_code = ""
        self._written = 0.0
        self._was_well: bool | None = None

    def note(self, provider: str, outcomes: Iterable[Outcome], *, now: datetime) -> None:
        """Count outcomes; written at once when faults begin or end, else every few seconds."""
        if provider != self._provider:
            self.flush(now=now)
            self._provider, self._was_well = provider, None
        for outcome in outcomes:
            if outcome.code == PACED:
                continue  # our own pace held it back: nobody was asked
            if outcome.result is Result.RETRY:
                self._faults += 1
                self._fault_code = outcome.code
            else:
                self._answers += 1
        if not self._answers + self._faults:
            return
        is_well = self._answers > 0
        if is_well != self._was_well or not is_well or time.monotonic() - self._written > _WRITE_EACH_S:
            self._was_well = is_well
            self.flush(now=now)

    def flush(self, *, now: datetime) -> None:
        """Write down what has been counted since the last time."""
        if self._provider and self._answers + self._faults:
            try:
                note_health(self._provider, answers=self._answers, faults=self._faults, code=self._fault_code, now=now)
            except DatabaseError:
                log.warning("the record of %s could not be written", self._provider)  # sending matters more
        self._answers = self._faults = 0
        self._written = time.monotonic()


@transaction.atomic
def note_health(provider: str, *, answers: int, faults: int, code: str, now: datetime) -> None:
    """Add to a provider's record. Any answer ends its failing, nothing but faults begin it."""
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
    """What carries a way now, and how many messages at most (None: as many as it takes).

    The first provider, or its second while the first has answered nothing but faults for PROVIDER_PATIENCE_S. The
    second is not judged: if both fail the messages wait, as they would for one.
    """
    first = get_routes()[channel]
    route = Route.objects.filter(channel=channel, provider=first).exclude(failover="").first()
    if route is None or not _is_failing(first, now):
        return first, None
    free = ProviderHealth.objects.filter(Q(try_again_at=None) | Q(try_again_at__lte=now), provider=route.provider)
    first_time = free.filter(try_again_at=None).update(try_again_at=now + TRY_AGAIN_AFTER)
    if first_time:
        _step_back(route, now)
    elif free.update(try_again_at=now + TRY_AGAIN_AFTER):
        return route.provider, PROBE
    return route.failover, None


def list_health() -> dict[str, ProviderHealth]:
    """Records by provider."""
    return {row.provider: row for row in ProviderHealth.objects.all()}


def is_circuit_open(row: ProviderHealth | None, *, now: datetime) -> bool:
    """Whether a provider has failed for so long that a second one would take its place."""
    return bool(row and row.failing_since and row.failing_since <= now - _patience())


def _is_failing(provider: str, now: datetime) -> bool:
    return is_circuit_open(ProviderHealth.objects.filter(provider=provider).first(), now=now)


@transaction.atomic
def _step_back(route: Route, now: datetime) -> None:
    """What waits for another try by the failing provider need not wait any longer."""
    for model in _KINDS:
        model._default_manager.filter(
            state=SendState.DUE, channel=route.channel, provider=route.provider, attempts__gt=0, due_at__gt=now
        ).update(due_at=now)
    record(kind="channel.passed_over", now=now, channel=route.channel, provider=route.provider, failover=route.failover)


def _patience() -> timedelta:
    return timedelta(seconds=settings.CORREDOR_PROVIDER_PATIENCE_S)
