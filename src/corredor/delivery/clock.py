"""The queue's clock: the database server's time, so that a wrong host clock neither loses nor repeats messages.

A worker whose clock is an hour ahead would claim rows early, declare live workers dead and expire valid rows. Between
two queries the time is extrapolated with the monotonic clock, which no clock adjustment affects.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

SAMPLE_EACH_S = 10.0
_SLACK = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float  # monotonic seconds
    database: datetime
    ahead: timedelta  # this machine's clock minus the database's


_lock = threading.Lock()
_last: dict[str, _Sample] = {}  # by database name: tests switch databases


def database_now() -> datetime:
    """Return the database's time, within some milliseconds. On SQLite: this machine's time."""
    if connection.vendor != "postgresql":
        return timezone.now()
    sample = _get_sample()
    return sample.database + timedelta(seconds=time.monotonic() - sample.at)


def measure_clock_offset() -> timedelta:
    """Return how far this machine's clock is ahead of the database's; negative when behind. Not cached."""
    return _take_sample().ahead if connection.vendor == "postgresql" else timedelta(0)


def cap_at_database_now(now: datetime) -> datetime:
    """Return ``now``, capped at the database's time: with the web host's clock ahead, a row would wait for no reason.

    50 ms early, because two machines know the database's time only within some milliseconds.
    """
    return now if connection.vendor != "postgresql" else min(now, database_now() - _SLACK)


def _get_sample() -> _Sample:
    sample = _last.get(connection.settings_dict["NAME"])
    return sample if sample and 0 <= time.monotonic() - sample.at < SAMPLE_EACH_S else _take_sample()


def _take_sample() -> _Sample:
    before = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database: datetime = cursor.fetchone()[0]
    after, host = time.monotonic(), timezone.now()
    half = timedelta(seconds=(after - before) / 2)  # the server read its clock half a round trip ago
    sample = _Sample(after, database + half, host - database - half)
    with _lock:
        _last[connection.settings_dict["NAME"]] = sample
    return sample
