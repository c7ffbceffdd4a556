"""Public pages kept for a second: a crowd that opens the same page at once costs one page, not one for each.

Only what Django itself calls public is kept, for visitors without a cookie but their language. Who asks for a page that
is just being made waits for it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from .wsgi_call import Reply, Scope

_KEPT_S = 1.0  # an alert is on the page a second after its approval at the latest
_MOST = 256
_MOST_PRIVATE = 4096
_KEY_HEADERS = (
    b"host",
    b"accept",
    b"accept-language",
    b"accept-encoding",
    b"cookie",
    b"hx-request",
    b"x-forwarded-proto",
)
_NEVER_WITH = (b"authorization", b"range", b"if-none-match", b"if-modified-since", b"content-length")
_LANGUAGE_ALONE = re.compile(rb"lang=[a-z]{2,3}(?:-[a-z]{2,4})?")
_PUBLIC = re.compile(rb"(?:^|,) *public *(?:,|$)")

Key = tuple[bytes, ...]


class PageCache:
    """Not thread-safe: used by the loop alone."""

    def __init__(self, *, kept_s: float = _KEPT_S) -> None:
        self._kept_s = kept_s
        self._kept: OrderedDict[Key, tuple[float, Reply]] = OrderedDict()
        self._coming: dict[Key, asyncio.Event] = {}
        self._private: set[bytes] = set()  # paths whose last answer was for its visitor alone

    async def get(self, scope: Scope, make: Callable[[], Awaitable[Reply | None]]) -> Reply | None:
        """Return the answer to a request: kept, or made by ``make``; None when nobody waits for it any more."""
        key = find_key(scope)
        while key is not None and scope["raw_path"] not in self._private:
            kept = self._kept.get(key)
            if kept is not None and time.monotonic() - kept[0] < self._kept_s:
                return kept[1]
            if key not in self._coming:
                return await self._make(key, scope["raw_path"], make)
            await self._coming[key].wait()
        reply = await make()
        if key is not None and reply is not None and is_public(reply):
            self._private.discard(scope["raw_path"])
        return reply

    async def _make(self, key: Key, path: bytes, make: Callable[[], Awaitable[Reply | None]]) -> Reply | None:
        """Make it for all who wait; they see to it themselves if this visitor leaves meanwhile."""
        self._coming[key] = asyncio.Event()
        try:
            reply = await make()
            if reply is not None and is_public(reply):
                self._keep(key, reply)
            elif reply is not None:
                self._note_private(path)
            return reply
        finally:
            self._coming.pop(key).set()

    def _note_private(self, path: bytes) -> None:
        if len(self._private) >= _MOST_PRIVATE:
            self._private.clear()
        self._private.add(path)

    def _keep(self, key: Key, reply: Reply) -> None:
        self._kept[key] = (time.monotonic(), reply)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)


def find_key(scope: Scope) -> Key | None:
    """Return what tells requests apart; None for one whose answer is for its visitor alone."""
    said = dict(scope["headers"])
    if scope["method"] != "GET" or any(name in said for name in _NEVER_WITH):
        return None
    if len(said) != len(scope["headers"]) or not _LANGUAGE_ALONE.fullmatch(said.get(b"cookie", b"lang=en")):
        return None
    return scope["raw_path"], scope["query_string"], *(said.get(name, b"") for name in _KEY_HEADERS)


def is_public(reply: Reply) -> bool:
    """Return whether an answer may be given to others who ask the same."""
    said = dict(reply.headers)
    if reply.status != 200 or not reply.is_whole or b"set-cookie" in said:
        return False
    vary = {name.strip() for name in said.get(b"vary", b"").lower().split(b",") if name.strip()}
    return bool(_PUBLIC.search(said.get(b"cache-control", b""))) and vary <= set(_KEY_HEADERS)
