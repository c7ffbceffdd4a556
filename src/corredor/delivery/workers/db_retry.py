"""Waits for a database that does not answer: what has become of messages that are out is not forgotten meanwhile.

A message that was sent and cannot be written down would be sent again. So its sender keeps the outcome in memory
and tries until the database is back, or has room again.
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
    """Call ``write``, which must be a whole transaction that may be done twice, until the database takes it.

    Raises the database's error when it has not for so long, inside an open transaction, or when waiting is no help.
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
