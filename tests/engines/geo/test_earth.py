"""Distances on the sphere, compared with another formula and published lengths of a degree and a survey line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.geo.earth import (
    EARTH_RADIUS_M,
    METRES_PER_DEGREE,
    distance_m,
    ellipsoid_metres_per_degree,
    metres_per_degree,
)

LAT, LON = 41.8226, -87.7044
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def dms(degrees: int, minutes: int, seconds: float) -> float:
    return math.copysign(abs(degrees) + minutes / 60 + seconds / 3600, degrees)


def unit(point: tuple[float, float]) -> np.ndarray:
    lat, lon = map(math.radians, point)
    return np.array((math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)))


def angle_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The angle between two vectors, exact for near and for opposite points."""
    one, other = unit(a), unit(b)
    return EARTH_RADIUS_M * math.atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other))


@given(points, points)
def test_distance_is_the_angle_between_the_vectors(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert distance_m(a, b) == pytest.approx(angle_m(a, b), rel=1e-6, abs=0.5)
    assert distance_m(a, b) == distance_m(b, a)


@given(points, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_distance_across_a_neighbourhood_is_exact_to_a_millimetre(
    a: tuple[float, float], up: float, east: float
) -> None:
    b = (max(-90.0, min(90.0, a[0] + up)), a[1] + east)
    assert distance_m(a, b) == pytest.approx(angle_m(a, b), abs=1e-3)


@given(points)
def test_opposite_points_are_half_a_great_circle_apart(a: tuple[float, float]) -> None:
    assert distance_m(a, (-a[0], a[1] + 180)) == pytest.approx(math.pi * EARTH_RADIUS_M, rel=1e-7)


def test_distance_of_the_storys_walk() -> None:
    assert 3_200 < distance_m((LAT, LON), (41.8520, -87.6905)) < 3_600


@pytest.mark.parametrize(
    ("there", "metres"),
    [((LAT + 1, LON), 111_195), ((LAT, LON + 1), 82_860), ((-LAT, LON + 180), 20_015_116), ((LAT, LON), 0)],
)
def test_distances_on_the_globe(there: tuple[float, float], metres: float) -> None:
    assert distance_m((LAT, LON), there) == pytest.approx(metres, rel=0.001, abs=0.01)


def test_a_published_survey_line_within_the_flattening() -> None:
    """Flinders Peak to Buninyong, 54,972.271 m on the ellipsoid (Vincenty's formulae, Geoscience Australia)."""
    flinders = (dms(-37, 57, 3.72030), dms(144, 25, 29.52440))
    buninyong = (dms(-37, 39, 10.15610), dms(143, 55, 35.38390))
    assert distance_m(flinders, buninyong) == pytest.approx(54_972.271, rel=1 / 298.257)
    east_m, north_m = ellipsoid_metres_per_degree((flinders[0] + buninyong[0]) / 2)
    flat = math.hypot((flinders[1] - buninyong[1]) * east_m, (flinders[0] - buninyong[0]) * north_m)
    assert flat == pytest.approx(54_972.271, rel=1e-5)


@pytest.mark.parametrize(
    ("lat", "east_m", "north_m"),
    [
        (0, 111_320, 110_574),
        (15, 107_550, 110_649),
        (30, 96_486, 110_852),
        (45, 78_847, 111_132),
        (60, 55_800, 111_412),
        (75, 28_902, 111_618),
        (90, 0, 111_694),
    ],
)
def test_published_lengths_of_a_degree(lat: float, east_m: float, north_m: float) -> None:
    assert ellipsoid_metres_per_degree(lat) == pytest.approx((east_m, north_m), abs=1)
    assert ellipsoid_metres_per_degree(-lat) == ellipsoid_metres_per_degree(lat)
    assert metres_per_degree(lat) == pytest.approx((east_m, north_m), rel=0.0068, abs=1)  # twice the flattening


@given(st.floats(-89, 89))
def test_a_degree_on_the_sphere_is_as_long_as_its_distance(lat: float) -> None:
    east_m, north_m = metres_per_degree(lat)
    assert north_m == METRES_PER_DEGREE == pytest.approx(distance_m((lat, 10.0), (lat + 1, 10.0)))
    assert east_m == pytest.approx(1000 * distance_m((lat, 10.0), (lat, 10.001)), rel=1e-6)
