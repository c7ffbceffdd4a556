"""What time it is for the queue: the database's own clock, so that no machine's wrong clock loses or repeats anything.

A worker whose clock is an hour ahead would take rows early, call living workers dead, and expire what still
holds. Between two looks at the database the time is carried on by the monotonic clock, which nobody sets.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

LOOK_EACH_S = 10.0
_SLACK = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class _Look:
    at: float  # monotonic seconds
    database: datetime
    ahead: timedelta  # this machine's clock minus the database's


_lock = threading.Lock()
_last: dict[str, _Look] = {}  # by database: tests open another one


def database_now() -> datetime:
    """The database's time, right to some milliseconds. SQLite has none of its own: there it is this machine's."""
    if connection.vendor != "postgresql":
        return timezone.now()
    look = _get_look()
    return look.database + timedelta(seconds=time.monotonic() - look.at)


def measure_ahead() -> timedelta:
    """How far this machine's clock is ahead of the database's; negative when behind. Asks anew."""
    return _look().ahead if connection.vendor == "postgresql" else timedelta(0)


def not_later(now: datetime) -> datetime:
    """A page's time for what is due at once: with its clock ahead the row would wait for no reason.

    A little early, because two machines know the database's time to some milliseconds only.
    """
    return now if connection.vendor != "postgresql" else min(now, database_now() - _SLACK)


def _get_look() -> _Look:
    look = _last.get(connection.settings_dict["NAME"])
    return look if look and 0 <= time.monotonic() - look.at < LOOK_EACH_S else _look()


def _look() -> _Look:
    before = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database: datetime = cursor.fetchone()[0]
    after, here = time.monotonic(), timezone.now()
    half = timedelta(seconds=(after - before) / 2)  # the answer was true half a round trip ago
    look = _Look(after, database + half, here - database - half)
    with _lock:
        _last[connection.settings_dict["NAME"]] = look
    return look
