"""Points in rings and polygons, compared with shapely."""

from __future__ import annotations

import math

import numpy as np
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from corredor.engines.geo.polygon import bounds, contains, inside_ring

SHELL = np.array([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], dtype=float)
HOLE = np.array([(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)], dtype=float)
radii = st.lists(st.floats(0.2, 5), min_size=3, max_size=9)
places = st.floats(-6, 6)


def star(reaches: list[float]) -> np.ndarray:
    """A simple ring around the origin, closed, lon then lat."""
    turns = [2 * math.pi * k / len(reaches) for k in range(len(reaches))]
    ring = [(reach * math.cos(turn), reach * math.sin(turn)) for reach, turn in zip(reaches, turns, strict=True)]
    return np.array([*ring, ring[0]])


@given(radii, places, places)
def test_inside_a_ring(reaches: list[float], lat: float, lon: float) -> None:
    ring = star(reaches)
    shape, point = shapely.Polygon(ring), shapely.Point(lon, lat)
    assume(shape.exterior.distance(point) > 1e-9)
    assert contains([[ring]], lat, lon) == shape.contains(point)
    for corners in (ring, ring[:-1]):  # closed, or not
        inside = inside_ring(np.array([lon]), np.array([lat]), corners[:, 0], corners[:, 1])
        assert inside.tolist() == [shape.contains(point)]


def test_many_points_at_once() -> None:
    x, y = np.array([2.0, 12.0, -1.0, 9.9]), np.array([2.0, 5.0, 5.0, 9.9])
    assert inside_ring(x, y, SHELL[:, 0], SHELL[:, 1]).tolist() == [True, False, False, True]


def test_contains_with_a_hole() -> None:
    assert contains([[SHELL, HOLE]], 2, 2)
    assert not contains([[SHELL, HOLE]], 5, 5)
    assert not contains([[SHELL, HOLE]], 11, 5)
    assert contains([[SHELL], [SHELL + 20]], 25, 25)
    assert not contains([[SHELL], [SHELL + 20]], 15, 15)


def test_a_point_on_the_level_of_a_corner_is_counted_once() -> None:
    diamond = np.array([(0, 0), (5, 5), (10, 0), (5, -5), (0, 0)], dtype=float)
    assert contains([[diamond]], 0, 5)
    assert not contains([[diamond]], 0, -1)
    assert not contains([[diamond]], 5, 0)


def test_bounds_are_those_of_the_shells() -> None:
    assert bounds([[SHELL, HOLE * 100], [SHELL + 20]]) == (0, 0, 30, 30)
    assert bounds([[SHELL * np.array((1, 2))]]) == (0, 0, 10, 20)
