"""What runs beside the pages: senders, the sweep every minute, and the public snapshot kept fresh."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections
from django.utils import timezone

from corredor.delivery.worker import SenderThreads

from .publish import write_snapshot
from .subscribe import forget_dead_addresses
from .sweep import sweep

log = logging.getLogger(__name__)

SWEEP_EACH_S = 60.0
SNAPSHOT_EACH_S = 20.0


class Background:
    """Senders and chores of one process. ``start`` after the process has forked, ``stop`` before it ends."""

    def __init__(self, *, chores: bool = True) -> None:
        self._stop = threading.Event()
        self._senders = SenderThreads(on_gone=lambda ids: forget_dead_addresses(address_ids=ids, now=timezone.now()))
        rounds = ((SWEEP_EACH_S, sweep), (SNAPSHOT_EACH_S, write_snapshot)) if chores else ()
        self._chores = [
            threading.Thread(target=self._repeat, args=each, name=f"chore-{each[1].__name__}", daemon=True)
            for each in rounds
        ]

    def start(self) -> None:
        """Begin to send and to sweep."""
        self._senders.start()
        for thread in self._chores:
            thread.start()

    def stop(self) -> None:
        """Finish what is at hand and end."""
        self._stop.set()
        self._senders.stop()

    def _repeat(self, each_s: float, chore: object) -> None:
        assert callable(chore)
        while not self._stop.is_set():
            close_old_connections()
            try:
                chore(now=timezone.now())
            except Exception:
                log.exception("a chore stumbled and will be tried again")
            self._stop.wait(each_s)
