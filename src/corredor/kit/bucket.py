"""A limit for a whole process: so many at once, so many a second, whoever asks; nobody's address is looked at."""

from __future__ import annotations

import threading
import time


class Bucket:
    """Holds at most ``most`` turns and gains ``per_s`` each second. Safe to share between threads."""

    def __init__(self, *, per_s: float, most: float) -> None:
        self._per_s, self._most, self._left = per_s, most, most
        self._filled_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Use one turn, or say that there is none."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._filled_at) * self._per_s)
            self._filled_at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
