"""A process that makes requests: letters go in by one pipe, packed requests come out by another.

The posting thread reads and writes both ends itself. A pool of the standard library has threads for that, and
each handing over of Python's lock to them cost more than what they did.
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

_PIPE_SIZE = 1 << 20  # as much as Linux lets anybody have
_LARGEST = 200_000  # bytes of letters; four such fit into the pipe, so that writing never waits
_NICE = 5  # pages, posting and the database come first
_fields_of = attrgetter(*Letter._fields)
_GONE = (EOFError, OSError, pickle.UnpicklingError)

# Origins once, then (message, index of its origin, bytes) for each request, and outcomes of the others.
Packed = tuple[list[Origin], list[tuple[int, int, bytes]], list[Outcome]]


class EncoderProcess:
    """Started at once; ``is_up`` when it can take work. Used by one thread.

    Raises OSError or AttributeError where pipes cannot be made large (outside Linux): both sides could then wait
    for each other to read.
    """

    def __init__(self, key_pem: bytes, contact: str, ttl_s: int) -> None:
        # spawned, not forked: a fork would copy the locks of threads that do not exist in it
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
        self._last = 0  # number of the newest chunk
        self.waiting = 0  # chunks handed over and not taken back

    @property
    def pid(self) -> int | None:
        """Its process number."""
        return self._process.pid

    def is_up(self) -> bool:
        """Whether it takes work; asked until it says so once."""
        if not self._is_up and self._has_news():
            self._is_up = self._read(0) is not None
        return self._is_up

    def submit(self, messages: Sequence[Message]) -> int:
        """Hand over a chunk; its number, or 0 when that cannot be and nothing was handed over."""
        # plain tuples travel in a third of the time
        letters = [_fields_of(message) for message in messages]
        data = pickle.dumps((self._last + 1, letters), pickle.HIGHEST_PROTOCOL)
        if len(data) > _LARGEST:
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
        """Whether ``take`` need not wait."""
        return self._has_news()

    def take(self, number: int) -> Packed | None:
        """The chunk of this number, packed; None when the process has died. Older ones that nobody took are dropped."""
        self.waiting = self._last - number
        packed = self._read(number)
        self._is_up = packed is not None
        return packed

    def close(self) -> None:
        """End it without waiting: it sees its pipe closed."""
        self._is_up = False
        self._letters.close()
        self._answers.close()
        self._process.terminate()

    def _has_news(self) -> bool:
        try:
            return self._answers.poll(0)
        except OSError:
            return True  # reading will say what is wrong

    def _read(self, number: int) -> Packed | None:
        try:
            while True:
                answered, packed = pickle.loads(self._answers.recv_bytes())  # noqa: S301 -- our own process wrote it
                if answered == number:
                    return cast(Packed, packed)
        except _GONE:
            return None


def _run(letters: Connection, answers: Connection, key_pem: bytes, contact: str, ttl_s: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it says when to end
    os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    maker = RequestMaker(VapidSigner.from_pem(key_pem, contact), ttl_s=ttl_s)
    with suppress(*_GONE):
        answers.send_bytes(pickle.dumps((0, ([], [], []))))  # it is up
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
