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
    acquired = _try_acquire(name, began, most)
    try:
        yield acquired
    finally:
        if acquired:
            LeaderLease.objects.filter(pk=name, holder=process_name()).update(holder="", until=began + each)


def _try_acquire(name: str, now: datetime, most: timedelta) -> bool:
    lease = LeaderLease.objects.filter(pk=name).first()
    if lease is None:
        LeaderLease.objects.bulk_create([LeaderLease(name=name, until=_NEVER)], ignore_conflicts=True)
    free = Q(until__lte=now)
    if lease and lease.holder and is_dead(lease.holder):
        free |= Q(holder=lease.holder)
    elif lease and lease.until > now:
        return False  # checked without a write, because every process polls
    return bool(LeaderLease.objects.filter(free, pk=name).update(holder=process_name(), until=now + most))


def try_writing() -> None:
    """Write one small row, to test whether the database accepts writes. Raise OperationalError if not."""
    LeaderLease.objects.update_or_create(pk="try", defaults={"until": database_now()})
