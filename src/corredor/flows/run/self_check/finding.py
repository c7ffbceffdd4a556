"""Result of one check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Severity of a finding."""

    GOOD = "GOOD"
    LOOK = "LOOK"  # needs attention
    BAD = "BAD"  # people may be harmed, or nothing works, until it is fixed


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check, in a sentence that says how to fix it."""

    code: str
    level: Level
    words: str


_ORDER = (Level.GOOD, Level.LOOK, Level.BAD)


def find_worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level; GOOD without findings."""
    return max((finding.level for finding in findings), key=_ORDER.index, default=Level.GOOD)


def good(code: str, words: str) -> Finding:
    """Return a finding of level GOOD."""
    return Finding(code, Level.GOOD, str(words))


def look(code: str, words: str) -> Finding:
    """Return a finding of level LOOK."""
    return Finding(code, Level.LOOK, str(words))


def bad(code: str, words: str) -> Finding:
    """Return a finding of level BAD."""
    return Finding(code, Level.BAD, str(words))
