"""Plane geometry of one city: degrees to metres and back, sampling of lines, near and parallel lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from corredor.engines.geo.earth import ellipsoid_metres_per_degree
from corredor.engines.geo.segment import locate_on_segments

Points = NDArray[np.float64]
"""Shape (n, 2): x, y in metres on the city's plane."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Projection of one city: x east, y north, in metres from (0, 0). Good to 0.1 % within 50 km."""

    lat0: float

    @property
    def _scale(self) -> tuple[float, float]:
        """Return metres per degree of longitude and of latitude: surveyed lengths, so the ellipsoid's."""
        return ellipsoid_metres_per_degree(self.lat0)

    def to_xy(self, lat: Any, lon: Any) -> Points:
        """Return plane points (n, 2) of positions in degrees; scalars give shape (1, 2)."""
        lon_m, lat_m = self._scale
        x = np.atleast_1d(np.asarray(lon, dtype=np.float64)) * lon_m
        y = np.atleast_1d(np.asarray(lat, dtype=np.float64)) * lat_m
        return np.column_stack([x, y])

    def to_lat_lon(self, points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return latitudes and longitudes, each (n,) in degrees, of plane points (n, 2)."""
        lon_m, lat_m = self._scale
        return points[:, 1] / lat_m, points[:, 0] / lon_m


@dataclass(frozen=True, slots=True)
class Samples:
    """Points (n, 2) along segments, each with its bearing (radians modulo pi) and the length it represents (metres)."""

    points: Points
    bearing: NDArray[np.float64]
    weight: NDArray[np.float64]
    segment: NDArray[np.int64]


def sample_segments(start: Points, end: Points, step_m: float = 5.0) -> Samples:
    """Return the midpoints of equal pieces, at most *step_m* metres long, of every segment."""
    length = np.hypot(*(end - start).T)
    pieces = np.maximum(1, np.ceil(length / step_m).astype(np.int64))
    segment = np.repeat(np.arange(len(start)), pieces)
    first = np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (np.arange(pieces.sum()) - first + 0.5) / pieces[segment]
    points = start[segment] + (end - start)[segment] * share[:, None]
    bearing = np.arctan2(*(end - start).T[::-1]) % math.pi
    return Samples(points, bearing[segment], (length / pieces)[segment], segment)


def near_and_parallel(
    samples: Samples, others: Samples, *, within_m: float, degrees: float = 30.0
) -> NDArray[np.bool_]:
    """Return a mask (n,) of samples with another line within *within_m* metres at an angle of at most *degrees*."""
    if not len(others.points) or not len(samples.points):
        return np.zeros(len(samples.points), dtype=bool)
    neighbours = min(24, len(others.points))
    distance, index = cKDTree(others.points).query(
        samples.points, k=np.arange(1, neighbours + 1), distance_upper_bound=within_m
    )
    found = np.isfinite(distance)
    turn = np.abs(samples.bearing[:, None] - others.bearing[np.where(found, index, 0)])
    turn = np.minimum(turn, math.pi - turn)
    near: NDArray[np.bool_] = (found & (turn <= math.radians(degrees))).any(axis=1)
    return near


def line_length(line: Points) -> float:
    """Return the length of a polyline (n, 2) in metres."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def line_positions(line: Points) -> NDArray[np.float64]:
    """Return each polyline point's distance along the line in metres, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def locate_on_line(line: Points, point: Points) -> tuple[float, float]:
    """Return (distance from the line, position along it), in metres, of one plane point of shape (2,)."""
    distance, share = locate_on_segments(*point, *line[:-1].T, *line[1:].T)
    best, positions = int(np.argmin(distance)), line_positions(line)
    position = positions[best] + share[best] * (positions[best + 1] - positions[best])
    return float(distance[best]), float(position)


def cut_line(line: Points, begin_m: float, end_m: float) -> Points:
    """Return the part of a polyline between two positions along it (metres), both ends included."""
    at = line_positions(line)
    ends = [np.array([np.interp(p, at, line[:, 0]), np.interp(p, at, line[:, 1])]) for p in (begin_m, end_m)]
    inner = line[(at > begin_m + 0.01) & (at < end_m - 0.01)]
    return np.vstack([ends[0], inner, ends[1]])


def group_near(points: Points, *, within_m: float, joined: Any = None) -> NDArray[np.int64]:
    """Return a group number for each point, shape (n,); points within *within_m* (if *joined* allows it) share one.

    ``joined(i, j)`` may reject a pair. Groups are numbered in the order of their first point.
    """
    parent = np.arange(len(points))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    pairs = cKDTree(points).query_pairs(within_m) if len(points) else set()
    for i, j in sorted(pairs):
        if joined is None or joined(i, j):
            a, b = root(i), root(j)
            parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(len(points))], dtype=np.int64)
    _, group = np.unique(roots, return_inverse=True)
    return group.astype(np.int64)
