"""Bodies of requests, read without a thread: each within a size, a time and a least speed, all within a share of the
disk.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO

from .limits import Limits
from .wsgi_call import Receive, Scope


class Refused(Exception):
    """A request that Django is not asked about; ``status`` is the answer, 0 for none."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Bodies:
    """All bodies of one process. Not thread-safe: used by the loop alone."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._left = limits, limits.bodies_bytes
        self._coming = 0
        self._per_client: Counter[str] = Counter()

    @asynccontextmanager
    async def read(self, scope: Scope, receive: Receive, *, client: str = "") -> AsyncIterator[tuple[IO[bytes], int]]:
        """Yield a request's body as a file, with its size; the file is gone afterwards.

        Raise Refused: 400 for a length that is none, 413 too large, 408 too slow, 503 too many at once, 0 given up.
        """
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._limits.body_bytes:
            raise Refused(413 if length.isdigit() else 400)
        size = 0
        with tempfile.SpooledTemporaryFile(max_size=self._limits.body_in_memory) as body:
            try:
                async for part in self._list_parts(receive, client):
                    size += len(part)
                    self._left -= len(part)
                    if size > self._limits.body_bytes or self._left < 0:
                        raise Refused(413 if size > self._limits.body_bytes else 503)
                    body.write(part)
                body.seek(0)
                yield body, size
            finally:
                self._left += size

    async def _list_parts(self, receive: Receive, client: str) -> AsyncIterator[bytes]:
        part, is_last = await _receive_part(receive, within_s=self._limits.body_window_s)
        yield part
        if is_last:
            return
        with self._count(client):
            now = asyncio.get_running_loop().time
            window, ends_at = _Window(self._limits, now()), now() + self._limits.body_s
            while not is_last:
                within_s = min(ends_at, window.ends_at) - now()
                part, is_last = await _receive_part(receive, within_s=within_s)
                window.note(len(part), now())
                yield part

    @contextmanager
    def _count(self, client: str) -> Iterator[None]:
        """Count an upload that is not all here. Raise Refused when there are too many."""
        too_many = client and self._per_client[client] >= self._limits.bodies_per_client
        if self._coming >= self._limits.bodies or too_many:
            raise Refused(503)
        self._coming += 1
        self._per_client[client] += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._per_client[client] -= 1
            if not self._per_client[client]:
                del self._per_client[client]


class _Window:
    """The time in which so many bytes must come; then the next begins."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits, self._came = limits, 0
        self.ends_at = now + limits.body_window_s

    def note(self, size: int, now: float) -> None:
        self._came += size
        if self._came >= self._limits.body_window_bytes:
            self._came, self.ends_at = 0, now + self._limits.body_window_s


async def _receive_part(receive: Receive, *, within_s: float) -> tuple[bytes, bool]:
    """Return the next part and whether it is the last. Raise Refused."""
    try:
        async with asyncio.timeout(within_s):
            event = await receive()
    except TimeoutError:
        raise Refused(408) from None
    if event["type"] == "http.disconnect":
        raise Refused(0)
    return event.get("body", b""), not event.get("more_body")
