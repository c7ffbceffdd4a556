"""Clients of the snapshot bench, in a child process: persistent connections, each with back-to-back requests.

Called as ``python -m corredor.bench.server.snapshot_client PORT SECONDS CONNECTIONS`` with the request on
standard input; prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Reader(asyncio.Protocol):
    """One connection: send the request, time the whole reply, repeat."""

    def __init__(self, request: bytes, taken_s: list[float], statuses: Counter[int]) -> None:
        self._request, self._taken_s, self._statuses = request, taken_s, statuses
        self._buffer = b""
        self._asked = 0.0
        self.transport: asyncio.Transport | None = None
        self.bytes_read = 0
        self.is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count a reply once complete."""
        self.bytes_read += len(data)
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        status = int(self._buffer[9:12])
        if status != 304 and length and len(self._buffer) < end + 4 + int(length[1]):
            return
        self._taken_s.append(time.perf_counter() - self._asked)
        self._statuses[status] += 1
        self._buffer = b""
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        """Count a disconnect as status 0."""
        if not self.is_over:
            self._statuses[0] += 1

    def _ask(self) -> None:
        if not self.is_over and self.transport is not None:
            self._asked = time.perf_counter()
            self.transport.write(self._request)


async def measure(port: int, request: bytes, *, seconds: float, connections: int) -> dict[str, object]:
    """Return rates and times of ``connections`` clients over ``seconds``, after half a second of warm-up."""
    taken_s: list[float] = []
    statuses: Counter[int] = Counter()
    loop = asyncio.get_running_loop()
    readers = [Reader(request, taken_s, statuses) for _ in range(connections)]
    for reader in readers:
        await loop.create_connection(lambda one=reader: one, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.sleep(0.5)
    before = len(taken_s)
    taken_s.clear()
    statuses.clear()
    read_before, begun = sum(reader.bytes_read for reader in readers), time.perf_counter()
    await asyncio.sleep(seconds)
    took_s, count = time.perf_counter() - begun, len(taken_s)
    read = sum(reader.bytes_read for reader in readers) - read_before
    for reader in readers:
        reader.is_over = True
        if reader.transport is not None:
            reader.transport.abort()
    times = sorted(taken_s) or [0.0]
    return {
        "asked_in_all": before + count,
        "requests_per_s": round(count / took_s),
        "p50_ms": round(times[len(times) // 2] * 1000, 2),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
        "worst_ms": round(times[-1] * 1000, 2),
        "bytes_per_reply": round(read / max(count, 1)),
        "statuses": {str(status): number for status, number in sorted(statuses.items())},
    }


def main() -> None:
    """Read the arguments, measure, print."""
    port, seconds, connections = sys.argv[1:4]
    request = sys.stdin.buffer.read()
    found = asyncio.run(measure(int(port), request, seconds=float(seconds), connections=int(connections)))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
