"""Read a city known only by its crossings and by evidence: names, numbers and a derived network (kind c)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.engines.citypack.making.derive.assemble import NetworkInputs, derive_network
from corredor.engines.citypack.making.derive.number_field import NumberField
from corredor.engines.citypack.making.draft import CrossingDraft, StreetDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.making.reading.grid_evidence import read_address_points, read_evidence, read_grid_numbers
from corredor.engines.citypack.making.reading.line_files import read_rail, read_real_lines
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import SourceFolder
from corredor.engines.citypack.making.street_name import StreetName, parse_city_name, write_title

Report = Callable[[str, int, int], None]
"""Progress callback: (step, done, total)."""

_GridLines = dict[str, tuple[str, float, float]]
_NUMBERED = re.compile(r"(\d+)(ST|ND|RD|TH)")


@dataclass
class CrossingFile:
    """Contents of the crossing file and the name file, before anything is derived."""

    streets: dict[str, StreetDraft] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)


def read_crossing_city(folder: SourceFolder, path: Path, recipe: Recipe, plane: Plane, report: Report) -> StreetLayer:
    """Return streets, crossings and derived network of the crossing file *path*; raise SourceError if malformed."""
    raw = _read_files(folder, path, recipe)
    names = sorted(raw.streets)
    row_of = {name: row for row, name in enumerate(names)}
    layer = StreetLayer(streets=[raw.streets[name] for name in names])
    points = plane.to_xy(raw.lat, raw.lon)
    report("House numbers", 0, 1)
    grid = _grid_lines(raw.streets, recipe, read_grid_numbers(folder, recipe))
    north, east = _number_fields(folder, recipe, plane, raw, points, grid)
    at_north, at_east = north.at(points), east.at(points)
    for i, (first, second) in enumerate(raw.pairs):
        a, b = sorted((first, second))
        crossing = CrossingDraft(row_of[a], row_of[b], raw.lat[i], raw.lon[i])
        where = at_north[i], at_east[i]
        crossing.number_a = _corner_number(raw.streets[a].name, raw.streets[b].name, where, grid)
        crossing.number_b = _corner_number(raw.streets[b].name, raw.streets[a].name, where, grid)
        layer.crossings.append(crossing)
    report("House numbers", 1, 1)
    inputs = NetworkInputs(
        points=points,
        pairs=[(row_of[a], row_of[b]) for a, b in raw.pairs],
        streets=[draft.name for draft in layer.streets],
        walkable=[is_walkable(draft.name, recipe) for draft in layer.streets],
        evidence=read_evidence(folder, recipe),
        number_at=_number_of(layer, points, raw, row_of, at_north, at_east),
        lines=read_real_lines(folder, recipe, plane),
        rail=read_rail(folder, recipe, plane),
        recipe=recipe,
    )
    derive_network(layer, inputs, report)
    return layer


def is_walkable(name: StreetName, recipe: Recipe) -> bool:
    """Return whether people walk along a street of this name: not ramps, expressways, rivers or lower decks."""
    closed = (*recipe.street_words("not_for_walking"), *recipe.street_words("water"))
    full = f" {name.full} "
    last = full.split()[-1]
    return last not in closed and not any(word in full for word in recipe.street_words("not_for_walking_words"))


def _read_files(folder: SourceFolder, path: Path, recipe: Recipe) -> CrossingFile:
    """Return the streets by full name, and their crossings."""
    raw = CrossingFile()
    names = recipe.sources.get("street_names")
    names_file = folder.find(names.file) if names else None
    if names_file:
        required = ("Full Street Name", "Direction", "Street", "Suffix", "Suffix Direction")
        for row in folder.csv_rows(names_file, required):
            parts = (row.text("Direction"), row.text("Street"), row.text("Suffix"), row.text("Suffix Direction"))
            name = StreetName(*(part.upper() for part in parts))
            draft = StreetDraft(name, write_title(name, recipe.titles))
            draft.low, draft.high = row.whole("Min Address"), row.whole("Max Address")
            raw.streets[name.full] = draft
    for row in folder.csv_rows(path, ("street_1", "street_2", "latitude", "longitude")):
        pair = tuple(row.text(key).upper() for key in ("street_1", "street_2"))
        if not all(pair):
            raise row.error("a street has no name", "street_1" if not pair[0] else "street_2")
        lat, lon = row.position("latitude", "longitude")
        for text in pair:
            if text not in raw.streets:
                name = parse_city_name(text, recipe)
                raw.streets[text] = StreetDraft(name, write_title(name, recipe.titles))
        raw.pairs.append((pair[0], pair[1]))
        raw.lat.append(lat)
        raw.lon.append(lon)
    return raw


def _number_fields(
    folder: SourceFolder,
    recipe: Recipe,
    plane: Plane,
    raw: CrossingFile,
    points: Points,
    grid: _GridLines,
) -> tuple[NumberField, NumberField]:
    """Fit the house-number fields (north positive, east positive) to all known numbers."""
    known: dict[str, list[tuple[float, float, float, float]]] = {"NS": [], "EW": []}
    for i, pair in enumerate(raw.pairs):
        for text in pair:
            if text in grid:
                axis, number, weight = grid[text]
                known[axis].append((points[i, 0], points[i, 1], number, weight))
    for direction, number, lat, lon in read_address_points(folder, recipe):
        x, y = plane.to_xy(lat, lon)[0]
        known[_axis(direction)].append((x, y, _signed(number, direction), 1.0))
    fields = []
    for axis in ("NS", "EW"):
        table = np.array(known[axis], dtype=np.float64).reshape(-1, 4)
        fields.append(NumberField(table[:, :2], table[:, 2].tolist(), table[:, 3].tolist()))
    return fields[0], fields[1]


def _grid_lines(streets: dict[str, StreetDraft], recipe: Recipe, noted: dict[str, tuple[int, str]]) -> _GridLines:
    """Return (axis, signed number, weight) of each street that is itself a line of the house-number grid.

    In a city with numbered streets W 39TH ST lies at 3900 south; a named street lies where the City's own records
    say, e.g. W NORTH AVE (1600 N). Places and courts lie between the lines.
    """
    lines: _GridLines = {}
    is_numbered = bool(recipe.streets.get("numbered_streets_south", False))
    for text, draft in streets.items():
        name = draft.name
        match = _NUMBERED.fullmatch(name.name)
        number, side = noted.get(text, (0, ""))
        if is_numbered and match and name.kind == "ST" and name.direction in ("E", "W"):
            lines[text] = "NS", -100.0 * int(match[1]), 3.0
        elif side and name.kind not in ("PL", "CT", "TER") and _axis(side) != _axis(name.direction):
            lines[text] = _axis(side), _signed(number, side), 1.0
    return lines


def _axis(direction: str) -> str:
    """Return "NS" for numbers that count north and south, "EW" for those that count east and west."""
    return "NS" if direction in ("N", "S") else "EW"


def _corner_number(along: StreetName, other: StreetName, field_at: tuple[float, float], grid: _GridLines) -> int:
    """Return the house number on *along* at its crossing with *other*, 0 if unknown."""
    if along.direction not in ("N", "S", "E", "W"):
        return 0
    axis = _axis(along.direction)
    smooth = field_at[0] if axis == "NS" else field_at[1]
    exact = grid.get(other.full)
    number = smooth
    if exact and exact[0] == axis and not abs(exact[1] - smooth) > 60:
        number = exact[1]
    if number != number:  # NaN: the city has no house-number grid
        return 0
    return max(1, round(number if along.direction in ("N", "E") else -number))


def _number_of(
    layer: StreetLayer,
    points: Points,
    raw: CrossingFile,
    row_of: dict[str, int],
    at_north: NDArray[np.float64],
    at_east: NDArray[np.float64],
) -> Callable[[int, list[int]], float]:
    """Return a function that gives the mean number of a street over some crossings at one corner."""
    by_pair: dict[int, list[int]] = defaultdict(list)
    for i, pair in enumerate(raw.pairs):
        for text in pair:
            by_pair[row_of[text]].append(i)

    def number_at(street: int, crossings: list[int]) -> float:
        direction = layer.streets[street].name.direction
        values = at_north if direction in ("N", "S") else at_east
        sign = 1.0 if direction in ("N", "E") else -1.0
        return sign * float(values[crossings].mean())

    return number_at


def _signed(number: float, direction: str) -> float:
    """Return a house number with north and east positive."""
    return float(number if direction in ("N", "E") else -number)
