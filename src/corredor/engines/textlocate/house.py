"""Find a house number on a street by interpolating between corners with known numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corredor.engines.geo.plane import LocalPlane

from .gazetteer import Gazetteer
from .lines import Lines

_SLACK = 150
_MAX_STEP = 1300


@dataclass(frozen=True, slots=True)
class Spot:
    """A point for a number on one street row.

    ``step`` is how many numbers apart the corners around it are; ``past`` how many numbers beyond the last known
    corner it is.
    """

    row: int
    lat: float
    lon: float
    step: int
    past: int


@dataclass(slots=True)
class Houses:
    """Look numbers up along street rows; a row's corners are collected on first use."""

    gazetteer: Gazetteer
    plane: LocalPlane
    lines: Lines
    corners: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)

    def find(self, line: int, direction: str, number: int) -> list[Spot]:
        """Return the position of *number* on each street row of a line (of that direction, if given)."""
        rows = self.lines.rows[line]
        wanted = [row for row in rows if not direction or self.lines.direction[row] == direction]
        found = [self._on_row(row, number) for row in wanted or rows]
        return [spot for spot in found if spot is not None]

    def _on_row(self, row: int, number: int) -> Spot | None:
        low, high = int(self.gazetteer.streets.low[row]), int(self.gazetteer.streets.high[row])
        if high and not low - _SLACK <= number <= high + _SLACK:
            return None
        numbers, points = self._corners_of(row)
        if not len(numbers):
            return None
        at = int(np.searchsorted(numbers, number))
        if at == 0 or at == len(numbers):
            return self._past_end(row, number, numbers, points, 0 if at == 0 else len(numbers) - 1)
        step = int(numbers[at] - numbers[at - 1])
        if step > _MAX_STEP:
            return None
        share = (number - numbers[at - 1]) / max(1, step)
        x, y = points[at - 1] + share * (points[at] - points[at - 1])
        lat, lon = self.plane.to_degrees(float(x), float(y))
        return Spot(row, lat, lon, step, 0)

    def _past_end(
        self, row: int, number: int, numbers: NDArray[np.float64], points: NDArray[np.float64], end: int
    ) -> Spot | None:
        past = int(abs(number - numbers[end]))
        if past > 2 * _SLACK:
            return None
        x, y = points[end]
        inner = 1 if end == 0 else end - 1
        if len(numbers) > 1 and past and abs(numbers[end] - numbers[inner]) > 0:
            share = (number - numbers[end]) / (numbers[end] - numbers[inner])
            x, y = points[end] + min(3.0, share) * (points[end] - points[inner])
        lat, lon = self.plane.to_degrees(float(x), float(y))
        return Spot(row, lat, lon, 0, past)

    def _corners_of(self, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        known = self.corners.get(row)
        if known is None:
            known = self.corners[row] = self._gather(row)
        return known

    def _gather(self, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        crossings = self.gazetteer.crossings
        as_a = np.flatnonzero((crossings.a == row) & (crossings.number_a > 0))
        as_b = np.flatnonzero((crossings.b == row) & (crossings.number_b > 0))
        spots = np.concatenate((as_a, as_b))
        numbers = np.concatenate((crossings.number_a[as_a], crossings.number_b[as_b])).astype(float)
        distinct, group = np.unique(numbers, return_inverse=True)
        count = np.bincount(group)
        sums = [np.bincount(group, weights=self.lines.xy[spots, axis]) / count for axis in (0, 1)]
        return distinct, np.column_stack(sums) if len(distinct) else np.empty((0, 2))
