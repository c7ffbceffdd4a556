"""What ``Plan.data`` and ``Dismissal.way`` hold: corridors as lines on the ground, with the figures beside them."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, cast

from corredor.kit.languages import Names

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
    labels: Names
    posts: int
    gain_child_m: float


class SafePlace(TypedDict):
    """A library, a school, a clinic along the way where children can go inside."""

    name: str
    lat: float
    lon: float


class DrawnPost(TypedDict):
    """One adult's place on a prepared way, as a row of corridors_post holds it; its number is its place in the list."""

    node: int
    lat: float
    lon: float
    kind: str
    labels: Names
    sees: list[int]
    along: list[float] | None


class DrawnMove(TypedDict):
    """The plan's post of this number goes to the prepared way's post ``to``, or (None) back to the gate."""

    post: int
    to: int | None
    walk_m: float


class Alternate(TypedDict):
    """The way prepared for a day on which one side of the school ("N", "E", "S", "W") is closed; who is not among
    ``moves`` stays.
    """

    closed: str
    way: Drawn
    posts: list[DrawnPost]
    moves: list[DrawnMove]


class Drawn(TypedDict):
    """One plan as it is kept. ``curve`` is covered child-metres by number of posts, for the city view.

    ``prepared_for`` is the closed side for which this way was prepared in advance, empty for any other.
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
    """The lines of the corridors as (lat, lon) points."""
    return [[(lat, lon) for lat, lon in corridor["line"]] for corridor in (data or {}).get("corridors", ())]


def list_alternates(data: dict[str, Any] | None) -> list[Alternate]:
    """The ways prepared beside a plan. Plans of earlier versions kept only lines, which nobody can be sent to."""
    kept: list[Any] = (data or {}).get("alternates", [])
    return [cast(Alternate, one) for one in kept if isinstance(one, dict)]


def find_place(alternate: Alternate, number: int) -> DrawnPost | Literal["gate"] | None:
    """Where the plan's post of this number stands on a prepared way: a place, "gate", or None when it stays."""
    for move in alternate["moves"]:
        if move["post"] == number:
            return "gate" if move["to"] is None else alternate["posts"][move["to"] - 1]
    return None
