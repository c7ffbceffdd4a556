"""How fast a drill plays: at once, or so many times faster than life."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(minutes=20)  # in the drill's time; the night between two days is skipped
_BEAT_S = 5.0

Beat = Callable[[datetime], bool]
"""Called with the drill's local time as it goes by; False when somebody has asked to stop."""


class Stopped(Exception):
    """Somebody ended the drill before its last step."""


class Pace(ABC):
    """Lets the drill's time go by."""

    speed: float | None = None

    @abstractmethod
    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """Return when the drill's clock may show ``end``. Raises Stopped."""


class AtOnce(Pace):
    """As fast as the machine can."""

    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """No waiting at all."""


class TimesReal(Pace):
    """``speed`` minutes of the drill in one real minute."""

    def __init__(self, speed: float, *, stop: threading.Event | None = None) -> None:
        if not 0.1 <= speed <= 100_000:
            raise ValueError("speed must be between 0.1 and 100000")
        self.speed = speed
        self._stop = stop or threading.Event()

    def wait(self, begin: datetime, end: datetime, beat: Beat) -> None:
        """Sleep in short stretches, with a sign of life in between."""
        assert self.speed is not None
        begin = max(begin, end - LONGEST_PAUSE)
        started, lasts_s = time.monotonic(), (end - begin).total_seconds() / self.speed
        while (passed := time.monotonic() - started) < lasts_s:
            if self._stop.wait(min(lasts_s - passed, _BEAT_S)):
                raise Stopped
            passed = min(time.monotonic() - started, lasts_s)
            if not beat(begin + timedelta(seconds=passed * self.speed)):
                raise Stopped
