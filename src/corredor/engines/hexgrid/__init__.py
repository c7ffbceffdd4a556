"""H3 cells: subscribers' places are stored as cells, and incidents are matched to them by cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import h3.api.basic_int as h3

from corredor.engines.geo.earth import distance_m

FINEST = 9  # about 0.105 km2, edge 0.2 km: a few hundred households in Chicago
COARSEST = 6  # about 36 km2: a whole side of the city in a few cells


def cell_of(lat: float, lon: float) -> int:
    """Return the FINEST cell that contains the point (degrees)."""
    return int(h3.latlng_to_cell(lat, lon, FINEST))


def centre_of(cell: int) -> tuple[float, float]:
    """Return (lat, lon) in degrees of a cell's centre."""
    lat, lon = h3.cell_to_latlng(cell)
    return float(lat), float(lon)


def cells_in_circle(lat: float, lon: float, radius_m: float) -> list[int]:
    """Return the FINEST cells touched by a circle (degrees, metres): none missing, at most one ring too many.

    A cell belongs if its centre is within the radius plus one circumradius of a cell.
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
    """Return the FINEST cells that overlap a closed outline of (lat, lon) points."""
    shape = h3.LatLngPoly(outline)
    return sorted(int(c) for c in h3.h3shape_to_cells_experimental(shape, FINEST, contain="overlap"))


def compact(cells: Iterable[int]) -> list[int]:
    """Return the same area in as few cells as possible, none larger than COARSEST."""
    whole = set(cells)
    merged: list[int] = []
    for cell in h3.compact_cells(list(whole)):
        if h3.get_resolution(cell) < COARSEST:
            merged.extend(h3.cell_to_children(cell, COARSEST))
        else:
            merged.append(cell)
    return sorted(int(c) for c in merged)


def with_ancestors(cells: Iterable[int]) -> list[int]:
    """Return FINEST cells and all their ancestors up to COARSEST, for matching against a compacted set."""
    found: set[int] = set()
    for cell in cells:
        found.add(int(cell))
        found.update(int(h3.cell_to_parent(cell, level)) for level in range(COARSEST, FINEST))
    return sorted(found)


def outline_of(cell: int) -> list[tuple[float, float]]:
    """Return the (lat, lon) corners of a cell in degrees."""
    return [(float(lat), float(lon)) for lat, lon in h3.cell_to_boundary(cell)]


def expand(cells: Iterable[int]) -> list[int]:
    """Return the FINEST cells of a compacted set."""
    return sorted(int(c) for c in h3.uncompact_cells(list(cells), FINEST))
