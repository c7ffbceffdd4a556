"""Supervisor of the program's own processes: forks each from a preloaded parent and restarts any that dies.

They exit with their parent, however it ends: its end of a pipe closes with it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from corredor.kit.write_batcher import flush_all

log = logging.getLogger(__name__)

END_WITHIN_S = 20.0
FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 30.0
_STEADY_AFTER_S = 60.0  # a process that ran so long starts again with the first backoff
_LOOK_EACH_S = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """What one process does: ``run`` gets an event that is set when it should end."""

    name: str
    run: Callable[[threading.Event], object]


@dataclass(slots=True)
class Place:
    """A job with its process and when it may start again."""

    job: Job
    pid: int = 0
    start_at: float = 0.0
    started_at: float = 0.0
    backoff_s: float = field(default=FIRST_BACKOFF_S)

    def delay(self) -> float:
        """Return the backoff after a death now, doubled for each early death."""
        if time.monotonic() - self.started_at >= _STEADY_AFTER_S:
            self.backoff_s = FIRST_BACKOFF_S
        delay_s, self.backoff_s = self.backoff_s, min(self.backoff_s * 2, LONGEST_BACKOFF_S)
        return delay_s


class Supervisor:
    """One process for each job. Call ``run`` in the main thread of a process without other threads."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._places = [Place(job) for job in jobs]
        self._ending = False
        self._watched, self._write_end = os.pipe()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; then terminate all processes and wait for them."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._ending:
            self._start_missing()
            time.sleep(_LOOK_EACH_S)
            self._reap()
        self._end_all()

    def _end(self, *_: object) -> None:
        self._ending = True

    def _start_missing(self) -> None:
        for place in self._places:
            if not place.pid and time.monotonic() >= place.start_at and not self._ending:
                place.started_at = time.monotonic()
                place.pid = os.fork() or self._work(place.job)

    def _work(self, job: Job) -> int:
        """Body of a child process; never returns."""
        code = 1
        try:
            os.close(self._write_end)
            ended = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: ended.set())
            threading.Thread(target=_end_with_parent, args=(self._watched,), name="parent", daemon=True).start()
            job.run(ended)
            code = 0
        except BaseException:
            log.exception("process %s failed", job.name)
        finally:
            flush_all()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while any(place.pid for place in self._places):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            for place in self._places:
                if place.pid == pid:
                    self._note_end(place, os.waitstatus_to_exitcode(status))

    def _note_end(self, place: Place, code: int) -> None:
        pid, place.pid = place.pid, 0
        if self._ending:
            return
        delay_s = place.delay()
        place.start_at = time.monotonic() + delay_s
        log.warning("process %s (%d) ended: %s; restarted in %.1f s", place.job.name, pid, _describe(code), delay_s)

    def _end_all(self) -> None:
        for pid in self._list_running():
            os.kill(pid, signal.SIGTERM)
        ends_at = time.monotonic() + END_WITHIN_S
        while self._list_running() and time.monotonic() < ends_at:
            self._reap()
            time.sleep(_LOOK_EACH_S / 2)
        for pid in self._list_running():
            os.kill(pid, signal.SIGKILL)

    def _list_running(self) -> list[int]:
        return [place.pid for place in self._places if place.pid]


def _describe(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _end_with_parent(watched: int) -> None:
    """Exit when the pipe closes, i.e. when the last process that could write to it has ended."""
    os.read(watched, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_WITHIN_S)
    os._exit(1)
