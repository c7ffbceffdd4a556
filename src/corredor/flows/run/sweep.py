"""One round of maintenance, as the background thread and `corredor sweep` run it: repair, then retention."""

from __future__ import annotations

from datetime import datetime

from .repair import look_after_schools, repair
from .retention import erase_expired


def sweep(*, now: datetime) -> dict[str, int]:
    """Repair, erase, look after schools; return counts by what was done."""
    counts = {**repair(now=now), **erase_expired(now=now)}
    look_after_schools(now=now)
    return counts
