"""How often something may leave, so that what a provider cannot carry yet stays where it can still be stopped."""

from __future__ import annotations

import time

_AT_ONCE_S = 1.0  # a second's worth may leave in one go
_NOTHING_S = 1e-6  # sums of fractions are never quite even


class Timer:
    """The clock and the wait; tests bring their own."""

    def now(self) -> float:
        """Seconds of a clock that nobody sets."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class RateLimiter:
    """``per_s`` units (segments, calls, messages) a second."""

    def __init__(self, per_s: float) -> None:
        self.per_s = per_s
        self._free_at = float("-inf")

    def wait_s(self, units: int, now: float) -> float:
        """Seconds until ``units`` may leave; 0 when they may now. Whatever is larger than a second's worth waits
        for all before it and then leaves whole.
        """
        ends = self._free_at + units / self.per_s
        wait_s = min(self._free_at - now, ends - now - _AT_ONCE_S)
        return wait_s if wait_s > _NOTHING_S else 0.0

    def take(self, units: int, now: float) -> None:
        """They leave now."""
        self._free_at = max(self._free_at, now) + units / self.per_s
