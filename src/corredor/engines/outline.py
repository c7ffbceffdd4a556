"""Parse and validate an area that a person has drawn, pasted or uploaded as GeoJSON.

Plain Python over shapely; only corners are read, no names and no addresses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from corredor.engines.geo.plane import LocalPlane

Ring = tuple[tuple[float, float], ...]
"""A closed ring of (lat, lon) corners in WGS 84 degrees; the first is repeated at the end."""

LONGEST_TEXT = 200_000  # characters
MOST_CORNERS = 1000
MOST_PARTS = 10
FARTHEST_CORNER_M = 6000.0  # from the school: beyond that it is another neighbourhood, or a whole city
SMALLEST_M2 = 5000.0  # less is half a block: an input error
_DIGITS = 5  # about a metre: finer is irrelevant for an area
_DEEPEST = 12  # nesting of collections


class Wrong(StrEnum):
    """Reason for rejecting an outline."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    NO_AREA = "no_area"
    NOT_NUMBERS = "not_numbers"
    TOO_FEW_CORNERS = "too_few_corners"
    TOO_MANY_CORNERS = "too_many_corners"
    TOO_MANY_PARTS = "too_many_parts"
    HOLE = "hole"
    CROSSES_ITSELF = "crosses_itself"
    PARTS_OVERLAP = "parts_overlap"
    SWAPPED = "swapped"
    TOO_FAR = "too_far"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"


class OutlineWrong(ValueError):
    """The outline is invalid. ``why`` is the reason; nothing was stored."""

    def __init__(self, why: Wrong) -> None:
        super().__init__(why.value)
        self.why = why


def read_outline(text: str, *, lat: float, lon: float, within_m: float) -> tuple[Ring, ...]:
    """Return the rings of a GeoJSON Polygon or MultiPolygon, also inside a Feature or a collection.

    An open ring is closed. Some of the area must lie within *within_m* metres of the school at *lat*, *lon*, and all
    of it within FARTHEST_CORNER_M. Raise OutlineWrong otherwise.
    """
    if not text.strip():
        raise OutlineWrong(Wrong.EMPTY)
    if len(text) > LONGEST_TEXT:
        raise OutlineWrong(Wrong.TOO_LONG)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise OutlineWrong(Wrong.NOT_JSON) from None
    polygons = list(_polygons(document))
    if not polygons:
        raise OutlineWrong(Wrong.NO_AREA)
    if len(polygons) > MOST_PARTS:
        raise OutlineWrong(Wrong.TOO_MANY_PARTS)
    if any(len(polygon) > 1 for polygon in polygons):
        raise OutlineWrong(Wrong.HOLE)
    rings = tuple(_close(polygon[0]) for polygon in polygons)
    if sum(map(len, rings)) - len(rings) > MOST_CORNERS:
        raise OutlineWrong(Wrong.TOO_MANY_CORNERS)
    _check_order(rings, lat, lon)
    _check_shape(rings, lat, lon, within_m)
    return rings


def write_outline(rings: Sequence[Sequence[Sequence[float]]]) -> dict[str, Any]:
    """Return the rings as a GeoJSON geometry, longitude first: a Polygon, or a MultiPolygon of several."""
    parts = [[[[lon, lat] for lat, lon in ring]] for ring in rings]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _polygons(found: Any, depth: int = 0) -> Iterator[list[Any]]:
    """Yield the polygons of a document, each a list of unparsed rings."""
    if not isinstance(found, dict) or depth > _DEEPEST:
        return
    kind, inner = found.get("type"), found.get("coordinates")
    if kind in ("Polygon", "MultiPolygon"):
        parts = inner if kind == "MultiPolygon" else [inner]
        if not isinstance(parts, list) or not all(isinstance(part, list) and part for part in parts):
            raise OutlineWrong(Wrong.NOT_NUMBERS)
        yield from parts
    for key in ("features", "geometries"):
        rows = found.get(key)
        for row in rows if isinstance(rows, list) else ():
            yield from _polygons(row, depth + 1)
    yield from _polygons(found.get("geometry"), depth + 1)


def _close(corners: Any) -> Ring:
    """Return a ring as (lat, lon), closed, without consecutive duplicates."""
    if not isinstance(corners, list):
        raise OutlineWrong(Wrong.NOT_NUMBERS)
    ring: list[tuple[float, float]] = []
    for corner in corners:
        spot = _spot(corner)
        if not ring or ring[-1] != spot:
            ring.append(spot)
    if ring and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise OutlineWrong(Wrong.TOO_FEW_CORNERS)
    return (*ring, ring[0])


def _spot(corner: Any) -> tuple[float, float]:
    """Return (lat, lon) of a GeoJSON position, which has longitude first and may have a height."""
    if not isinstance(corner, list) or not 2 <= len(corner) <= 4:
        raise OutlineWrong(Wrong.NOT_NUMBERS)
    lon, lat = corner[0], corner[1]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in (lon, lat)):
        raise OutlineWrong(Wrong.NOT_NUMBERS)
    if not all(abs(number) <= 180 for number in (lon, lat)):  # also refuses NaN and huge integers
        raise OutlineWrong(Wrong.NOT_NUMBERS)  # too large for a float
    return round(float(lat), _DIGITS), round(float(lon), _DIGITS)


def _check_order(rings: Sequence[Ring], lat: float, lon: float) -> None:
    """Tell swapped coordinates from another city: swapped back, they would lie near. Raise OutlineWrong if so."""
    spots = [spot for ring in rings for spot in ring]
    school = LocalPlane.around(lat, lon)
    nearest = min(_away(spot, school) for spot in spots)
    turned = min(_away((spot[1], spot[0]), school) for spot in spots)
    if turned <= FARTHEST_CORNER_M < nearest:
        raise OutlineWrong(Wrong.SWAPPED)


def _check_shape(rings: Sequence[Ring], lat: float, lon: float, within_m: float) -> None:
    from shapely import Point, Polygon, union_all  # imported here: they load GEOS, which only this needs

    school = LocalPlane.around(lat, lon)
    shapes = [Polygon([school.to_xy(*spot) for spot in ring]) for ring in rings]
    if not all(shape.is_valid for shape in shapes):
        raise OutlineWrong(Wrong.CROSSES_ITSELF)
    whole = union_all(shapes)
    if sum(shape.area for shape in shapes) - whole.area > 1.0:
        raise OutlineWrong(Wrong.PARTS_OVERLAP)
    if whole.area < SMALLEST_M2:
        raise OutlineWrong(Wrong.TOO_SMALL)
    if whole.distance(Point(0.0, 0.0)) > within_m:
        raise OutlineWrong(Wrong.TOO_FAR)
    if max(_away(spot, school) for ring in rings for spot in ring) > FARTHEST_CORNER_M:
        raise OutlineWrong(Wrong.TOO_LARGE)


def _away(spot: tuple[float, float], school: LocalPlane) -> float:
    """Return metres from the school."""
    return math.hypot(*school.to_xy(*spot))
