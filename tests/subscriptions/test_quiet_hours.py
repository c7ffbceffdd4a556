"""Quiet hours: the first minute is included, the last is not, and they may span midnight."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.queries import in_quiet_hours, next_local_time
from tests.factories import make_neighbours

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "local", "is_quiet"),
    [
        (time(22), time(7), time(21, 59, 59), False),
        (time(22), time(7), time(22), True),
        (time(22), time(7), time(0), True),
        (time(22), time(7), time(6, 59, 59), True),
        (time(22), time(7), time(7), False),
        (time(22), time(7), time(12), False),
        (time(13), time(15), time(12, 59, 59), False),
        (time(13), time(15), time(13), True),
        (time(13), time(15), time(14, 59, 59), True),
        (time(13), time(15), time(15), False),
        (time(13), time(15), time(23), False),
        (time(9), time(9), time(9), False),
        (None, None, time(3), False),
    ],
)
def test_the_window_holds_from_its_start_up_to_its_end(start, end, local, is_quiet):
    make_neighbours(1, quiet_from=start, quiet_until=end)

    assert ContactMethod.objects.filter(in_quiet_hours(local=local)).exists() is is_quiet


@pytest.mark.parametrize(
    ("at", "now", "expected"),
    [
        (time(7), "2025-10-04T02:00", "2025-10-04T07:00"),
        (time(7), "2025-10-04T23:00", "2025-10-05T07:00"),
        (time(7), "2025-10-04T07:00", "2025-10-05T07:00"),
        (time(6, 30), "2025-10-04T06:29:59.000005", "2025-10-04T06:30"),
    ],
)
def test_the_next_time_the_clock_shows_it(at, now, expected):
    now, expected = (datetime.fromisoformat(one).replace(tzinfo=CHICAGO) for one in (now, expected))
    assert next_local_time(at=at, now_local=now) == expected
