"""SMPP 3.4 carrier for benches: accepts texts, answers each with a receipt, counts them, in a child process."""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import struct
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType

_SUBMIT, _DELIVER, _ENQUIRE, _UNBIND = 0x04, 0x05, 0x15, 0x06
_BINDS = (0x01, 0x02, 0x09)
_REPLY = 0x80000000


@dataclass(frozen=True, slots=True)
class Carried:
    """Times (seconds, monotonic clock) of first parts since the last reading, and the number of texts by number."""

    times_s: list[float]
    by_number: dict[str, int]


class BenchCarrier:
    """Context manager. ``port`` is where Kannel connects."""

    def __init__(self) -> None:
        self._parent, child = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(child,), daemon=True)
        self.port = 0

    def __enter__(self) -> BenchCarrier:
        self._process.start()
        self.port = int(self._parent.recv())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join(5)

    @property
    def is_bound(self) -> bool:
        """Return whether the gateway has bound."""
        return self._ask("bound") == "true"

    def count(self) -> int:
        """Return the number of texts since the last reading; of a multipart text the first part counts."""
        return int(self._ask("count"))

    def read(self) -> Carried:
        """Return everything since the last reading, and reset."""
        times, numbers = json.loads(self._ask("read"))
        return Carried(times, numbers)

    def _ask(self, question: str) -> str:
        self._parent.send(question)
        return str(self._parent.recv())


class _Books:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.numbers: Counter[str] = Counter()
        self.bound = 0
        self.ids = itertools.count(1)

    def answer(self, question: str) -> str:
        if question == "bound":
            return json.dumps(self.bound > 0)
        if question == "count":
            return str(len(self.times))
        report = json.dumps([self.times, self.numbers])
        self.times, self.numbers = [], Counter()
        return report


class _Peer(asyncio.Protocol):
    """One connection of the gateway."""

    def __init__(self, books: _Books) -> None:
        self._books = books
        self._buffer = b""
        self._sequence = itertools.count(1_000_000)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport for answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every complete PDU, in one write."""
        self._buffer += data
        out = []
        while len(self._buffer) >= 16:
            length, command, _, sequence = struct.unpack(">IIII", self._buffer[:16])
            if len(self._buffer) < length:
                break
            body, self._buffer = self._buffer[16:length], self._buffer[length:]
            out.append(self._answer(command, sequence, body))
        assert self._transport is not None
        self._transport.write(b"".join(out))

    def _answer(self, command: int, sequence: int, body: bytes) -> bytes:
        if command in _BINDS:
            self._books.bound += 1
            return _pack(command | _REPLY, sequence, b"carrier\0")
        if command in (_ENQUIRE, _UNBIND):
            return _pack(command | _REPLY, sequence, b"")
        if command != _SUBMIT:
            return b""
        identity = b"%08d" % next(self._books.ids)
        return _pack(_SUBMIT | _REPLY, sequence, identity + b"\0") + self._take(identity, body)

    def _take(self, identity: bytes, body: bytes) -> bytes:
        """Count a text and return its receipt if requested."""
        _, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        number, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]
        _, _, rest = rest.split(b"\0", 2)
        wants_receipt, data = rest[0], rest[5 : 5 + rest[4]]
        if not esm_class & 0x40 or data[5] == 1:
            self._books.times.append(time.monotonic())
            self._books.numbers[number.decode()] += 1
        if not wants_receipt & 1:
            return b""
        words = (
            b"id:"
            + identity
            + b" sub:001 dlvrd:001 submit date:2510041200 done date:2510041201 stat:DELIVRD err:000 text:"
        )
        receipt = b"\0\1\1" + number + b"\0\1\1" + source + b"\0\x04\0\0\0\0\0\0\0\0" + bytes([len(words)]) + words
        return _pack(_DELIVER, next(self._sequence), receipt)


def _pack(command: int, sequence: int, body: bytes) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body


def _serve(pipe: Connection) -> None:
    asyncio.run(_run(pipe))


async def _run(pipe: Connection) -> None:
    books = _Books()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Peer(books), "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    while True:
        pipe.send(books.answer(await loop.run_in_executor(None, pipe.recv)))
