"""Evidence about streets from the City's own records: stretches of pavement, grid numbers, addressed points."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from corredor.engines.citypack.making.derive.evidence import AddressEvidence
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import Row, SourceFolder

_CROSS = r"([NSEW] [A-Z0-9 .'-]+?)\s+\((\d+) ([NSEW])\)"
_GRID = re.compile(rf"(?:FROM|TO) {_CROSS}")
_STRETCH = re.compile(rf"ON ([NSEW] [A-Z0-9 .'&-]+?) FROM {_CROSS} TO {_CROSS}")
_ADDRESS = re.compile(r"\s*(\d+)(?:-\d+)?\s+([NSEW])[. ]")
_POINT = re.compile(r"(-?\d+\.\d+),\s*(-?\d+\.\d+)")
_Addressed = tuple[str, int, float, float]  # direction, house number, lat, lon
AGREED = 0.8
"""A grid number is used if at least this share of the records agree."""


def read_evidence(folder: SourceFolder, recipe: Recipe) -> AddressEvidence:
    """Return every address range that proves pavement; raise SourceError if a file is malformed."""
    evidence = AddressEvidence()
    for row in _rows(folder, recipe, "moratoriums", ("STREET ADDRESS BEGIN", "STREET ADDRESS END")):
        street = _join(row, "STREET ADDRESS PREFIX", "STREET NAME", "STREET NAME SUFFIX")
        _add(evidence, row, street, "STREET ADDRESS BEGIN", "STREET ADDRESS END")
    for row in _rows(folder, recipe, "permit_zones", ("ADDRESS RANGE - LOW", "ADDRESS RANGE - HIGH")):
        street = _join(row, "STREET DIRECTION", "STREET NAME", "STREET TYPE")
        _add(evidence, row, street, "ADDRESS RANGE - LOW", "ADDRESS RANGE - HIGH")
    for row in _rows(folder, recipe, "menu", ("location",)):
        for street, _, begin, side, _, end, other_side in _STRETCH.findall(row.text("location").upper()):
            if side == other_side:
                evidence.add(street.strip(), int(begin), int(end))
    return evidence


def read_grid_numbers(folder: SourceFolder, recipe: Recipe) -> dict[str, tuple[int, str]]:
    """Return the grid position of streets, e.g. "W NORTH AVE": (1600, "N"), from notes like "(1600 N)"."""
    said: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    for row in _rows(folder, recipe, "menu", ("location",)):
        for street, number, side in _GRID.findall(row.text("location").upper()):
            said[street.strip()][int(number), side] += 1
    agreed: dict[str, tuple[int, str]] = {}
    for street, counts in said.items():
        value, times = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if times >= AGREED * counts.total():
            agreed[street] = value
    return agreed


def read_address_points(folder: SourceFolder, recipe: Recipe) -> Iterator[tuple[str, int, float, float]]:
    """Yield (direction, house number, lat, lon) of places whose address and position are both known."""
    path = _find(folder, recipe, "schools")
    if path:
        for feature in folder.features(path):
            yield from _addressed(feature.row.text("address", ""), *feature.geometry["coordinates"][1::-1])
    for row in _rows(folder, recipe, "fire_stations", ("address", "lat", "lon")):
        yield from _addressed(row.text("address"), *row.position("lat", "lon"))
    for row in _rows(folder, recipe, "libraries", ("ADDRESS", "LOCATION")):
        yield from _addressed(row.text("ADDRESS"), *_first_point(row.text("LOCATION")))
    for row in _rows(folder, recipe, "clinics", ("Address",)):
        yield from _addressed(row.text("Address"), *_first_point(row.text("Address")))


def _addressed(address: str, lat: float | None = None, lon: float | None = None) -> Iterator[_Addressed]:
    """Parse an address that begins with a number and a direction; yield nothing without a position."""
    match = _ADDRESS.match(address.upper())
    if match and lat is not None and lon is not None:
        yield match[2], int(match[1]), lat, lon


def _first_point(text: str) -> tuple[float, float] | tuple[()]:
    """Return the first "(lat, lon)" in a text."""
    match = _POINT.search(text)
    return (float(match[1]), float(match[2])) if match else ()


def _find(folder: SourceFolder, recipe: Recipe, role: str) -> Path | None:
    """Return the file of a role, or None."""
    note = recipe.sources.get(role)
    return folder.find(note.file) if note else None


def _rows(folder: SourceFolder, recipe: Recipe, role: str, required: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of every file of a role."""
    note = recipe.sources.get(role)
    for path in folder.find_all(note.file) if note else ():
        yield from folder.csv_rows(path, required)


def _join(row: Row, *fields: str) -> str:
    """Join a full street name from its parts."""
    return " ".join(part for part in (row.text(name).upper() for name in fields) if part)


def _add(evidence: AddressEvidence, row: Row, street: str, low: str, high: str) -> None:
    """Record one range; skip rows without numbers."""
    if row.has(low) and row.has(high):
        evidence.add(street, row.whole(low), row.whole(high))
