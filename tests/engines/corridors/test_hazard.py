"""Hazard areas: nodes inside, nodes in the buffer, and the measure of the children's routes."""

from __future__ import annotations

import numpy as np
import pytest

from corredor.engines.corridors import Hazard, Ring, is_near, outline, touches
from corredor.engines.corridors.describe import guarded_arcs
from corredor.engines.corridors.evaluate import evaluate
from corredor.engines.corridors.search import search
from corredor.engines.corridors.shed import cut_shed
from corredor.engines.corridors.tree import Walk
from corredor.engines.geo.compass import wind_numbers
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE
from .test_planner import town


def points(*places):
    found = [LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in places]
    return np.array([lat for lat, _ in found]), np.array([lon for _, lon in found])


@pytest.mark.parametrize(("wind", "downwind"), [(0, (0, 450)), (90, (450, 0)), (180, (0, -450)), (270, (-450, 0))])
def test_gas_drifts_downwind(wind, downwind):
    hazard = Hazard(*CENTRE, 50, wind_to_deg=wind, wedge_m=500, wedge_deg=30, buffer_m=0)
    upwind = (-downwind[0], -downwind[1])

    assert touches(hazard, *points(downwind, upwind, (30, 30))).tolist() == [True, False, True]


def test_without_wind_there_is_a_circle_and_its_belt():
    hazard = Hazard(*CENTRE, 100, buffer_m=50)
    places = points((0, 95), (0, 140), (0, 160))

    assert touches(hazard, *places).tolist() == [True, False, False]
    assert touches(hazard, *places, with_buffer=True).tolist() == [True, True, False]


def test_a_ring_holds_what_is_inside_and_nothing_else():
    shape = ((0, 0), (100, 0), (100, 100), (50, 20), (0, 100))
    corners = [LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in shape]
    assert touches(Ring(tuple(corners)), *points((10, 10), (50, 60), (90, 80), (-5, 50))).tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_nearness_is_never_wrongly_denied():
    lat, lon = LocalPlane.around(*CENTRE).to_degrees(0, 900)
    assert is_near(Hazard(*CENTRE, 100, wind_to_deg=0.0), lat, lon, 400)
    assert not is_near(Hazard(*CENTRE, 100), lat, lon, 400)
    shape = ((-9e3, -9e3), (9e3, -9e3), (9e3, 9e3), (-9e3, 9e3))
    square = Ring(tuple(LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in shape))
    assert is_near(square, lat, lon, 1)


def test_outlines_are_closed_and_drawn_with_the_wedge():
    rings = outline(Hazard(*CENTRE, 100, wind_to_deg=45.0))
    assert len(rings) == 2
    assert all(ring[0] == ring[-1] and len(ring) > 5 for ring in rings)


def test_eight_winds():
    east, north = np.array([0, 1, 1, 1, 0, -1, -1, -1.0]), np.array([1, 1, 0, -1, -1, -1, 0, 1.0])
    assert wind_numbers(east, north).tolist() == list(range(8))


@pytest.mark.parametrize("posts", [3, 8, 20])
def test_the_quick_view_of_the_choice_agrees_with_the_measure(posts):
    problem = town(posts)
    shed = cut_shed(problem)
    tree = search(Walk.of(shed, problem), posts)
    outcome = evaluate(shed, problem, guarded_arcs(shed, tree.parent.tolist()))

    assert float(shed.weights @ outcome.value) == pytest.approx(tree.value, rel=0.02)


def test_half_a_guarded_street_counts_half():
    problem = town(1)
    shed = cut_shed(problem)
    guarded = np.where((shed.tail == 0) | (shed.head == 0), 0.5, 0.0)
    outcome = evaluate(shed, problem, guarded)

    neighbours = shed.head[shed.tail == 0]
    assert outcome.covered_m[neighbours] == pytest.approx(50, abs=0.1)
    assert outcome.flow[shed.tail == 0].sum() == pytest.approx(800)
