"""Points in polygons, by the even-odd rule.

Two functions, each a loop over what is few: ``inside_ring`` tests many points against a ring of few corners,
``contains`` one point against rings of many.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ring = NDArray[np.float64]
"""A closed ring, shape (n, 2), lon then lat."""
Polygons = Sequence[Sequence[Ring]]
"""Polygons of one area; the first ring of each is its shell, the others are holes."""


def inside_ring(px: Floats, py: Floats, ring_x: Floats, ring_y: Floats) -> Bools:
    """Return a mask (n,) of the points inside a ring; the ring need not be closed."""
    inside = np.zeros(len(px), bool)
    last_x, last_y = np.roll(ring_x, 1), np.roll(ring_y, 1)
    for ax, ay, bx, by in zip(ring_x, ring_y, last_x, last_y, strict=True):
        spans = (ay > py) != (by > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = px < (bx - ax) * (py - ay) / (by - ay) + ax
        inside ^= spans & left
    return inside


def contains(polygons: Polygons, lat: float, lon: float) -> bool:
    """Return whether a point (degrees) lies in any of the polygons; holes are outside."""
    return any(sum(_crossings(ring, lat, lon) for ring in polygon) % 2 == 1 for polygon in polygons)


def _crossings(ring: Ring, lat: float, lon: float) -> int:
    """Return how many edges of a ring a line from the point to the east crosses."""
    x, y = ring[:, 0], ring[:, 1]
    above = y > lat
    change = np.flatnonzero(above[:-1] != above[1:])
    if not len(change):
        return 0
    x0, y0, x1, y1 = x[change], y[change], x[change + 1], y[change + 1]
    return int((lon < x0 + (lat - y0) * (x1 - x0) / (y1 - y0)).sum())


def bounds(polygons: Polygons) -> tuple[float, float, float, float]:
    """Return west, south, east, north of polygons."""
    rings = [ring for polygon in polygons for ring in polygon[:1]]
    low = np.min([ring.min(axis=0) for ring in rings], axis=0)
    high = np.max([ring.max(axis=0) for ring in rings], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
