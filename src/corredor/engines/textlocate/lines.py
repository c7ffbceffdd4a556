"""Group street rows into lines (all of Kedzie Ave, north and south) and index where lines cross."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corredor.engines.geo.plane import LocalPlane

from .approach import Approach, find_approach
from .gazetteer import Gazetteer, StreetTable
from .jog import find_steps
from .tokens import key_words
from .vocabulary import CANONICAL, DIRECTIONS, STREET_KINDS

_RAMP_KINDS = frozenset(("er", "xr", "sr", "rl", "ord", "ramp"))
_MOST_KEPT = 20_000
_NODE_M = 12.0
"""Crossings nearer than this are one corner: all their streets meet there."""


@dataclass(slots=True)
class Lines:
    """Columns by line, columns by street row (``of_street``, ``direction``), and the crossings of lines.

    ``pairs`` maps ``pair_key(a, b)`` to the positions (rows of ``x``/``y``) where lines a and b meet.
    ``corner_a``/``corner_b`` are the street rows of each position.
    """

    base: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    ramp: list[bool] = field(default_factory=list)
    of_street: list[int] = field(default_factory=list)
    direction: list[str] = field(default_factory=list)
    weight: list[int] = field(default_factory=list)
    pairs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    corner_a: list[int] = field(default_factory=list)
    corner_b: list[int] = field(default_factory=list)
    xy: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    spots: list[NDArray[np.int32]] = field(default_factory=list)
    boxes: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)
    approaches: dict[tuple[int, int], Approach] = field(default_factory=dict)

    def approach(self, a: int, b: int) -> Approach:
        """Return where two lines come nearest; cached, because the same wrong corners recur."""
        known = self.approaches.get((a, b))
        if known is None:
            if len(self.approaches) >= _MOST_KEPT:
                self.approaches.clear()
            known = self.approaches[a, b] = find_approach(self.points(a), self.points(b))
        return known

    def box(self, line: int) -> tuple[float, float, float, float]:
        """Return the bounding box of a line in metres: west, south, east, north."""
        known = self.boxes.get(line)
        if known is None:
            points = self.points(line)
            (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            known = self.boxes[line] = (west, south, east, north)
        return known

    def row_at(self, spot: int, line: int) -> int:
        """Return the street row by which *line* reaches *spot*, -1 if it only shares the corner."""
        for row in (self.corner_a[spot], self.corner_b[spot]):
            if self.of_street[row] == line:
                return row
        return -1

    def points(self, line: int) -> NDArray[np.float64]:
        """Return the known points of a line in metres, shape (n, 2)."""
        return np.asarray(self.xy[self.spots[line]])


def pair_key(a: int, b: int) -> int:
    """Return one number for two lines, independent of order."""
    return (a << 20) | b if a < b else (b << 20) | a


def build_lines(gazetteer: Gazetteer, plane: LocalPlane) -> Lines:
    """Return the lines of a gazetteer and their crossings."""
    lines = Lines()
    _group(lines, gazetteer.streets)
    _cross(lines, gazetteer, plane)
    return lines


def split_name(direction: str, name: str, kind: str) -> tuple[str, str, str]:
    """Return canonical (direction, base, kind) of a street row; splits a name that still includes its parts."""
    words = key_words(name)
    kind_word = CANONICAL.get(kind.lower(), kind.lower())
    direction_word = CANONICAL.get(direction.lower(), direction.lower())
    if not direction and len(words) > 1 and words[0] in DIRECTIONS and words[1] not in STREET_KINDS:
        direction_word = words.pop(0)
    if not kind and len(words) > 1 and words[-1] in STREET_KINDS:
        kind_word = words.pop()
    return direction_word, " ".join(words), kind_word


def _group(lines: Lines, streets: StreetTable) -> None:
    known: dict[tuple[str, str], int] = {}
    for row, name in enumerate(streets.name):
        direction, base, kind = split_name(streets.direction[row], name, streets.kind[row])
        line = known.setdefault((base, kind), len(lines.base))
        if line == len(lines.base):
            lines.base.append(base)
            lines.kind.append(kind)
            lines.rows.append([])
            lines.ramp.append(kind in _RAMP_KINDS or streets.suffix[row].lower() in _RAMP_KINDS)
        suffix = CANONICAL.get(streets.suffix[row].lower(), "")
        lines.direction.append(direction or (suffix if suffix in DIRECTIONS else ""))
        lines.rows[line].append(row)
        lines.of_street.append(line)


def _cross(lines: Lines, gazetteer: Gazetteer, plane: LocalPlane) -> None:
    crossings = gazetteer.crossings
    of_street = np.asarray(lines.of_street, dtype=np.int64)
    a, b = of_street[crossings.a], of_street[crossings.b]
    lines.lat, lines.lon = crossings.lat.tolist(), crossings.lon.tolist()
    lines.corner_a, lines.corner_b = crossings.a.tolist(), crossings.b.tolist()
    lines.xy = np.column_stack(plane.project(crossings.lat, crossings.lon))
    met: dict[int, list[int]] = defaultdict(list)
    for spot, key in enumerate(((np.minimum(a, b) << 20) | np.maximum(a, b)).tolist()):
        met[key].append(spot)
    _join_corners(met, lines.xy, a, b)
    _add_steps(lines, met, plane, a, b)
    lines.pairs = {key: tuple(spots) for key, spots in met.items()}
    _collect_spots(lines, a, b)


def _add_steps(
    lines: Lines, met: dict[int, list[int]], plane: LocalPlane, a: NDArray[np.int64], b: NDArray[np.int64]
) -> None:
    """Add the second corner of every street that jogs where it meets another."""
    spot = np.arange(len(a), dtype=np.int64)
    line, spot = np.concatenate((a, b)), np.concatenate((spot, spot))
    walkable = ~np.asarray(lines.ramp, dtype=bool)[line]
    reach = np.bincount(line, minlength=len(lines.base))
    cross = reach[np.concatenate((b, a))]
    steps = find_steps(line[walkable], spot[walkable], lines.xy, cross[walkable])
    extra: list[tuple[float, float]] = []
    for at, (x, y) in zip(steps.spot.tolist(), steps.xy.tolist(), strict=True):
        spots = met[pair_key(int(a[at]), int(b[at]))]
        if any(math.hypot(lines.xy[k][0] - x, lines.xy[k][1] - y) < _NODE_M * 4 for k in spots if k < len(a)):
            continue
        lat, lon = plane.to_degrees(x, y)
        spots.append(len(lines.lat))
        lines.lat.append(lat)
        lines.lon.append(lon)
        lines.corner_a.append(lines.corner_a[at])
        lines.corner_b.append(lines.corner_b[at])
        extra.append((x, y))
    if extra:
        lines.xy = np.concatenate((lines.xy, extra))


def _collect_spots(lines: Lines, a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    spots = np.arange(len(a), dtype=np.int32)
    line = np.concatenate((a, b))
    order = np.argsort(line, kind="stable")
    ends = np.cumsum(np.bincount(line, minlength=len(lines.base)))
    sorted_spots = np.concatenate((spots, spots))[order]
    starts = [0, *ends[:-1].tolist()]
    lines.spots = [sorted_spots[start:end] for start, end in zip(starts, ends.tolist(), strict=True)]
    lines.weight = np.diff(ends, prepend=0).tolist()


def _join_corners(
    met: dict[int, list[int]], xy: NDArray[np.float64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> None:
    """Let every two lines that share a corner cross there, if the source lists only some of the pairs."""
    cell = np.floor(xy / _NODE_M).astype(np.int64)
    key = cell[:, 0] * 10_000_019 + cell[:, 1]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=key[order][:1] - 1))
    ends = np.append(starts[1:], len(order))
    crowded = np.flatnonzero(ends - starts > 1)
    for start, end in zip(starts[crowded].tolist(), ends[crowded].tolist(), strict=True):
        _join(met, order[start:end].tolist(), a, b)


def _join(met: dict[int, list[int]], group: list[int], a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    found: dict[int, int] = {}
    for spot in group:
        found.setdefault(int(a[spot]), spot)
        found.setdefault(int(b[spot]), spot)
    here = sorted(found)
    for n, first in enumerate(here):
        for second in here[n + 1 :]:
            key = pair_key(first, second)
            if key not in met:
                met[key].append(min(found[first], found[second]))
