"""The hour of the day as each language writes it: "2:40 p.m.", "2:40 p. m.", "14:40".

Pages take the same rule from Django's formats (``config/formats``); a test holds the two together.
"""

from __future__ import annotations

from datetime import datetime, time

from . import languages

UNBROKEN = "\u00a0"  # a space at which no line ends; not in GSM-7, so for pages only


def say_hour(at: datetime | time, *, language: str, space: str = " ") -> str:
    """The hour that ``at`` shows, whatever its zone: turn it to the network's own first."""
    clock = languages.get(language).clock
    if clock.hours == 24:
        return f"{at.hour}:{at.minute:02d}"
    half = clock.halves[at.hour >= 12].replace(" ", space)
    return f"{at.hour % 12 or 12}:{at.minute:02d}{space}{half}"
