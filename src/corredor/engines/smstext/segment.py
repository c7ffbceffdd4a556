"""Count the SMS segments of a text, which is what carriers bill and rate-limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .gsm7 import BASIC, is_gsm7


class Encoding(StrEnum):
    """The encoding of the whole text."""

    GSM7 = "GSM7"
    UCS2 = "UCS2"


# Units in a text of one segment, and in each segment of a longer one (its header takes the rest).
_ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Plan:
    """``units`` are septets (GSM-7) or 16-bit units (UCS-2); an empty text takes one segment."""

    encoding: Encoding
    segments: int
    units: int


def plan(text: str) -> Plan:
    """Return encoding, segments and units of a text as it is (call ``to_gsm7`` first to reduce cost)."""
    encoding = Encoding.GSM7 if is_gsm7(text) else Encoding.UCS2
    if encoding is Encoding.GSM7:
        widths = [1 if c in BASIC else 2 for c in text]
    else:
        widths = [2 if ord(c) > 0xFFFF else 1 for c in text]
    units = sum(widths)
    single, each = _ROOM[encoding]
    return Plan(encoding, 1 if units <= single else _pack(widths, each), units)


def _pack(widths: Iterable[int], capacity: int) -> int:
    """Return the number of segments; a character of two units is not split between two of them."""
    segments, left = 1, capacity
    for width in widths:
        if width > left:
            segments, left = segments + 1, capacity
        left -= width
    return segments
