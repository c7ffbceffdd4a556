"""H3 cells: places of people are kept as cells, and incidents meet them in cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import h3.api.basic_int as h3

FINEST = 9  # about 0.105 km2, edge 0.2 km: a few hundred households in Chicago
COARSEST = 6  # about 36 km2: a whole side of the city in a few cells
_EARTH_M = 6_371_008.8


def cell_of(lat: float, lon: float) -> int:
    """The cell of resolution FINEST that holds the point."""
    return int(h3.latlng_to_cell(lat, lon, FINEST))


def centre_of(cell: int) -> tuple[float, float]:
    """(lat, lon) of a cell's centre."""
    lat, lon = h3.cell_to_latlng(cell)
    return float(lat), float(lon)


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in metres between (lat, lon) points."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(h))


def cells_in_circle(lat: float, lon: float, radius_m: float) -> list[int]:
    """FINEST cells touched by a circle: none that it reaches is left out, at most one ring too many.

    A cell belongs when its centre is within the radius plus one circumradius of a cell.
    """
    centre = cell_of(lat, lon)
    reach = h3.average_hexagon_edge_length(FINEST, unit="m")
    rings = math.ceil((radius_m + reach) / (reach * math.sqrt(3))) + 1
    return sorted(
        int(cell)
        for cell in h3.grid_disk(centre, rings)
        if cell == centre or distance_m((lat, lon), centre_of(cell)) <= radius_m + reach
    )


def cells_in_polygon(outline: Sequence[tuple[float, float]]) -> list[int]:
    """FINEST cells that overlap a closed outline of (lat, lon) points."""
    shape = h3.LatLngPoly(outline)
    return sorted(int(c) for c in h3.h3shape_to_cells_experimental(shape, FINEST, contain="overlap"))


def compact(cells: Iterable[int]) -> list[int]:
    """The same ground in as few cells as possible, none larger than COARSEST."""
    whole = set(cells)
    merged: list[int] = []
    for cell in h3.compact_cells(list(whole)):
        if h3.get_resolution(cell) < COARSEST:
            merged.extend(h3.cell_to_children(cell, COARSEST))
        else:
            merged.append(cell)
    return sorted(int(c) for c in merged)


def with_ancestors(cells: Iterable[int]) -> list[int]:
    """FINEST cells and all their parents up to COARSEST: what a compacted set must be compared with."""
    found: set[int] = set()
    for cell in cells:
        found.add(int(cell))
        found.update(int(h3.cell_to_parent(cell, level)) for level in range(COARSEST, FINEST))
    return sorted(found)


def outline_of(cell: int) -> list[tuple[float, float]]:
    """The (lat, lon) corners of a cell."""
    return [(float(lat), float(lon)) for lat, lon in h3.cell_to_boundary(cell)]


def expand(cells: Iterable[int]) -> list[int]:
    """The FINEST cells that a compacted set stands for."""
    return sorted(int(c) for c in h3.uncompact_cells(list(cells), FINEST))
