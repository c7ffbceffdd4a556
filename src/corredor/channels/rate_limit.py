"""Client-side rate limit, so that messages above a provider's rate stay in the queue, where they can be halted."""

from __future__ import annotations

import time

_BURST_S = 1.0  # burst: one second's worth
_TOLERANCE_S = 1e-6  # tolerance for rounding of fractions


class Timer:
    """Clock and sleep; replaceable in tests."""

    def now(self) -> float:
        """Return the monotonic clock, in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for ``seconds``."""
        time.sleep(seconds)


class RateLimiter:
    """Token bucket of ``per_s`` units (segments, calls, messages) per second."""

    def __init__(self, per_s: float) -> None:
        self.per_s = per_s
        self._free_at = float("-inf")

    def wait_s(self, units: int, now: float) -> float:
        """Return the seconds until ``units`` may leave; 0 if they may now.

        More than a second's worth waits for all units before it and then leaves whole.
        """
        ends = self._free_at + units / self.per_s
        wait_s = min(self._free_at - now, ends - now - _BURST_S)
        return wait_s if wait_s > _TOLERANCE_S else 0.0

    def take(self, units: int, now: float) -> None:
        """Consume ``units`` tokens."""
        self._free_at = max(self._free_at, now) + units / self.per_s
