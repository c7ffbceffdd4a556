"""The speed of a drill, and that it stops when told to."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from corredor.flows.drill.pace import LONGEST_PAUSE, AsFastAsPossible, Stopped, TimesReal

BEGIN = datetime.fromisoformat("2025-10-03T11:00")


def later(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def test_at_once_asks_nobody():
    AsFastAsPossible().wait(BEGIN, later(600), lambda _: pytest.fail("no sign of life is due"))


def test_the_clock_goes_by_in_between_and_ends_where_it_should():
    seen: list[datetime] = []
    started = time.monotonic()

    TimesReal(3000).wait(BEGIN, later(10), lambda at: not seen.append(at))

    assert time.monotonic() - started >= 0.2
    assert seen[-1] == later(10)


def test_a_night_is_skipped():
    seen: list[datetime] = []

    TimesReal(60_000).wait(BEGIN, later(1200), lambda at: not seen.append(at))

    assert all(at >= later(1200) - LONGEST_PAUSE for at in seen)


def test_it_ends_when_the_database_says_so():
    with pytest.raises(Stopped):
        TimesReal(3000).wait(BEGIN, later(10), lambda _: False)


def test_it_ends_when_this_process_says_so():
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        TimesReal(1, stop=stop).wait(BEGIN, later(10), lambda _: True)


@pytest.mark.parametrize("speed", [0, -1, 1e9])
def test_a_speed_that_cannot_be(speed):
    with pytest.raises(ValueError, match="speed"):
        TimesReal(speed)
