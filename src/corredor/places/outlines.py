"""Simplified area outlines for the public map: a whole city in a few kilobytes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from corredor.engines.citypack.errors import PackError
from corredor.engines.citypack.model import AreaKind, CityPack

from .pack import UnknownCityError, get_pack

log = logging.getLogger(__name__)

TOLERANCE_DEG = 0.0012  # about 130 m: a third of a millimetre on a phone
Ring = tuple[tuple[float, float], ...]


def thin_areas(pack: CityPack, kind: AreaKind) -> Iterator[tuple[int, list[list[tuple[float, float]]]]]:
    """Yield each area's row and its shells as lon, lat points.

    Shared borders stay shared: areas of a kind are simplified as one coverage.
    """
    from shapely import coverage_simplify, simplify  # imported here: they load GEOS, which only the first map needs

    rows = [row for row in range(len(pack.areas)) if pack.areas.kind[row] == kind]
    shapes = [pack.areas.shape(row) for row in rows]
    make = coverage_simplify if kind == AreaKind.COMMUNITY_AREA else simplify  # neighbourhoods may overlap
    for row, shape in zip(rows, make(shapes, TOLERANCE_DEG), strict=True):
        yield row, [list(part.exterior.coords) for part in getattr(shape, "geoms", [shape])]


def area_rings(*, code: str, city: str) -> tuple[Ring, ...]:
    """Return an area's closed shells, each (lon, lat) and counter-clockwise; none for an unknown area or city."""
    return _all_rings(city).get(code, ())


@lru_cache(maxsize=4)
def _all_rings(city: str) -> dict[str, tuple[Ring, ...]]:
    try:
        pack = get_pack(city)
    except (UnknownCityError, PackError) as error:
        log.warning("no city pack: %s", error)
        return {}
    found: dict[str, tuple[Ring, ...]] = {}
    for kind in (AreaKind.NEIGHBOURHOOD, AreaKind.COMMUNITY_AREA):
        for row, parts in thin_areas(pack, kind):
            found[pack.areas.code[row]] = tuple(_round_and_orient(part) for part in parts)
    return found


def _round_and_orient(points: list[tuple[float, float]]) -> Ring:
    """Round to four digits (about 10 m) and orient counter-clockwise, as RFC 7946 requires of shells."""
    ring = tuple((round(lon, 4), round(lat, 4)) for lon, lat in points)
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if doubled > 0 else ring[::-1]
