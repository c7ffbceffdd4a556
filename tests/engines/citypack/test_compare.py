"""Agreement of two networks, on lines with a known result."""

from __future__ import annotations

import numpy as np
import pytest

from corredor.engines.citypack.making.compare import Segments, compare_networks

REGION = (0.0, -100.0, 1000.0, 1000.0)


def _lines(*ends: tuple[float, float, float, float]) -> Segments:
    table = np.array(ends)
    return Segments(table[:, :2], table[:, 2:])


def test_half_too_much_and_a_third_too_little() -> None:
    ours = _lines((0, 0, 1000, 0), (0, 500, 1000, 500))
    truth = _lines((0, 10, 1000, 10), (0, 800, 500, 800))
    found = compare_networks(ours, truth, region=REGION, within_m=25)
    assert found.precision == pytest.approx(0.5, abs=0.01)
    assert found.recall == pytest.approx(1 / 1.5, abs=0.01)
    assert (found.ours_km, found.truth_km) == pytest.approx((2.0, 1.5))


def test_a_crossing_street_does_not_count_as_the_street() -> None:
    ours = _lines((500, -50, 500, 950))
    truth = _lines(*((0, y, 1000, y) for y in range(0, 1000, 20)))
    assert compare_networks(ours, truth, region=REGION, within_m=25).precision == 0.0


def test_what_lies_outside_the_region_does_not_count() -> None:
    ours = _lines((0, 0, 1000, 0), (2000, 0, 3000, 0))
    truth = _lines((0, 0, 1000, 0))
    assert compare_networks(ours, truth, region=REGION, within_m=25).precision == 1.0


def test_nothing_at_all() -> None:
    empty = Segments(np.empty((0, 2)), np.empty((0, 2)))
    found = compare_networks(empty, _lines((0, 0, 1000, 0)), region=REGION, within_m=25)
    assert (found.precision, found.recall) == (0.0, 0.0)
