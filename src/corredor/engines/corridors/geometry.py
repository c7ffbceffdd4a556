"""Local plane geometry (equirectangular projection, metres), and the eight compass directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model import Bools, Floats, Ints

METRES_A_DEGREE = 111_195.0
WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Equirectangular projection around (lat, lon) in degrees; error below 0.1 % within a few kilometres."""

    lat: float
    lon: float

    def project(self, lat: NDArray[np.floating], lon: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Return metres east and north of the origin, float64, the shape of *lat* and *lon* (degrees)."""
        east = (np.asarray(lon, np.float64) - self.lon) * METRES_A_DEGREE * np.cos(np.radians(self.lat))
        north = (np.asarray(lat, np.float64) - self.lat) * METRES_A_DEGREE
        return east, north

    def unproject(self, east: float, north: float) -> tuple[float, float]:
        """Return (lat, lon) in degrees of a point given in metres east and north."""
        lon = self.lon + east / (METRES_A_DEGREE * float(np.cos(np.radians(self.lat))))
        return self.lat + north / METRES_A_DEGREE, lon


def wind_numbers(east: Floats, north: Floats) -> Ints:
    """Return, for each vector, the index in WINDS of its compass direction; 0 (north) is +y."""
    bearing = np.degrees(np.arctan2(east, north)) % 360
    return np.round(bearing / 45).astype(np.int64) % 8


def distance_to_segments(px: float, py: float, ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """Return the distance from point (px, py) to each segment a-b, shape (m,), in the unit of the coordinates."""
    dx, dy = bx - ax, by - ay
    square = np.maximum(dx * dx + dy * dy, 1e-12)
    part = np.clip(((px - ax) * dx + (py - ay) * dy) / square, 0.0, 1.0)
    distance: Floats = np.hypot(ax + part * dx - px, ay + part * dy - py)
    return distance


def inside_ring(px: Floats, py: Floats, ring_x: Floats, ring_y: Floats) -> Bools:
    """Return a mask (n,) of the points inside a ring (even-odd rule); the ring need not be closed."""
    inside = np.zeros(len(px), bool)
    last_x, last_y = np.roll(ring_x, 1), np.roll(ring_y, 1)
    for ax, ay, bx, by in zip(ring_x, ring_y, last_x, last_y, strict=True):
        spans = (ay > py) != (by > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = px < (bx - ax) * (py - ay) / (by - ay) + ax
        inside ^= spans & left
    return inside


def segments_meet(ax: Floats, ay: Floats, bx: Floats, by: Floats, cx: float, cy: float, dx: float, dy: float) -> Bools:
    """Return a mask (m,) of the segments a-b that cross or touch segment c-d."""

    def side(
        px: Floats | float,
        py: Floats | float,
        qx: Floats | float,
        qy: Floats | float,
        x: Floats | float,
        y: Floats | float,
    ) -> Floats:
        turned: Floats = np.asarray((qx - px) * (y - py) - (qy - py) * (x - px))
        return turned

    apart_cd = side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0
    apart_ab = side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) <= 0
    boxes = (
        (np.minimum(ax, bx) <= max(cx, dx))
        & (np.maximum(ax, bx) >= min(cx, dx))
        & (np.minimum(ay, by) <= max(cy, dy))
        & (np.maximum(ay, by) >= min(cy, dy))
    )
    meet: Bools = apart_cd & apart_ab & boxes
    return meet
