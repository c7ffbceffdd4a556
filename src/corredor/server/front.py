"""The ASGI application that `corredor serve` runs: Django renders pages in threads that no slow client can hold.

A request gets a thread once it is complete, and releases it before its response is sent:

1. Requests over the limit get 503.
2. The body is read, within limits.
3. Django responds in a thread, at most once a second for all requests for the same public page.
4. The response is sent at the client's speed.

Files in memory are served before (``memory_files``). Any ASGI server can run it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from .bodies import Bodies, Refused
from .busy import BusyReply
from .limits import Limits, name_client
from .page_cache import PageCache
from .wsgi_call import Receive, Reply, Scope, Send, WsgiApplication, WsgiCall

_T = TypeVar("_T")
_STAFF = (
    "/desk/",
    "/staff/",
    "/hooks/",
    "/team/",
    "/post/",
)  # and providers' webhooks: they do not queue behind readers


class _Lane:
    """A thread pool with a bounded queue."""

    def __init__(self, threads: int, name: str, *, most: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._queued = most, 0

    async def begin(self, call: WsgiCall) -> Reply | None:
        """Return the start of the response. Raise Refused when the queue is full."""
        if self._queued >= self._most:
            raise Refused(503)
        self._queued += 1
        try:
            reply: Reply | None = await self.run(call.begin)
        finally:
            self._queued -= 1
        return reply

    async def run(self, work: Callable[[], _T]) -> _T:
        """Run ``work`` in a thread and return its result."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)


class Front:
    """One per process. ``proxies`` is the number of reverse proxies in front that append to X-Forwarded-For."""

    def __init__(
        self, wsgi: WsgiApplication, *, threads: int, limits: Limits, busy: BusyReply, proxies: int = 0
    ) -> None:
        self._wsgi, self._limits, self._busy, self._proxies = wsgi, limits, busy, proxies
        self._bodies = Bodies(limits)
        self._cache = PageCache()
        self._readers = _Lane(threads, "page", most=limits.queued)
        self._staff = _Lane(max(2, threads // 4), "staff-page", most=limits.queued)
        self._streams = 0
        self._per_client: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; notify the connection in ``scope["state"]``, if there is one."""
        connection = scope.get("state", {}).get("connection")
        if connection is not None:
            connection.begin_request()
        try:
            await self._answer_within_limits(scope, receive, send)
        except asyncio.CancelledError:
            return  # the process is shutting down and has closed the connection
        finally:
            if connection is not None:
                connection.end_request()

    def close(self) -> None:
        """Shut down; queued requests are cancelled."""
        for lane in (self._readers, self._staff):
            lane.pool.shutdown(wait=False, cancel_futures=True)

    async def _answer_within_limits(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = find_client(scope, proxies=self._proxies)
        try:
            with self._count(client):
                await self._ask_django(scope, receive, send, client)
        except Refused as refused:
            await self._refuse(refused.status, scope, send)

    @contextmanager
    def _count(self, client: str) -> Iterator[None]:
        if client and self._per_client[client] >= self._limits.requests_per_client:
            raise Refused(503)
        self._per_client[client] += 1
        try:
            yield
        finally:
            self._per_client[client] -= 1
            if not self._per_client[client]:
                del self._per_client[client]

    async def _ask_django(self, scope: Scope, receive: Receive, send: Send, client: str) -> None:
        async with self._bodies.read(scope, receive, client=client) as (body, size):
            leaving = asyncio.ensure_future(receive())  # done when the client disconnects
            try:
                call = WsgiCall(self._wsgi, scope, body, size, is_wanted=lambda: not leaving.done())
                await self._answer(call, scope, send, leaving)
            finally:
                leaving.cancel()

    async def _answer(self, call: WsgiCall, scope: Scope, send: Send, leaving: asyncio.Future[Any]) -> None:
        lane = self._staff if scope["path"].startswith(_STAFF) else self._readers
        reply = await self._cache.get(scope, lambda: lane.begin(call))
        if reply is None:
            return
        if not reply.is_whole and self._streams >= self._limits.streams:
            await lane.run(call.close)
            raise Refused(503)
        self._streams += not reply.is_whole
        try:
            await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
            await _send_body(call, reply, lane, send, leaving)
        finally:
            self._streams -= not reply.is_whole

    async def _refuse(self, status: int, scope: Scope, send: Send) -> None:
        if not status:
            return
        headers, body = [(b"content-length", b"0"), (b"connection", b"close")], b""
        if status == 503:
            headers, body = self._busy.write(dict(scope["headers"]).get(b"accept", b""))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _send_body(call: WsgiCall, reply: Reply, lane: _Lane, send: Send, leaving: asyncio.Future[Any]) -> None:
    part, is_last = reply.body, reply.is_whole
    while not is_last:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        if leaving.done():
            await lane.run(call.close)
            return
        part, is_last = await lane.run(call.read_on)
    await send({"type": "http.response.body", "body": part})


def find_client(scope: Scope, *, proxies: int) -> str:
    """Return the client address seen by the outermost proxy; "" when it cannot be told from other clients."""
    if not proxies:
        peer = scope.get("client")
        return name_client(peer[0]) if peer else ""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    addresses = [address.strip() for address in forwarded.decode("latin-1").split(",")]
    return name_client(addresses[-proxies]) if len(addresses) >= proxies else ""
