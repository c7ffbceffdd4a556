"""House-number grid: where one street would cross another, since 33rd St is at 3300 even where it does not run."""

from __future__ import annotations

import numpy as np

from .atlas import Atlas
from .crossing import Meeting, Reading, name_cost
from .scan import Item

_MAX_NAMES = 2
_LEAST_CORNERS = 3
_SPREAD = 60
_COST = 1.4
_DOUBT = 4.1
_MOST_KEPT = 20_000


def find_on_grid(atlas: Atlas, a: Item, b: Item) -> list[Reading]:
    """Return the points where *a* has the house number of *b*, and the reverse, cheapest first."""
    found: list[Reading] = []
    for name_a in a.names[:_MAX_NAMES]:
        for name_b in b.names[:_MAX_NAMES]:
            cost = name_cost(a, name_a) + name_cost(b, name_b) + _COST
            for own, other in ((name_a.line, name_b.line), (name_b.line, name_a.line)):
                found += [
                    Reading(cost, name_a.line, name_b.line, lat, lon, Meeting.BEYOND, 0.0, _DOUBT)
                    for lat, lon in _at_number_of(atlas, own, other)
                ]
    found.sort(key=lambda reading: (reading.cost, reading.lat, reading.lon))
    return found[:2]


def _at_number_of(atlas: Atlas, line: int, other: int) -> list[tuple[float, float]]:
    """Return the points of *line* at the number that *other* has on streets of that direction."""
    known = atlas.grid_points.get((line, other))
    if known is None:
        if len(atlas.grid_points) >= _MOST_KEPT:
            atlas.grid_points.clear()
        known = atlas.grid_points[line, other] = _find_at_number(atlas, line, other)
    return known


def _find_at_number(atlas: Atlas, line: int, other: int) -> list[tuple[float, float]]:
    points = []
    for direction, number in numbers_of(atlas, other).items():
        if not any(atlas.lines.direction[row] == direction for row in atlas.lines.rows[line]):
            continue
        spots = atlas.houses.find(line, direction, number)
        points += [(spot.lat, spot.lon) for spot in spots if not spot.past and spot.step <= 900]
    return points


def numbers_of(atlas: Atlas, line: int) -> dict[str, int]:
    """Return the house number at this line's corners on the streets it crosses, by their direction letter.

    Only if nearly all corners agree, as on a grid.
    """
    known = atlas.grid.get(line)
    if known is None:
        known = atlas.grid[line] = _measure(atlas, line)
    return known


def _measure(atlas: Atlas, line: int) -> dict[str, int]:
    crossings, lines = atlas.gazetteer.crossings, atlas.lines
    seen: dict[str, list[int]] = {}
    for spot in lines.spots[line].tolist():
        is_a = lines.of_street[lines.corner_a[spot]] == line
        row, number = (
            (lines.corner_b[spot], int(crossings.number_b[spot]))
            if is_a
            else (lines.corner_a[spot], int(crossings.number_a[spot]))
        )
        if number > 0:
            seen.setdefault(lines.direction[row], []).append(number)
    return {
        direction: int(np.median(numbers))
        for direction, numbers in seen.items()
        if len(numbers) >= _LEAST_CORNERS and np.subtract(*np.percentile(numbers, (75, 25))) <= _SPREAD
    }
