"""Areas of the city pack for subscriptions and the public map."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from corredor.engines import hexgrid
from corredor.people.queries import get_network

from .pack import get_pack


def name_area(*, code: str, city: str | None = None) -> str:
    """Return an area's name in the pack; empty for an unknown code."""
    areas = get_pack(city or get_network().city).areas
    kind, _, own = code.rpartition(":")
    names = (areas.name[row] for row in range(len(areas)) if areas.code[row] == own and areas.kind[row] == kind)
    return next(names, "")


def area_cells(*, codes: Iterable[str], city: str | None = None) -> list[int]:
    """Return the FINEST cells that overlap any of the areas; ignore unknown codes."""
    name = city or get_network().city
    return sorted({cell for code in codes for cell in _cells_of(name, code)})


@lru_cache(maxsize=512)
def _cells_of(city: str, code: str) -> tuple[int, ...]:
    areas = get_pack(city).areas
    kind, _, own = code.rpartition(":")
    cells: set[int] = set()
    for row in range(len(areas)):
        if areas.code[row] == own and (not kind or areas.kind[row] == kind):
            for polygon in areas.rings[row]:
                cells.update(hexgrid.cells_in_polygon([(lat, lon) for lon, lat in polygon[0]]))
    return tuple(sorted(cells))
