"""Format the time of day as each language writes it: "2:40 p.m.", "2:40 p. m.", "14:40".

Pages use the same rule through Django's formats (``config/formats``); a test compares the two.
"""

from __future__ import annotations

from datetime import datetime, time

from . import languages

UNBROKEN = "\u00a0"  # no-break space; not in GSM-7, so for pages only


def format_hour(at: datetime | time, *, language: str, space: str = " ") -> str:
    """Format ``at`` as it is, without time-zone conversion: convert it to the network's zone first."""
    clock = languages.get(language).clock
    if clock.hours == 24:
        return f"{at.hour}:{at.minute:02d}"
    half = clock.halves[at.hour >= 12].replace(" ", space)
    return f"{at.hour % 12 or 12}:{at.minute:02d}{space}{half}"
