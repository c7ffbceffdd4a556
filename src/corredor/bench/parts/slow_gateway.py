"""SMS gateway on localhost for benches, rate-limited like a carrier, in a child process."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection
from types import TracebackType

_ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 24\r\n\r\n0: Accepted for delivery"


class BenchGateway:
    """Context manager. ``url`` is the gateway channel's setting; messages are accepted at an even rate."""

    def __init__(self, *, per_s: float) -> None:
        self._parent, child = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(child, per_s), daemon=True)
        self.url = ""

    def __enter__(self) -> BenchGateway:
        self._process.start()
        self.url = f"http://127.0.0.1:{self._parent.recv()}/sendsms"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join(5)

    def read(self) -> list[float]:
        """Return the time of each accepted message (monotonic clock)."""
        self._parent.send("read")
        times: list[float] = self._parent.recv()
        return times


def _serve(pipe: Connection, per_s: float) -> None:
    asyncio.run(_run(pipe, per_s))


async def _run(pipe: Connection, per_s: float) -> None:
    times: list[float] = []
    free_at = 0.0

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal free_at
        while head := await _read_head(reader):
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            await reader.readexactly(int(length or 0))
            free_at = max(free_at, time.monotonic()) + 1 / per_s
            await asyncio.sleep(free_at - time.monotonic())
            times.append(time.monotonic())
            writer.write(_ANSWER)
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, backlog=256)
    pipe.send(server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    while True:
        await loop.run_in_executor(None, pipe.recv)
        pipe.send(list(times))


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
