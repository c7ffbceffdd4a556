"""What ``Plan.data`` and ``Day.way`` hold: corridors as lines on the ground, with the figures beside them."""

from __future__ import annotations

from typing import Any, TypedDict

Point = tuple[float, float]


class Corridor(TypedDict):
    """One branch: its line from the gate as [lat, lon] points, its crossings, metres, children who walk it."""

    line: list[list[float]]
    nodes: list[int]
    length_m: float
    children: float


class Gap(TypedDict):
    """A corner that so many more posts would reach, in order of need, and the child-metres they would guard."""

    lat: float
    lon: float
    label_en: str
    label_es: str
    posts: int
    gain_child_m: float


class SafePlace(TypedDict):
    """A library, a school, a clinic along the way where children can go inside."""

    name: str
    lat: float
    lon: float


class Drawn(TypedDict):
    """One plan as it is kept. ``curve`` is covered child-metres by number of posts, for the city view."""

    corridors: list[Corridor]
    alternates: list[list[Corridor]]
    gaps: list[Gap]
    safe_places: list[SafePlace]
    children: float
    covered_child_m: float
    total_child_m: float
    share_covered: float
    minutes: float
    adults_needed: int
    upper_bound: float
    gap: float
    value: float
    held: float
    curve: list[list[float]]


def lines_of(data: dict[str, Any] | None) -> list[list[Point]]:
    """The lines of the corridors as (lat, lon) points."""
    return [[(lat, lon) for lat, lon in corridor["line"]] for corridor in (data or {}).get("corridors", ())]
