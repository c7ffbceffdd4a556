"""The Earth: metres per degree, and the distance between two positions."""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of WGS 84 (IUGG R1), the radius of the sphere that lengths are measured on.

H3 has a sphere too, 0.3 mm per kilometre smaller. The plane, the great circle and the cells must agree: an alert's
circle, the cells it meets and the streets that a hazard closes are compared with one another. On the ellipsoid a length
in Chicago differs by up to 0.3 %, depending on its direction. 111,320 m, often quoted for a degree, is a degree of the
equator on the ellipsoid, and 0.11 % too long here.
"""
METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)
"""Length of one degree of latitude on the sphere: 111,195.08 m."""


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return metres per degree of longitude and of latitude at a latitude, on the sphere."""
    return METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE


def ellipsoid_metres_per_degree(lat: float) -> tuple[float, float]:
    """Return metres per degree of longitude and of latitude at a latitude, on the WGS 84 ellipsoid (truncated series).

    For comparison with surveyed lengths: a city pack's streets are measured with it when the pack is made.
    """
    phi = math.radians(lat)
    east_m = 111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)
    north_m = 111132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    return east_m, north_m


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance in metres between (lat, lon) points in degrees (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))
