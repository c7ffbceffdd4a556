"""Waits for a condition, no longer than necessary."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(look: Callable[[], T], what: str, *, limit_s: float = 15.0) -> T:
    """The first truthy value of ``look``; an AssertionError naming ``what`` after ``limit_s`` seconds."""
    ends_at = time.monotonic() + limit_s
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > ends_at:
            raise AssertionError(f"waited {limit_s} s in vain for {what}")
        time.sleep(0.01)
