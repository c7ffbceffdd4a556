"""Intermediate result while a place is being read: candidate points, words used, evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

from .result import Kind, Movement, Text


@dataclass(slots=True)
class Choice:
    """One candidate point of a draft.

    ``why_not`` is the reason if it comes second; ``doubt`` is log-odds against it beyond its cost (streets that may
    not meet there).
    """

    cost: float
    lat: float
    lon: float
    radius_m: float
    label: Text
    why_not: Text
    doubt: float = 0.0


@dataclass(slots=True)
class Draft:
    """A place read from items ``first`` to ``last`` (exclusive); ``choices`` cheapest first, may be empty.

    ``extra`` is a cost shared by all choices; ``lines`` are the street lines involved.
    """

    kind: Kind
    first: int
    last: int
    choices: list[Choice]
    extra: float = 0.0
    label: Text = field(default_factory=dict)
    question: Text | None = None
    because: Text | None = None
    movement: Movement | None = None
    outside: str | None = None
    lines: tuple[int, ...] = field(default=())
    area_row: int = -1

    @property
    def point(self) -> tuple[float, float] | None:
        """Return (lat, lon) of the cheapest choice."""
        return (self.choices[0].lat, self.choices[0].lon) if self.choices else None
