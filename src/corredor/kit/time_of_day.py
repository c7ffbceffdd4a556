"""The hour of the day as people in Chicago write it: "2:40 p.m." and "2:40 p. m.".

Pages take the same rule from Django's formats (``config/formats``); a test holds the two together.
"""

from __future__ import annotations

from datetime import datetime, time

HALVES = {"en": ("a.m.", "p.m."), "es": ("a. m.", "p. m.")}
UNBROKEN = "\u00a0"  # a space at which no line ends; not in GSM-7, so for pages only


def say_hour(at: datetime | time, *, language: str, space: str = " ") -> str:
    """The hour that ``at`` shows, whatever its zone: turn it to the network's own first."""
    half = HALVES[language][at.hour >= 12].replace(" ", space)
    return f"{at.hour % 12 or 12}:{at.minute:02d}{space}{half}"
