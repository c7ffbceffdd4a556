"""Results of the geocoder: places with confidence, the words that gave them, and alternatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from corredor.kit.languages import Names

Text = Names
"""One sentence for people, in every language."""


class Kind(StrEnum):
    """What kind of words gave a place."""

    CROSSING = "CROSSING"  # two streets
    HOUSE = "HOUSE"  # a house number and a street
    BLOCK = "BLOCK"  # the 4100 block of a street
    STRETCH = "STRETCH"  # a street between two others
    PLACE = "PLACE"  # a school, park, library, shop: something with a name and a point
    AREA = "AREA"  # a neighbourhood: too large to act on, good enough to ask further
    RELATIVE = "RELATIVE"  # two blocks south of, behind, near
    MOVEMENT = "MOVEMENT"  # from, to, heading
    STREET = "STREET"  # one street alone: never a point
    OUTSIDE = "OUTSIDE"  # in a neighbouring town


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another place the same words could mean, and why it is not first."""

    lat: float
    lon: float
    label: Text
    confidence: float
    reason: Text


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement; either end may be unknown. ``heading`` is N, S, E, W, NE, ... or ""."""

    start: tuple[float, float] | None = None
    end: tuple[float, float] | None = None
    heading: str = ""
    end_label: Text | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """One place that a text names.

    ``lat``/``lon`` (degrees) are None if the words do not give a point (one street alone, another town).
    ``radius_m`` is the likely error. ``confidence`` is the probability, measured on labelled texts, that the point is
    right. ``words`` is the text that gave it, ``span`` its (start, end) in the text.
    ``question`` is the one thing to ask when in doubt. ``because`` is the evidence in the text or the context for
    this reading. ``outside`` names the neighbouring town.
    """

    kind: Kind
    lat: float | None
    lon: float | None
    radius_m: float
    confidence: float
    label: Text
    words: str
    span: tuple[int, int]
    alternatives: tuple[Alternative, ...] = ()
    question: Text | None = None
    because: Text | None = None
    outside: str | None = None
    movement: Movement | None = None

    @property
    def has_point(self) -> bool:
        return self.lat is not None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON-ready values."""
        return {
            "kind": self.kind.value,
            "lat": _degrees(self.lat),
            "lon": _degrees(self.lon),
            "radius_m": round(self.radius_m),
            "confidence": round(self.confidence, 3),
            "label": dict(self.label),
            "words": self.words,
            "span": list(self.span),
            "alternatives": [_alternative(one) for one in self.alternatives],
            "question": dict(self.question) if self.question else None,
            "because": dict(self.because) if self.because else None,
            "outside": self.outside,
            "movement": _movement(self.movement),
        }


@dataclass(frozen=True, slots=True)
class OpenSpot:
    """An open incident near which a doubtful text is more likely to be. ``name`` is used in the reason given."""

    lat: float
    lon: float
    name: Text


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the text: a chosen area, a point, and the open incidents.

    ``area`` is the name of an area of the pack. It can raise one reading over another, never invent one.
    """

    area: str | None = None
    point: tuple[float, float] | None = None
    open_spots: tuple[OpenSpot, ...] = field(default=())


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _alternative(one: Alternative) -> dict[str, Any]:
    return {
        "lat": _degrees(one.lat),
        "lon": _degrees(one.lon),
        "label": dict(one.label),
        "confidence": round(one.confidence, 3),
        "reason": dict(one.reason),
    }


def _movement(movement: Movement | None) -> dict[str, Any] | None:
    if movement is None:
        return None
    return {
        "start": list(movement.start) if movement.start else None,
        "end": list(movement.end) if movement.end else None,
        "heading": movement.heading,
        "end_label": dict(movement.end_label) if movement.end_label else None,
    }
