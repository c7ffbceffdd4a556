"""The ASGI application that `corredor serve` runs: published files from memory, every page from Django in a thread.

Nobody costs a thread by being slow: a request gets one when all of it is here, and gives it back before its answer
is sent. 1. a published file is answered at once; 2. the body is read, within limits; 3. Django answers in a thread;
4. the answer goes out as fast as its reader takes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from corredor.flows.publish import CHECK_AGAIN_S, open_files
from corredor.flows.publish_files import Answer, answer, is_published

from .bodies import Bodies, Refused
from .wsgi_call import Receive, Reply, Scope, Send, WsgiApplication, WsgiCall

_HURRY_S = 6.0  # for what is under way when the server is told to stop


class Front:
    """One for each process; ``start`` and ``stop`` run in a thread when the server does."""

    def __init__(
        self, wsgi: WsgiApplication, *, threads: int, start: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        self._wsgi, self._start, self._stop = wsgi, start, stop
        self._bodies = Bodies()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._under_way: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Future[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            if (found := find_published(scope)) is not None:
                await _send_published(found, send, is_head=scope["method"] == "HEAD")
            else:
                task = asyncio.current_task()
                assert task is not None
                self._under_way.add(task)
                try:
                    await self._ask_django(scope, receive, send)
                except asyncio.CancelledError:
                    if self._stopped is None:
                        raise
                finally:
                    self._under_way.discard(task)

    def hurry(self) -> None:
        """Begin to stop: may be called from a signal handler."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin_to_stop)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._start)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._begin_to_stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    def _begin_to_stop(self) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        if self._stopped is None:
            self._stopped = loop.run_in_executor(None, self._stop)
            loop.call_later(_HURRY_S, self._give_up_slow)
        return self._stopped

    def _give_up_slow(self) -> None:
        for task in self._under_way:
            task.cancel()

    async def _ask_django(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._bodies.read(scope, receive) as (body, size):
                leaving = asyncio.ensure_future(receive())  # ends when they hang up
                try:
                    call = WsgiCall(self._wsgi, scope, body, size, is_wanted=lambda: not leaving.done())
                    await self._answer(call, send, leaving)
                finally:
                    leaving.cancel()
        except Refused as refused:
            if refused.status:
                await _send_empty(refused.status, send)

    async def _answer(self, call: WsgiCall, send: Send, leaving: asyncio.Future[Any]) -> None:
        loop = asyncio.get_running_loop()
        reply: Reply | None = await loop.run_in_executor(self._pool, call.begin)
        if reply is None:
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        part, is_last = reply.body, reply.is_whole
        while not is_last:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if leaving.done():
                await loop.run_in_executor(self._pool, call.close)
                return
            part, is_last = await loop.run_in_executor(self._pool, call.read_on)
        await send({"type": "http.response.body", "body": part})


def find_published(scope: Scope) -> Answer | None:
    """Return the answer to a plain request for a published file; None when it is for Django."""
    name = scope["path"][1:]
    if scope["method"] not in ("GET", "HEAD") or scope["query_string"] or not is_published(name):
        return None
    files = open_files()
    if files.age_s() > CHECK_AGAIN_S:
        return None  # Django has it looked over first
    found = files.find(name)
    if found is None:
        return None
    said = dict(scope["headers"])
    if b"range" in said or b"content-length" in said or b"transfer-encoding" in said:
        return None
    return answer(
        found,
        if_none_match=said.get(b"if-none-match", b"").decode("latin-1"),
        accept_encoding=said.get(b"accept-encoding", b"").decode("latin-1"),
    )


async def _send_published(found: Answer, send: Send, *, is_head: bool) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in found.headers]
    if found.status == 200:
        headers.append((b"content-length", str(len(found.body)).encode()))
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else found.body})


async def _send_empty(status: int, send: Send) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
