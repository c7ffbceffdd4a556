"""One round of maintenance: repair, then retention. Run by the background thread and `corredor sweep`."""

from __future__ import annotations

from datetime import datetime

from .repair import maintain_schools, repair
from .retention import erase_expired


def sweep(*, now: datetime) -> dict[str, int]:
    """Repair, erase, maintain schools; return counts by action."""
    counts = {**repair(now=now), **erase_expired(now=now)}
    maintain_schools(now=now)
    return counts
