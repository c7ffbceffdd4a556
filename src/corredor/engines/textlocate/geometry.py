"""Plane geometry of one city: metres from its middle, lines through points, points in polygons."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gazetteer import Floats, Polygons

METRES_PER_DEGREE = 111_195.0
_BOX_M = 500.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Local projection: degrees to metres east and north of a point and back; accurate over one city."""

    lat0: float
    lon0: float
    east_m: float  # metres per degree of longitude

    @classmethod
    def around(cls, lat: float, lon: float) -> Plane:
        """Return the plane tangent at a point."""
        return cls(lat, lon, METRES_PER_DEGREE * math.cos(math.radians(lat)))

    def to_xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Return metres (east, north) of a position in degrees."""
        return (lon - self.lon0) * self.east_m, (lat - self.lat0) * METRES_PER_DEGREE

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Return (lat, lon) in degrees of a point in metres."""
        return self.lat0 + y / METRES_PER_DEGREE, self.lon0 + x / self.east_m

    def distance_m(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """Return metres between two (lat, lon) points in degrees."""
        return math.hypot((a[1] - b[1]) * self.east_m, (a[0] - b[0]) * METRES_PER_DEGREE)


@dataclass(frozen=True, slots=True)
class Approach:
    """Where two lines of points come nearest, in metres.

    ``beyond_m`` is how far one had to be extended past its end, ``gap_m`` the distance between their nearest known
    points.
    """

    x: float
    y: float
    gap_m: float
    beyond_m: float


def find_approach(one: NDArray[np.float64], other: NDArray[np.float64]) -> Approach:
    """Return where two streets, each known by points of shape (n, 2) in metres, meet or would meet."""
    near_one, near_other = _facing(one, other), _facing(other, one)
    east = one[near_one, 0][:, None] - other[near_other, 0]
    north = one[near_one, 1][:, None] - other[near_other, 1]
    apart = east * east + north * north
    row, column = divmod(int(apart.argmin()), len(near_other))
    gap = math.sqrt(float(apart[row, column]))
    i, j = int(near_one[row]), int(near_other[column])
    middle = (one[i] + other[j]) / 2
    if gap <= 30:
        return Approach(float(middle[0]), float(middle[1]), gap, 0.0)
    met = _meet(one, i, other, j, gap)
    return met or Approach(float(middle[0]), float(middle[1]), gap, gap)


def _facing(points: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows of *points* in a wide box around *other*, or all if the box contains none."""
    low, high = other.min(axis=0) - _BOX_M, other.max(axis=0) + _BOX_M
    x, y = points[:, 0], points[:, 1]
    inside = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    return inside if len(inside) else np.arange(len(points))


def _meet(one: NDArray[np.float64], i: int, other: NDArray[np.float64], j: int, gap: float) -> Approach | None:
    """Return the crossing of the two straight lines nearest the closest points, if it is near them."""
    u, v = _heading(one, i), _heading(other, j)
    if u is None or v is None:
        return None
    cross = float(u[0] * v[1] - u[1] * v[0])
    if abs(cross) < 0.35:  # under 20 degrees: nearly parallel
        return None
    away = other[j] - one[i]
    point = one[i] + u * (float(away[0] * v[1] - away[1] * v[0]) / cross)
    reach = max(float(np.hypot(*(point - one[i]))), float(np.hypot(*(point - other[j]))))
    if reach > max(2.0 * gap, 150.0):
        return None
    beyond = max(_beyond(one, i, u, point), _beyond(other, j, v, point))
    return Approach(float(point[0]), float(point[1]), gap, beyond)


def _heading(points: NDArray[np.float64], i: int) -> NDArray[np.float64] | None:
    """Return the unit direction of a street near its point *i*, or None without another point near."""
    away = points - points[i]
    near = np.argsort((away**2).sum(axis=1), kind="stable")[1:4]
    near = near[(away[near] ** 2).sum(axis=1) <= 900.0**2]
    for k in near:
        length = float(np.hypot(*away[k]))
        if length > 40:
            return np.asarray(away[k] / length)
    return None


def _beyond(points: NDArray[np.float64], i: int, u: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return how many metres *point* lies past the last known point of a street, 0 between two points."""
    along = (points - points[i]) @ u
    at = float((point - points[i]) @ u)
    if abs(at) < 20:
        return 0.0
    aside = np.abs((points - points[i]) @ np.array((-u[1], u[0])))
    past = along[(aside < 150) & (np.abs(along) < 1500)]
    hidden = bool((past >= at).any()) if at > 0 else bool((past <= at).any())
    return 0.0 if hidden else abs(at)


def contains(polygons: Polygons, lat: float, lon: float) -> bool:
    """Return whether a point (degrees) lies in any of the polygons (even-odd rule, so holes are outside)."""
    return any(sum(_crossings(ring, lat, lon) for ring in polygon) % 2 == 1 for polygon in polygons)


def _crossings(ring: Floats, lat: float, lon: float) -> int:
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
