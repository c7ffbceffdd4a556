"""A process that encodes requests: reads letters from one pipe, writes packed requests to another.

The posting thread reads and writes both ends itself. A pool of the standard library uses threads for that, and
passing the GIL to them cost more than their work.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any, cast

from corredor.channels.base import Message, Outcome
from corredor.channels.outgoing import Origin
from corredor.engines.webpush import VapidSigner

from .maker import RequestMaker
from .payload import Letter

_PIPE_SIZE = 1 << 20  # pipe size in bytes: the maximum that Linux allows without privileges
_MAX_CHUNK_BYTES = 200_000  # bytes of letters per chunk; four fit into the pipe, so that writes never block
_NICE = 5  # niceness: pages, posting and the database take precedence
_fields_of = attrgetter(*Letter._fields)
_GONE = (EOFError, OSError, pickle.UnpicklingError)

# Origins once, then (message, index of its origin, bytes) for each request, and outcomes of the other messages.
Packed = tuple[list[Origin], list[tuple[int, int, bytes]], list[Outcome]]


class EncoderProcess:
    """Starts on construction; ``is_up`` once it accepts work. Used by one thread.

    Raise OSError or AttributeError where pipes cannot be enlarged (outside Linux): both sides could then deadlock
    on full pipes.
    """

    def __init__(self, key_pem: bytes, contact: str, ttl_s: int) -> None:
        # spawned, not forked: a fork would copy locks held by threads that it does not have
        context = get_context("spawn")
        letters, self._letters = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        for pipe in (self._letters, self._answers):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        self._process = context.Process(target=_run, args=(letters, answers, key_pem, contact, ttl_s), daemon=True)
        self._process.start()
        letters.close()
        answers.close()
        self._is_up = False
        self._last = 0  # sequence number of the newest chunk
        self.waiting = 0  # chunks submitted and not taken back

    @property
    def pid(self) -> int | None:
        """The process id."""
        return self._process.pid

    def is_up(self) -> bool:
        """Return True if the process accepts work; polls until it first reports ready."""
        if not self._is_up and self._has_news():
            self._is_up = self._read(0) is not None
        return self._is_up

    def submit(self, messages: Sequence[Message]) -> int:
        """Submit a chunk; return its number, or 0 if it could not be submitted at all."""
        # plain tuples take a third of the time to pickle
        letters = [_fields_of(message) for message in messages]
        data = pickle.dumps((self._last + 1, letters), pickle.HIGHEST_PROTOCOL)
        if len(data) > _MAX_CHUNK_BYTES:
            return 0
        try:
            self._letters.send_bytes(data)
        except OSError:
            self._is_up = False
            return 0
        self.waiting += 1
        self._last += 1
        return self._last

    def has_answer(self) -> bool:
        """Return True if ``take`` will not block."""
        return self._has_news()

    def take(self, number: int) -> Packed | None:
        """Return the packed chunk with this number; None if the process has died. Drop older chunks."""
        self.waiting = self._last - number
        packed = self._read(number)
        self._is_up = packed is not None
        return packed

    def close(self) -> None:
        """Close the pipes and do not wait: the process ends on EOF."""
        self._is_up = False
        self._letters.close()
        self._answers.close()
        self._process.terminate()

    def _has_news(self) -> bool:
        try:
            return self._answers.poll(0)
        except OSError:
            return True  # the error will show when reading

    def _read(self, number: int) -> Packed | None:
        try:
            while True:
                answered, packed = pickle.loads(self._answers.recv_bytes())  # noqa: S301 -- our own process wrote it
                if answered == number:
                    return cast(Packed, packed)
        except _GONE:
            return None


def _run(letters: Connection, answers: Connection, key_pem: bytes, contact: str, ttl_s: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    maker = RequestMaker(VapidSigner.from_pem(key_pem, contact), ttl_s=ttl_s)
    with suppress(*_GONE):
        answers.send_bytes(pickle.dumps((0, ([], [], []))))  # ready
        while True:
            number, some = pickle.loads(letters.recv_bytes())  # noqa: S301 -- our own process wrote it
            answers.send_bytes(pickle.dumps((number, _pack(maker, some)), pickle.HIGHEST_PROTOCOL))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)


def _pack(maker: RequestMaker, letters: Sequence[tuple[Any, ...]]) -> Packed:
    origins: dict[Origin, int] = {}
    requests: list[tuple[int, int, bytes]] = []
    outcomes: list[Outcome] = []
    for made in maker.make_many([Letter._make(letter) for letter in letters]):
        if isinstance(made, Outcome):
            outcomes.append(made)
        else:
            requests.append((made.key, origins.setdefault(made.origin, len(origins)), made.data))
    return list(origins), requests, outcomes
