"""The publisher: one thread of the page process that writes the public view, however many changes ask for it.

Changes that come while it writes are covered by one more write. Where no publisher runs (commands, senders), each
change writes the files itself. Its last view answers public pages without a query.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections, transaction
from django.db.utils import Error

from corredor.delivery.clock import database_now
from corredor.delivery.workers import db_errors
from corredor.people.models import Network
from corredor.people.queries import get_network

from .snapshot import publish, stamp_snapshot
from .view import PublicView, public_view

log = logging.getLogger(__name__)

PUBLISH_EACH_S = 20.0  # without a change: denials disappear by age alone
_withheld: ContextVar[bool] = ContextVar("withheld", default=False)
_running: Publisher | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """What the public may see, and whose network it is."""

    view: PublicView
    network: Network


class Publisher:
    """The thread. ``start`` after the process has forked."""

    def __init__(self) -> None:
        self._wanted, self._stop = threading.Event(), threading.Event()
        self._written: tuple[tuple[int, ...], Current] | None = None
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Start the thread, and take over publication in this process."""
        global _running
        _running = self
        self._thread.start()

    def stop(self, *, within_s: float = 5.0) -> None:
        """Finish the current write and stop."""
        global _running
        _running = None
        self._stop.set()
        self._wanted.set()
        self._thread.join(within_s)

    def request(self) -> None:
        """Write again as soon as possible. Does not block."""
        self._written = None
        self._wanted.set()

    def find_written(self) -> Current | None:
        """Return what this process wrote last.

        None while a change is still to be written, after a failure, and if another process has written since.
        """
        written = self._written
        return written[1] if written and written[0] == stamp_snapshot() else None

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wanted.clear()  # before the database is read: a later change asks again
            close_old_connections()
            try:
                self._write()
            except Error as error:
                log.error("the publisher waits for the database: %s", db_errors.name(error))
            except Exception:
                log.exception("the public view could not be written and will be retried")
            self._wanted.wait(PUBLISH_EACH_S)
        close_old_connections()

    def _write(self) -> None:
        self._written = None
        network = get_network()
        view, stamp = publish(now=database_now())
        if not self._wanted.is_set():
            self._written = stamp, Current(view, network)


def publish_after_commit(*, now: datetime) -> None:
    """Publish after the running transaction commits; a failure is logged, not raised."""
    if _withheld.get():
        return

    def write() -> None:  # a named function: Django logs its name on failure, and a partial has none
        if _running is None:
            publish(now=now)
        else:
            _running.request()

    transaction.on_commit(write, robust=True)


@contextmanager
def withhold_publication() -> Iterator[None]:
    """Suppress publication inside the block: a drill has its own clock and nothing for the public."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def get_current(*, now: datetime) -> Current:
    """Return what the public may see: as last published, or read now."""
    if _running and (written := _running.find_written()):
        return written
    if _running:
        _running.request()  # catch up with the other process
    return Current(public_view(now=now), get_network())
