"""Coverage area of preferences: areas and circle become compacted H3 cells.

Reads places. Writes nothing.
"""

from __future__ import annotations

from corredor.engines import hexgrid
from corredor.flows.locate import describe_point
from corredor.incidents.errors import OutsideCity
from corredor.places.areas import area_cells
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.errors import NoPlaceChosen, TooWide

WIDEST_M = 3000
NARROWEST_M = 400  # a smaller circle would reveal too much about a home


def cells_of(preferences: Preferences) -> list[int]:
    """Return the compacted cells of areas and circle. Raise NoPlaceChosen, OutsideCity, TooWide."""
    cells: set[int] = set(area_cells(codes=preferences.areas)) if preferences.areas else set()
    if preferences.circle:
        lat, lon, radius_m = preferences.circle
        if radius_m > WIDEST_M:
            raise TooWide(WIDEST_M)
        if describe_point(lat=lat, lon=lon) is None:
            raise OutsideCity
        # Centred on the cell, not on the tap: the exact point is not stored.
        lat, lon = hexgrid.centre_of(hexgrid.cell_of(lat, lon))
        cells.update(hexgrid.cells_in_circle(lat, lon, max(radius_m, NARROWEST_M)))
    if not cells:
        raise NoPlaceChosen
    return hexgrid.compact(cells)
