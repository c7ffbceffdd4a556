"""Playback speed of a drill: as fast as possible, or a multiple of real time."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(minutes=20)  # in the drill's time; skips the night between two days
_BEAT_S = 5.0

Beat = Callable[[datetime], bool]
"""Heartbeat callback with the drill's local time; returns False when a stop was requested."""


class Stopped(Exception):
    """The drill was stopped before its last step."""


class Pace(ABC):
    """Waits for the drill's time to pass."""

    speed: float | None = None

    @abstractmethod
    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """Return when the drill's clock may show ``end``. Raise Stopped."""


class AsFastAsPossible(Pace):
    """As fast as possible."""

    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """Return immediately."""


class TimesReal(Pace):
    """``speed`` minutes of the drill per real minute."""

    def __init__(self, speed: float, *, stop: threading.Event | None = None) -> None:
        if not 0.1 <= speed <= 100_000:
            raise ValueError("speed must be between 0.1 and 100000")
        self.speed = speed
        self._stop = stop or threading.Event()

    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """Sleep in short intervals with heartbeats."""
        assert self.speed is not None
        begin = max(begin, end - LONGEST_PAUSE)
        started, lasts_s = time.monotonic(), (end - begin).total_seconds() / self.speed
        while (passed := time.monotonic() - started) < lasts_s:
            if self._stop.wait(min(lasts_s - passed, _BEAT_S)):
                raise Stopped
            passed = min(time.monotonic() - started, lasts_s)
            if not beat(begin + timedelta(seconds=passed * self.speed)):
                raise Stopped
