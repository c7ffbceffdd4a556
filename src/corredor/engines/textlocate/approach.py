"""Where two streets meet or would meet, each known by points on the city's plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BOX_M = 500.0


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
