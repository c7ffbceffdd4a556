"""Intersections of lines, and streets with an offset."""

from __future__ import annotations

import numpy as np
import pytest

from corredor.engines.textlocate.approach import find_approach
from corredor.engines.textlocate.confidence import CEILING, from_costs, share_of
from corredor.engines.textlocate.jog import find_steps


def column(x: float, *ys: float) -> np.ndarray:
    return np.array([(x, y) for y in ys], dtype=float)


def row(y: float, *xs: float) -> np.ndarray:
    return np.array([(x, y) for x in xs], dtype=float)


def test_lines_that_share_a_point() -> None:
    near = find_approach(column(0, -200, 0, 200), row(0, -200, 0, 200))
    assert (near.x, near.y, near.gap_m) == pytest.approx((0, 0, 0))


def test_missing_crossing_lies_between_known_points() -> None:
    near = find_approach(column(0, -200, -100, 100, 200), row(0, -200, -100, 100, 200))
    assert (near.x, near.y) == pytest.approx((0, 0), abs=1)
    assert near.beyond_m == 0


def test_street_that_ends_before_the_other() -> None:
    near = find_approach(column(0, -400, -300, -200), row(0, -200, -100, 0, 100, 200))
    assert (near.x, near.y) == pytest.approx((0, 0), abs=1)
    assert near.beyond_m == pytest.approx(200, abs=1)


def test_parallel_lines_meet_nowhere_near() -> None:
    near = find_approach(column(0, -200, 0, 200), column(400, -200, 0, 200))
    assert near.gap_m == pytest.approx(400)
    assert near.beyond_m == pytest.approx(400)


def test_street_that_steps_aside_meets_twice() -> None:
    xy = np.array([(0, 400), (0, 250), (0, 100), (110, 0), (110, -100), (110, -250), (-300, 0), (300, 0)], dtype=float)
    line = np.zeros(6, dtype=np.int64)
    for weight, spot, other in (([1, 1, 5, 90, 1, 1], 3, [0, 0]), ([1, 1, 90, 5, 1, 1], 2, [110, 100])):
        steps = find_steps(line, np.arange(6), xy, np.array(weight))
        assert steps.spot.tolist() == [spot]
        assert steps.xy.tolist() == [pytest.approx(other, abs=1)]


def test_straight_and_slanting_streets_have_no_steps() -> None:
    straight = np.array([(0, y) for y in range(0, 1000, 100)], dtype=float)
    slanting = np.array([(y * 0.1, y) for y in range(0, 1000, 100)], dtype=float)
    for xy in (straight, slanting):
        assert len(find_steps(np.zeros(10, dtype=np.int64), np.arange(10), xy, np.ones(10)).spot) == 0


def test_confidence_falls_with_cost_doubt_and_rivals() -> None:
    plain = from_costs([0.0], 0.0)
    assert plain == CEILING
    assert from_costs([3.0], 0.0) < plain
    assert from_costs([0.0], 3.0) < from_costs([0.0], 1.0) <= plain
    assert from_costs([0.0, 0.0], 0.0) == pytest.approx(0.5, abs=0.01)
    assert from_costs([0.0, 2.0], 0.0) > 0.9
    assert sum(share_of([0.0, 1.0, 2.0], n) for n in range(3)) == pytest.approx(1.0)
