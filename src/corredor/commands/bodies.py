"""Bodies of requests, read without a thread: each within a size and a time, all together within a share of the disk."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from .wsgi_call import Receive, Scope

LARGEST = 56 * 1024 * 1024  # above the largest that a page takes, so that a page can say what was wrong
_ALL_TOGETHER = 1024 * 1024 * 1024
_IN_MEMORY = 256 * 1024  # of each; more of it goes to a temporary file
_NEXT_PART_S = 20.0  # how long the next part may take
_WHOLE_S = 600.0


class Refused(Exception):
    """A request that Django is not asked about; ``status`` is the answer, 0 for none."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Bodies:
    """All bodies of one process."""

    def __init__(self, *, all_together: int = _ALL_TOGETHER) -> None:
        self._left = all_together

    @asynccontextmanager
    async def read(self, scope: Scope, receive: Receive) -> AsyncIterator[tuple[IO[bytes], int]]:
        """Yield a request's body as a file, with its size; the file is gone afterwards.

        Raises Refused: 400 for a length that is none, 413 too large, 408 too slow, 503 too many at once, 0 given up.
        """
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > LARGEST:
            raise Refused(413 if length.isdigit() else 400)
        size = 0
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                async for part in _list_parts(receive):
                    size += len(part)
                    self._left -= len(part)
                    if size > LARGEST or self._left < 0:
                        raise Refused(413 if size > LARGEST else 503)
                    body.write(part)
                body.seek(0)
                yield body, size
            finally:
                self._left += size


async def _list_parts(receive: Receive) -> AsyncIterator[bytes]:
    ends_at = asyncio.get_running_loop().time() + _WHOLE_S
    while True:
        try:
            async with asyncio.timeout_at(min(ends_at, asyncio.get_running_loop().time() + _NEXT_PART_S)):
                event = await receive()
        except TimeoutError:
            raise Refused(408) from None
        if event["type"] == "http.disconnect":
            raise Refused(0)
        yield event.get("body", b"")
        if not event.get("more_body"):
            return
