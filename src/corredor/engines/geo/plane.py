"""Local plane: the equirectangular projection around one point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .earth import metres_per_degree

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Metres east and north of (lat, lon) in degrees; within 0.1 % of the great circle a few kilometres around it.

    ``east_m`` and ``north_m`` are metres per degree of longitude and of latitude.
    """

    lat: float
    lon: float
    east_m: float
    north_m: float

    @classmethod
    def around(cls, lat: float, lon: float) -> LocalPlane:
        """Return the plane that touches the sphere at a point."""
        return cls(lat, lon, *metres_per_degree(lat))

    def to_xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Return metres (east, north) of a position in degrees."""
        return (lon - self.lon) * self.east_m, (lat - self.lat) * self.north_m

    def to_degrees(self, east: float, north: float) -> tuple[float, float]:
        """Return (lat, lon) in degrees of a point in metres."""
        return self.lat + north / self.north_m, self.lon + east / self.east_m

    def project(self, lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
        """Return metres east and north, float64, the shape of *lat* and *lon* (degrees)."""
        east = (np.asarray(lon, np.float64) - self.lon) * self.east_m
        north = (np.asarray(lat, np.float64) - self.lat) * self.north_m
        return east, north

    def distance_m(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """Return metres between two (lat, lon) points in degrees, on the plane."""
        return math.hypot((a[1] - b[1]) * self.east_m, (a[0] - b[0]) * self.north_m)
