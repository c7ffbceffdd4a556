"""One thing that was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands."""

    GOOD = "GOOD"
    LOOK = "LOOK"  # somebody should look at it
    BAD = "BAD"  # people may be harmed or nothing works until it is mended


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and how it stands, in a sentence that says how to mend it."""

    code: str
    level: Level
    words: str


_ORDER = (Level.GOOD, Level.LOOK, Level.BAD)


def find_worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them; GOOD when there are none."""
    return max((finding.level for finding in findings), key=_ORDER.index, default=Level.GOOD)


def good(code: str, words: str) -> Finding:
    """All is well."""
    return Finding(code, Level.GOOD, str(words))


def look(code: str, words: str) -> Finding:
    """Somebody should look at it."""
    return Finding(code, Level.LOOK, str(words))


def bad(code: str, words: str) -> Finding:
    """To be mended now."""
    return Finding(code, Level.BAD, str(words))
