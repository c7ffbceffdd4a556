"""Format the time of day as written in Chicago: "2:40 p.m." and "2:40 p. m.".

Pages use the same rule through Django's formats (``config/formats``); a test compares the two.
"""

from __future__ import annotations

from datetime import datetime, time

HALVES = {"en": ("a.m.", "p.m."), "es": ("a. m.", "p. m.")}
UNBROKEN = "\u00a0"  # no-break space; not in GSM-7, so for pages only


def format_hour(at: datetime | time, *, language: str, space: str = " ") -> str:
    """Format ``at`` as it is, without time-zone conversion: convert it to the network's zone first."""
    half = HALVES[language][at.hour >= 12].replace(" ", space)
    return f"{at.hour % 12 or 12}:{at.minute:02d}{space}{half}"
