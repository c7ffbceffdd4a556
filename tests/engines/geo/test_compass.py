"""The eight compass directions."""

from __future__ import annotations

import math

import pytest

from corredor.engines.geo.compass import WINDS, wind_numbers


@pytest.mark.parametrize("turn", [-22, 0, 22])
def test_each_direction_reaches_half_way_to_its_neighbours(turn: int) -> None:
    turns = [math.radians(45 * number + turn) for number in range(8)]
    east, north = [math.sin(one) for one in turns], [math.cos(one) for one in turns]
    assert wind_numbers(east, north).tolist() == list(range(8))


def test_names_of_single_vectors() -> None:
    assert WINDS[wind_numbers(0.0, 1.0)] == "N"
    assert WINDS[wind_numbers(3.0, 0.0)] == "E"
    assert WINDS[wind_numbers(-1.0, -1.0)] == "SW"
