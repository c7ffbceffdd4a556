"""Retry writes while the database is unavailable, so that results of sent messages are not lost.

A sent message whose outcome is not written would be sent again. So the sender keeps the outcome in memory and retries
with backoff until the database is reachable and has space.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection
from django.db.utils import Error

from . import db_errors

log = logging.getLogger(__name__)

T = TypeVar("T")
GIVE_UP_AFTER_S = 600.0
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


def retry_until_written(write: Callable[[], T], *, give_up_after_s: float = GIVE_UP_AFTER_S) -> T:
    """Call ``write``, a whole idempotent transaction, until it succeeds; exponential backoff from 0.2 to 5 s.

    Raise the database error after ``give_up_after_s``, inside an open transaction, or if it is not transient.
    """
    pause, ends_at = _FIRST_PAUSE_S, time.monotonic() + give_up_after_s
    while True:
        try:
            return write()
        except Error as error:
            if not db_errors.is_transient(error) or connection.in_atomic_block or time.monotonic() > ends_at:
                raise
            log.warning("waiting for the database: %s", db_errors.name(error))
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
