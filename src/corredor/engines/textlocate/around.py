"""Reverse geocoding: the corner, the area and the school that a neighbour would name for a point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import wording
from .atlas import Atlas
from .result import Text

_NEAR_M = 120.0
_MAX_M = 1500.0
_BETTER_WEIGHT_M = 50.0


@dataclass(frozen=True, slots=True)
class Described:
    """A point in words. ``area_code`` is the official area's code; ``area`` is empty without an area."""

    label: Text
    area: Text
    area_code: str


@dataclass(frozen=True, slots=True)
class School:
    """The nearest school and its distance in metres."""

    id: str
    name: str
    distance_m: float


def describe(atlas: Atlas, lat: float, lon: float) -> Described | None:
    """Return the two streets and the area at a point, as a neighbour would name them; None outside the city."""
    if not atlas.is_inside(lat, lon):
        return None
    rows = atlas.areas_at(lat, lon)
    area = atlas.area_label(rows[0]) if rows else None
    code = atlas.gazetteer.areas.code[rows[-1]] if rows else ""
    corner, far_m = _nearest_corner(atlas, lat, lon)
    if corner is None or far_m > _MAX_M:
        return Described(area, area, code) if area else None
    label = wording.corner(*corner)
    if far_m > _NEAR_M:
        label = wording.near(label)
    return Described(wording.with_area(label, area), area or {}, code)


def nearest_school(atlas: Atlas, lat: float, lon: float) -> School | None:
    """Return the school nearest to a point (degrees), None in a city without schools."""
    places = atlas.gazetteer.places
    rows = np.asarray([row for row, kind in enumerate(places.kind) if kind == "school"], dtype=int)
    if not len(rows):
        return None
    east = (np.asarray(places.lon)[rows] - lon) * atlas.plane.east_m
    north = (np.asarray(places.lat)[rows] - lat) * atlas.plane.north_m
    apart = np.hypot(east, north)
    nearest = int(apart.argmin())
    row = int(rows[nearest])
    return School(places.id[row], places.name[row], float(apart[nearest]))


def _nearest_corner(atlas: Atlas, lat: float, lon: float) -> tuple[tuple[str, str] | None, float]:
    """Return the streets of the corner to name, the east-west one first, and its distance in metres."""
    x, y = atlas.plane.to_xy(lat, lon)
    apart = np.hypot(atlas.lines.xy[:, 0] - x, atlas.lines.xy[:, 1] - y)
    if not len(apart):
        return None, 0.0
    order = np.argpartition(apart, min(12, len(apart) - 1))[:13]
    order = order[np.argsort(apart[order], kind="stable")]
    best, best_score = -1, float("inf")
    for spot in order.tolist():
        score = float(apart[spot]) + _handicap_m(atlas, spot)
        if score < best_score:
            best, best_score = spot, score
    if best < 0:
        return None, 0.0
    lines = atlas.lines
    a, b = (lines.of_street[row] for row in (lines.corner_a[best], lines.corner_b[best]))
    if _runs_east(atlas, lines.corner_a[best]) < _runs_east(atlas, lines.corner_b[best]):
        a, b = b, a
    return (atlas.title(a), atlas.title(b)), float(apart[best])


def _handicap_m(atlas: Atlas, spot: int) -> float:
    """Return a handicap in metres for corners rarely named: ramps, and streets of one block."""
    lines = atlas.lines
    a, b = lines.of_street[lines.corner_a[spot]], lines.of_street[lines.corner_b[spot]]
    if lines.ramp[a] or lines.ramp[b]:
        return 1000.0
    return sum(_BETTER_WEIGHT_M / 2 for line in (a, b) if lines.weight[line] < 4)


def _runs_east(atlas: Atlas, row: int) -> int:
    """Return 1 for a street whose numbers run east and west."""
    return 1 if atlas.lines.direction[row] in ("e", "w") else 0
