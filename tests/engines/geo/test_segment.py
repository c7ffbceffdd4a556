"""Distances from segments and crossings of segments, compared with shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.geo.segment import distance_to_segments, locate_on_segments, segments_meet

metres = st.floats(-2000, 2000, allow_subnormal=False)
spots = st.tuples(metres, metres)
corners = st.tuples(st.integers(-4, 4), st.integers(-4, 4))  # a small grid: many touch, overlap or are points


def shape(a: tuple[float, float], b: tuple[float, float]) -> shapely.Geometry:
    return shapely.Point(a) if a == b else shapely.LineString((a, b))


@given(spots, st.lists(st.tuples(spots, spots), min_size=1, max_size=5))
def test_distance_from_segments(point: tuple[float, float], segments: list) -> None:
    ends = np.array(segments).reshape(-1, 4).T
    expected = [shape(*pair).distance(shapely.Point(point)) for pair in segments]
    assert distance_to_segments(*point, *ends) == pytest.approx(expected, abs=1e-5)


@given(spots, spots, spots)
def test_position_of_the_nearest_point(
    point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]
) -> None:
    distance, part = locate_on_segments(*point, *a, *b)
    assert 0 <= part <= 1
    nearest = np.array(a) + part * (np.array(b) - np.array(a))
    assert distance == pytest.approx(np.hypot(*(nearest - np.array(point))), abs=1e-6)


def test_many_points_and_many_segments_are_broadcast() -> None:
    x, y = np.array([0.0, 5.0, 20.0]), np.array([3.0, 0.0, 0.0])
    ax, ay, bx, by = np.array([0.0, 0.0]), np.array([0.0, 10.0]), np.array([10.0, 10.0]), np.array([0.0, 10.0])
    table = distance_to_segments(x[:, None], y[:, None], ax, ay, bx, by)
    assert table == pytest.approx(np.array([[3, 7], [0, 10], [10, np.hypot(10, 10)]]))
    assert distance_to_segments(x, y, 0.0, 0.0, 10.0, 0.0) == pytest.approx([3, 0, 10])


def test_a_segment_without_length_is_a_point() -> None:
    distance, part = locate_on_segments(3.0, 4.0, 0.0, 0.0, 0.0, 0.0)
    assert (float(distance), float(part)) == (5.0, 0.0)


@given(st.lists(st.tuples(corners, corners), min_size=1, max_size=6), corners, corners)
def test_segments_that_cross_touch_or_overlap(segments: list, c: tuple[int, int], d: tuple[int, int]) -> None:
    ends = np.array(segments, float).reshape(-1, 4).T
    expected = [shape(*pair).intersects(shape(c, d)) for pair in segments]
    assert segments_meet(*ends, *map(float, c), *map(float, d)).tolist() == expected
