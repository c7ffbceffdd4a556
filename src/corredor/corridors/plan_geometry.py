"""Typed contents of ``Plan.data`` and ``Dismissal.way``: corridors as lines of [lat, lon] points, with figures."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, cast

from corredor.kit.languages import Names

Point = tuple[float, float]


class Corridor(TypedDict):
    """One branch: its line from the gate as [lat, lon] points, its crossings, its length, and the children on it."""

    line: list[list[float]]
    nodes: list[int]
    length_m: float
    children: float


class Gap(TypedDict):
    """A corner that ``posts`` more posts would reach, in order of need, and the child-metres they would guard."""

    lat: float
    lon: float
    labels: Names
    posts: int
    gain_child_m: float


class SafePlace(TypedDict):
    """A library, school or clinic near the way where children can go inside."""

    name: str
    lat: float
    lon: float


class DrawnPost(TypedDict):
    """One post of a prepared way, with the fields of corridors_post; its number is its position in the list, from 1."""

    node: int
    lat: float
    lon: float
    kind: str
    labels: Names
    sees: list[int]
    along: list[float] | None


class DrawnMove(TypedDict):
    """Move of the plan's post with this number to the prepared way's post ``to``, or (None) back to the gate."""

    post: int
    to: int | None
    walk_m: float


class Alternate(TypedDict):
    """A way prepared for a day on which one side of the school ("N", "E", "S", "W") is closed.

    Posts that are not in ``moves`` stay.
    """

    closed: str
    way: Drawn
    posts: list[DrawnPost]
    moves: list[DrawnMove]


class Drawn(TypedDict):
    """One plan as stored. ``curve`` is guarded child-metres by number of posts, for the city view.

    ``prepared_for`` is the closed side for which this way was prepared in advance, empty for any other way.
    """

    corridors: list[Corridor]
    alternates: list[Alternate]
    prepared_for: str
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
    """Return the corridors' lines as (lat, lon) points."""
    return [[(lat, lon) for lat, lon in corridor["line"]] for corridor in (data or {}).get("corridors", ())]


def list_alternates(data: dict[str, Any] | None) -> list[Alternate]:
    """Return the prepared ways of a plan; those of older versions, which stored only lines, are left out."""
    stored: list[Any] = (data or {}).get("alternates", [])
    return [cast(Alternate, one) for one in stored if isinstance(one, dict)]


def find_place(alternate: Alternate, number: int) -> DrawnPost | Literal["gate"] | None:
    """Return where the plan's post of this number stands on a prepared way: a place, "gate", or None if it stays."""
    for move in alternate["moves"]:
        if move["post"] == number:
            return "gate" if move["to"] is None else alternate["posts"][move["to"] - 1]
    return None
