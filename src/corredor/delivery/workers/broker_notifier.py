"""Background thread that publishes due work to the broker, so that no web request blocks on it."""

from __future__ import annotations

import logging
import os
import threading

from django.db import connection
from django.db.utils import Error

from corredor.delivery.clock import database_now
from corredor.delivery.queue import batches

from . import db_errors, wake
from .broker import announce

log = logging.getLogger(__name__)

_lock = threading.Lock()
_started: set[int] = set()  # process ids: a fork does not inherit threads


def start_broker_notifier(*, count_before: int) -> None:
    """Start the thread, once per process."""
    with _lock:
        if os.getpid() in _started:
            return
        _started.add(os.getpid())
    threading.Thread(target=_notify, args=(count_before,), name="broker-notifier", daemon=True).start()


def _notify(seen: int) -> None:
    while True:
        seen = wake.wait(seen, timeout_s=None)
        try:
            due = batches.list_due(now=database_now())
            if due:
                announce(due)
        except Error as error:
            log.warning("could not look what is due (%s); workers look by themselves", db_errors.name(error))
        except Exception:
            log.exception("broker notifier failed")
        finally:
            connection.close()  # the next wake-up may be hours away
