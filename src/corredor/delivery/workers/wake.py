"""Tells sending threads of this process that something is due, and the broker, if there is one, for all others.

Whoever hears neither looks again by itself.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.db import transaction

LOOK_AGAIN_S = 0.5  # how long a worker sleeps when nobody wakes it

_something_due = threading.Condition()
_count = 0


def wake_after_commit() -> None:
    """Wake the senders once the rows they are to find are visible to them."""
    transaction.on_commit(wake)


def wake() -> None:
    """Wake every sending thread of this process, and have the broker told. Waits for nobody."""
    global _count
    if settings.BROKER_URL:
        from .broker_notifier import start_broker_notifier  # only then, because Celery takes long to load

        start_broker_notifier(count_before=_count)
    with _something_due:
        _count += 1
        _something_due.notify_all()


def wait(seen: int, *, timeout_s: float | None = LOOK_AGAIN_S) -> int:
    """Sleep until woken or the time is over; returns the count to hand in next time.

    A wake-up between two calls is not missed: the count has moved on.
    """
    with _something_due:
        _something_due.wait_for(lambda: _count != seen, timeout=timeout_s)
        return _count
