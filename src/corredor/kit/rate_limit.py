"""Rate limit (token bucket) for a whole process or for each key; holds no addresses."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict


class TokenBucket:
    """Token bucket: capacity ``most``, refilled by ``per_s`` tokens a second. Thread-safe."""

    def __init__(self, *, per_s: float, most: float) -> None:
        self._per_s, self._most, self._left = per_s, most, most
        self._filled_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, tokens: float = 1.0) -> bool:
        """Consume ``tokens`` tokens and return True, or return False if there are not enough."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._filled_at) * self._per_s)
            self._filled_at = now
            if self._left < tokens:
                return False
            self._left -= tokens
            return True


class TokenBuckets:
    """A token bucket for each key, in memory. With more than ``keys``, the least recently used is evicted."""

    def __init__(self, *, per_s: float, most: float, keys: int = 20_000) -> None:
        self._per_s, self._most, self._keys = per_s, most, keys
        self._buckets: OrderedDict[bytes, TokenBucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: bytes, tokens: float = 1.0) -> bool:
        """Consume ``tokens`` of the key's tokens and return True, or return False."""
        with self._lock:
            bucket = self._buckets.pop(key, None) or TokenBucket(per_s=self._per_s, most=self._most)
            self._buckets[key] = bucket
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        return bucket.take(tokens)

    def clear(self) -> None:
        """Reset all buckets to full."""
        with self._lock:
            self._buckets.clear()
