"""Leader lease: run a periodic job in one process, however many could run it, on any number of machines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from corredor.delivery.clock import database_now
from corredor.delivery.models import LeaderLease

from .names import is_dead, process_name

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@contextlib.contextmanager
def acquire_lease(name: str, *, each: timedelta, most: timedelta) -> Iterator[bool]:
    """Yield True if this process holds the lease; then no other process acquires it before ``each`` has passed.

    ``most`` is the lease's duration: after that a holder on another machine counts as dead.
    """
    began = database_now()
    mine = _begin(name, began, most)
    try:
        yield mine
    finally:
        if mine:
            LeaderLease.objects.filter(pk=name, holder=process_name()).update(holder="", until=began + each)


def _begin(name: str, now: datetime, most: timedelta) -> bool:
    turn = LeaderLease.objects.filter(pk=name).first()
    if turn is None:
        LeaderLease.objects.bulk_create([LeaderLease(name=name, until=_NEVER)], ignore_conflicts=True)
    free = Q(until__lte=now)
    if turn and turn.holder and is_dead(turn.holder):
        free |= Q(holder=turn.holder)
    elif turn and turn.until > now:
        return False  # checked without a write, because every process polls
    return bool(LeaderLease.objects.filter(free, pk=name).update(holder=process_name(), until=now + most))


def try_writing() -> None:
    """Write one small row, to test whether the database accepts writes. Raise OperationalError if not."""
    LeaderLease.objects.update_or_create(pk="try", defaults={"until": database_now()})
