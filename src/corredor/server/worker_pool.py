"""Supervisor of sender processes: forks them from a preloaded parent and restarts any that dies.

They exit with their parent, however it ends: its end of a pipe closes with it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

log = logging.getLogger(__name__)

_END_WITHIN_S = 20.0
_AGAIN_AFTER_S = 1.0  # delay, so that a persistent fault does not cause a restart loop
_LOOK_EACH_S = 0.2


class WorkerPool:
    """One process for each share of the channels.

    Call ``run`` in the main thread of a process without other threads.
    """

    def __init__(self, shares: Sequence[tuple[str, ...]]) -> None:
        self._shares = shares
        self._running: dict[int, int] = {}  # process id -> index of its share
        self._begin_at = dict.fromkeys(range(len(shares)), 0.0)
        self._ending = False
        self._watched, self._write_end = os.pipe()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; then terminate all processes and wait for them."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._ending:
            self._begin_missing()
            time.sleep(_LOOK_EACH_S)
            self._reap()
        self._end_all()

    def _end(self, *_: object) -> None:
        self._ending = True

    def _begin_missing(self) -> None:
        running = set(self._running.values())
        for number, share in enumerate(self._shares):
            if number not in running and time.monotonic() >= self._begin_at[number]:
                self._begin_at[number] = time.monotonic() + _AGAIN_AFTER_S
                pid = os.fork()
                if not pid:
                    self._work(share)
                self._running[pid] = number

    def _work(self, share: tuple[str, ...]) -> None:
        """Body of a child process; never returns."""
        code = 1
        try:
            os.close(self._write_end)
            ended = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: ended.set())
            threading.Thread(target=_end_with_parent, args=(self._watched,), name="parent", daemon=True).start()
            from corredor.flows.run.background import work

            work(share, ended=ended)
            code = 0
        except BaseException:
            log.exception("a worker ended")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if self._running.pop(pid, None) is not None and not self._ending:
                log.warning("a worker ended (%d) and is restarted", os.waitstatus_to_exitcode(status))

    def _end_all(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
        ends_at = time.monotonic() + _END_WITHIN_S
        while self._running and time.monotonic() < ends_at:
            self._reap()
            time.sleep(_LOOK_EACH_S / 4)
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)


def _end_with_parent(watched: int) -> None:
    """Exit when the pipe closes, i.e. when the last process that could write to it has ended."""
    os.read(watched, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_WITHIN_S)
    os._exit(1)
