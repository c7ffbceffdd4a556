"""Write batching: collect frequent small writes for a moment and commit them in one transaction."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

_Item = TypeVar("_Item")

log = logging.getLogger(__name__)

_begun: list[WriteBatcher[Any]] = []


def flush_all() -> None:
    """Write what every batcher of this process holds, before an exit that skips Python's own."""
    for batcher in _begun:
        batcher.flush()


class WriteBatcher(Generic[_Item]):
    """Batches items and passes them to ``work``, in order, ``each_s`` seconds after the first one.

    Runs in a background thread, with a last flush at process exit. Failed items are retried with the next
    batch; beyond ``max_items`` items the oldest are dropped. Items are lost if the process is killed meanwhile, so use
    it only for data that nobody waits for and that may be lost. With ``each_s`` 0 the caller writes synchronously.
    """

    def __init__(
        self, work: Callable[[Sequence[_Item]], object], *, each_s: Callable[[], float], max_items: int = 100_000
    ) -> None:
        self._work, self._each_s, self._max_items = work, each_s, max_items
        self._items: list[_Item] = []
        self._changed = threading.Condition()
        self._work_lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, item: _Item) -> None:
        """Add an item. Raises what ``work`` raises only in synchronous mode."""
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
                if self not in _begun:
                    _begun.append(self)
            self._changed.notify()

    def flush(self) -> None:
        """Write the pending items now. Never raises."""
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
            if (given_up := len(together) - self._max_items) > 0:
                log.error("%d were given up: they have waited too long to be written", given_up)
            self._items = together[-self._max_items :]

    def _run(self, each_s: float) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._items))
            threading.Event().wait(each_s)
            self.flush()
