"""Encodes requests while the network is busy: in a thread for few messages, in processes for many.

One process beside the posting one was measured fastest on two cores: encryption holds the GIL for most
of its time, so a second thread helps little. The process is started by the first long batch and kept; until it is
ready, and if it dies, the thread does the work.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from corredor.channels.base import Message
from corredor.channels.outgoing import Request

from .encoder_process import EncoderProcess
from .maker import Made, RequestMaker

log = logging.getLogger(__name__)

CHUNK = 25  # messages per chunk in the thread
PROCESS_CHUNK = 100
_PROCESS_THRESHOLD = 400  # messages in one batch that justify a process


def default_processes() -> int:
    """Return the default number: one core posts and records, up to two others encrypt; none on a single core."""
    return max(0, min(2, (os.cpu_count() or 1) - 1))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Requests being encoded. ``take`` blocks until they are ready; ``is_late`` while processes still work."""

    take: Callable[[], list[Made]]
    is_late: Callable[[], bool] = lambda: False


class Encoders:
    """Encodes chunks of requests in the background. Used by one thread."""

    def __init__(self, maker: RequestMaker, *, key_pem: bytes, contact: str, ttl_s: int, processes: int) -> None:
        self._maker, self._wanted = maker, processes
        self._arguments = (key_pem, contact, ttl_s)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encrypt")
        self._processes: list[EncoderProcess] = []

    def chunk_size(self, *, made: int) -> int:
        """Return how many messages the next chunk takes, in a batch of which ``made`` have been encoded."""
        if made >= _PROCESS_THRESHOLD and not self._processes and self._wanted:
            self._start()
        return PROCESS_CHUNK if self.are_up else CHUNK

    @property
    def are_up(self) -> bool:
        """Return True if processes accept work, so that the posting thread has idle time."""
        return any(one.is_up() for one in self._processes)

    def submit(self, messages: Sequence[Message]) -> Chunk:
        """Begin to encode one chunk."""
        up = [one for one in self._processes if one.is_up()]
        if up and len(messages) > CHUNK:
            process = min(up, key=lambda one: one.waiting)
            if number := process.submit(messages):
                return Chunk(partial(self._take, process, number, messages), lambda: not process.has_answer())
        return Chunk(self._thread.submit(self._maker.make_many, messages).result)

    def close(self) -> None:
        """Stop the thread and the processes without waiting for them."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._end_processes()

    def _take(self, process: EncoderProcess, number: int, messages: Sequence[Message]) -> list[Made]:
        packed = process.take(number)
        if packed is None:  # it died: encode its chunks here; the next large batch starts new processes
            process.close()
            self._processes = [one for one in self._processes if one is not process]
            return self._maker.make_many(messages)
        origins, requests, outcomes = packed
        return [*(Request(key, origins[at], data) for key, at, data in requests), *outcomes]

    def _start(self) -> None:
        try:
            self._processes = [EncoderProcess(*self._arguments) for _ in range(self._wanted)]
        except (OSError, AttributeError, AssertionError) as error:  # last: a daemon may have no children
            log.warning("pushes are encrypted by a thread alone: %s", error)
            self._wanted = 0

    def _end_processes(self) -> None:
        for process in self._processes:
            process.close()
        self._processes = []
