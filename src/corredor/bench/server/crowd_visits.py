"""Visitors for the server bench: readers, a crowd, people on slow lines, and connections held open."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

READERS = 20
EACH_S = 0.05
FOR_S = 6.0
_PATIENCE_S = 60.0
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_PARTS = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"')
_HALF = b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nX-Half: "
_AT_ONCE = 6  # connections that a browser opens to one site

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Visits:
    """Seconds of each answered visit, and how many were not."""

    taken_s: list[float] = field(default_factory=list)
    failed: int = 0

    def describe(self) -> dict[str, Any]:
        """Return the percentiles in milliseconds."""
        times = sorted(self.taken_s) or [_PATIENCE_S]
        return {
            "answered": len(self.taken_s),
            "failed": self.failed,
            "p50_ms": round(times[len(times) // 2] * 1000, 1),
            "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
            "worst_ms": round(times[-1] * 1000, 1),
        }


async def answers(port: int) -> bool:
    """Whether the server still answers with a page."""
    try:
        async with asyncio.timeout(_PATIENCE_S), _line(port) as line:
            return (await _ask(line, "/now/"))[0] == 200
    except (OSError, asyncio.IncompleteReadError):
        return False


async def read_quietly(port: int) -> Visits:
    """Readers with nothing beside them."""
    found = Visits()
    await _read_for_a_while(port, found)
    return found


async def read_beside(port: int, trouble: AbstractAsyncContextManager[None]) -> Visits:
    """Readers of live.json on kept connections, while ``trouble`` goes on."""
    found = Visits()
    async with trouble:
        await _read_for_a_while(port, found)
    return found


async def visit_beside(port: int, trouble: AbstractAsyncContextManager[None]) -> Visits:
    """First visits of the front page, one after the other, while ``trouble`` goes on."""
    found, end = Visits(), time.monotonic() + FOR_S
    async with trouble:
        while time.monotonic() < end:
            await _timed(found, _visit(port))
    return found


async def crowd(port: int, count: int, *, give_up: float = 0.0) -> Visits:
    """Open /now/ on ``count`` connections at once; a share ``give_up`` of them hangs up without reading."""
    found = Visits()
    leaving = int(count * give_up)
    await asyncio.gather(
        *(_timed(found, _open_now(port)) for _ in range(count - leaving)), *(_leave(port) for _ in range(leaving))
    )
    return found


@asynccontextmanager
async def hold(port: int, count: int) -> AsyncIterator[None]:
    """Connections with half a request each."""
    async with AsyncExitStack() as stack:
        for _ in range(count):
            _, writer = await stack.enter_async_context(_line(port))
            writer.write(_HALF)
        await asyncio.sleep(0.5)
        yield


@asynccontextmanager
async def linger(port: int, count: int) -> AsyncIterator[None]:
    """Connections that asked for a page and to be closed after it, and then stay open on their side."""
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(_line(port)) for _ in range(count)]

        async def ask() -> None:
            for _, writer in lines:
                writer.write(b"GET /now/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                await asyncio.sleep(FOR_S / (2 * count))

        async with _beside(ask()):
            yield


@asynccontextmanager
async def read_slowly(port: int, path: str, count: int) -> AsyncIterator[None]:
    """Connections that ask for a large file and take 2 kB of it each tenth of a second."""

    async def read() -> None:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(sock, ("127.0.0.1", port))
            await loop.sock_sendall(sock, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            while await loop.sock_recv(sock, 2048):
                await asyncio.sleep(0.1)

    async with _beside(*(read() for _ in range(count))):
        await asyncio.sleep(0.5)
        yield


@asynccontextmanager
async def upload_slowly(port: int, count: int) -> AsyncIterator[None]:
    """Connections that send a form of 5 MB at 10 kB a second."""
    head = b"POST /report/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"

    async def send() -> None:
        async with _line(port) as (_, writer):
            writer.write(head + b"Content-Length: 5000000\r\n\r\n")
            while True:
                writer.write(b"x" * 1000)
                await asyncio.sleep(0.1)

    async with _beside(*(send() for _ in range(count))):
        await asyncio.sleep(0.5)
        yield


@asynccontextmanager
async def _beside(*work: Any) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _line(port: int) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _ask(line: Line, path: str, header: str = "") -> tuple[int, bytes]:
    reader, writer = line
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n{header}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    status = int(head[9:12])
    return status, await reader.readexactly(int(length[1])) if length and status != 304 else b""


async def _timed(found: Visits, visit: Any) -> None:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await visit
    except (OSError, asyncio.IncompleteReadError):
        found.failed += 1
    else:
        found.taken_s.append(time.perf_counter() - begun)


async def _read_for_a_while(port: int, found: Visits) -> None:
    end = time.monotonic() + FOR_S

    async def read() -> None:
        async with _line(port) as line:
            while time.monotonic() < end:
                await _timed(found, _expect(line, "/live.json"))
                await asyncio.sleep(EACH_S)

    for error in await asyncio.gather(*(read() for _ in range(READERS)), return_exceptions=True):
        found.failed += isinstance(error, BaseException)


async def _expect(line: Line, path: str) -> bytes:
    status, body = await _ask(line, path)
    if status != 200:
        raise OSError(f"{status}")
    return body


async def _open_now(port: int) -> None:
    async with _line(port) as line:
        await _expect(line, "/now/")


async def _leave(port: int) -> None:
    with suppress(OSError):
        async with _line(port) as (_, writer):
            writer.write(b"GET /now/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.sleep(0)


async def _visit(port: int) -> None:
    import gzip

    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(_line(port)) for _ in range(_AT_ONCE)]
        body = await _expect(lines[0], "/")
        page = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        parts = sorted(set(_PARTS.findall(page.decode())))
        await asyncio.gather(*(_expect_all(line, parts[n :: len(lines)]) for n, line in enumerate(lines)))


async def _expect_all(line: Line, paths: Iterable[str]) -> None:
    for path in paths:
        await _expect(line, path)
