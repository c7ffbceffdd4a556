"""A limit for a whole process: so many at once, so many a second, whoever asks; nobody's address is looked at."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict


class TokenBucket:
    """Holds at most ``most`` turns and gains ``per_s`` each second. Safe to share between threads."""

    def __init__(self, *, per_s: float, most: float) -> None:
        self._per_s, self._most, self._left = per_s, most, most
        self._filled_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, turns: float = 1.0) -> bool:
        """Use one turn, or a part of one; or say that there is none."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._filled_at) * self._per_s)
            self._filled_at = now
            if self._left < turns:
                return False
            self._left -= turns
            return True


class TokenBuckets:
    """A bucket for each key, in memory alone. Of more than ``keys`` the one not used for longest is forgotten."""

    def __init__(self, *, per_s: float, most: float, keys: int = 20_000) -> None:
        self._per_s, self._most, self._keys = per_s, most, keys
        self._buckets: OrderedDict[bytes, TokenBucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: bytes, turns: float = 1.0) -> bool:
        """Use one of the key's turns, or say that it has none."""
        with self._lock:
            bucket = self._buckets.pop(key, None) or TokenBucket(per_s=self._per_s, most=self._most)
            self._buckets[key] = bucket
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        return bucket.take(turns)

    def clear(self) -> None:
        """As if nobody had taken any."""
        with self._lock:
            self._buckets.clear()
