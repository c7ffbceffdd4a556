"""The local plane agrees with the great circle within a neighbourhood, in both directions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.geo.earth import METRES_PER_DEGREE, distance_m
from corredor.engines.geo.plane import LocalPlane

lats, lons = st.floats(-60, 60), st.floats(-179, 179)
metres = st.floats(-3000, 3000)


@given(lats, lons, metres, metres)
def test_metres_on_the_plane_are_those_of_the_great_circle(lat: float, lon: float, east: float, north: float) -> None:
    plane = LocalPlane.around(lat, lon)
    there = plane.to_degrees(east, north)
    assert plane.to_xy(*there) == pytest.approx((east, north), abs=1e-5)
    assert plane.distance_m((lat, lon), there) == pytest.approx(math.hypot(east, north), abs=1e-5)
    assert distance_m((lat, lon), there) == pytest.approx(math.hypot(east, north), rel=1e-3, abs=0.01)


@given(lats, lons, lats, lons)
def test_east_and_north_have_their_own_scales(lat: float, lon: float, up: float, aside: float) -> None:
    plane = LocalPlane.around(lat, lon)
    east, north = plane.to_xy(up, aside)
    assert north == pytest.approx((up - lat) * METRES_PER_DEGREE)
    assert east == pytest.approx((aside - lon) * METRES_PER_DEGREE * math.cos(math.radians(lat)))


@given(lats, lons, st.lists(st.tuples(lats, lons), min_size=1, max_size=5))
def test_arrays_are_projected_like_single_points(lat: float, lon: float, spots: list[tuple[float, float]]) -> None:
    plane = LocalPlane.around(lat, lon)
    east, north = plane.project(*zip(*spots, strict=True))
    assert list(zip(east.tolist(), north.tolist(), strict=True)) == [plane.to_xy(*spot) for spot in spots]


def test_single_precision_columns_lose_nothing_more() -> None:
    lat, lon = np.array([41.9], np.float32), np.array([-87.6], np.float32)
    plane = LocalPlane.around(41.85, -87.68)
    east, north = plane.project(lat, lon)
    assert east.dtype == north.dtype == np.float64
    assert (east[0], north[0]) == plane.to_xy(float(lat[0]), float(lon[0]))


def test_distance_between_two_other_points() -> None:
    plane = LocalPlane.around(41.85, -87.68)
    assert plane.distance_m((41.85, -87.68), (41.86, -87.68)) == pytest.approx(1111.95)
    assert plane.distance_m((41.85, -87.68), (41.85, -87.69)) == pytest.approx(828.28, abs=0.01)
    assert plane.distance_m((41.81, -87.60), (41.82, -87.61)) == pytest.approx(math.hypot(1111.95, 828.28), abs=0.01)
