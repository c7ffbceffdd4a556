"""Wake-up signal: tells sending threads of this process, the sender process beside the pages, and workers elsewhere
through the broker, that rows are due.

Workers that miss every signal poll.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

POLL_EACH_S = 0.5  # poll interval without a wake-up

_something_due = threading.Condition()
_count = 0
_passed_on: list[Callable[[], object]] = []


def pass_on_to(call: Callable[[], object]) -> None:
    """Have every wake-up of this process call ``call`` too, which must neither block nor raise."""
    _passed_on.append(call)


def pass_on_to_nobody() -> None:
    """Undo ``pass_on_to``."""
    _passed_on.clear()


def wake_after_commit() -> None:
    """Wake the senders after commit, once their rows are visible to them."""
    transaction.on_commit(wake)


def wake() -> None:
    """Wake every sending thread of this process, whom it passes wake-ups on to, and the broker notifier. Does not
    block.
    """
    global _count
    if settings.BROKER_URL:
        from .broker_notifier import start_broker_notifier  # only here, because importing Celery is slow

        start_broker_notifier(count_before=_count)
    with _something_due:
        _count += 1
        _something_due.notify_all()
    for call in _passed_on:
        call()


def wait(seen: int, *, timeout_s: float | None = POLL_EACH_S) -> int:
    """Block until woken or timed out; return the counter to pass next time.

    A wake-up between two calls is not missed: the counter has moved on.
    """
    with _something_due:
        _something_due.wait_for(lambda: _count != seen, timeout=timeout_s)
        return _count
