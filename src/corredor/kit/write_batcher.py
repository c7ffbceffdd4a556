"""Small writes that come thick and fast, gathered for a moment and done together: one transaction, not hundreds."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_Item = TypeVar("_Item")

log = logging.getLogger(__name__)


class WriteBatcher(Generic[_Item]):
    """Hands what was put in to ``work``, in order, ``each_s`` seconds after the first of it came.

    A thread of its own does it, and it is done once more when the process ends. What fails is tried again with the
    next; beyond ``most_kept`` items the oldest are given up. What is put in is lost if the process is killed meanwhile,
    so it is only for what nobody waits for and what may be missed. With ``each_s`` 0 it is done at once, by the caller.
    """

    def __init__(
        self, work: Callable[[Sequence[_Item]], object], *, each_s: Callable[[], float], most_kept: int = 100_000
    ) -> None:
        self._work, self._each_s, self._most_kept = work, each_s, most_kept
        self._items: list[_Item] = []
        self._changed = threading.Condition()
        self._work_lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, item: _Item) -> None:
        """Take one in. Raises what ``work`` raises only where it is done at once."""
        each_s = self._each_s()
        if not each_s:
            self._work([item])
            return
        with self._changed:
            self._items.append(item)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, args=(each_s,), name="gather", daemon=True)
                self._thread.start()
                atexit.unregister(self.flush)
                atexit.register(self.flush)
            self._changed.notify()

    def flush(self) -> None:
        """Do what there is now. Never raises."""
        with self._work_lock:
            with self._changed:
                items, self._items = self._items, []
            if not items:
                return
            try:
                self._work(items)
            except Exception:
                log.exception("%d could not be written and are kept for another try", len(items))
                self._keep(items)

    def _keep(self, items: list[_Item]) -> None:
        with self._changed:
            together = items + self._items
            if (given_up := len(together) - self._most_kept) > 0:
                log.error("%d were given up: they have waited too long to be written", given_up)
            self._items = together[-self._most_kept :]

    def _run(self, each_s: float) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._items))
            threading.Event().wait(each_s)
            self.flush()
