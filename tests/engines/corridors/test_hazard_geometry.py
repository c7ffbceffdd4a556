"""Geometry of a hazard, to the metre: border, buffer, downwind wedge, and routes that approach it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.corridors import Hazard, Problem, Ring, is_near, outline, touches
from corredor.engines.corridors.hazard import find_closed
from corredor.engines.corridors.subgraph import Subgraph
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE, make_network

PLANE = LocalPlane.around(*CENTRE)


def closures(spots, arcs, *hazards, **masks):
    """Return the closed arcs and the buffer nodes among these spots (metres); hazards lie at CENTRE or are rings."""
    network = make_network(spots, arcs)
    tail, head = (np.array([arc[end] for arc in arcs], np.int64) for end in (0, 1))
    east, north = (np.array([spot[axis] for spot in spots], np.float64) for axis in (0, 1))
    nodes, rows = np.arange(len(spots)), np.arange(len(arcs))
    graph = Subgraph(nodes, rows, tail, head, np.ones(len(arcs)), east, north)
    problem = Problem(network, 0, np.ones(len(spots)), 1, hazards=hazards, **masks)
    found = find_closed(problem, graph, PLANE)
    return found.closed_arcs.tolist(), found.buffer_nodes.tolist()


def area(*corners):
    return Ring(tuple(PLANE.to_degrees(*corner) for corner in corners))


def touched(hazard, *spots, **options):
    found = [PLANE.to_degrees(*spot) for spot in spots]
    return touches(hazard, np.array([lat for lat, _ in found]), np.array([lon for _, lon in found]), **options).tolist()


# -- circles -----------------------------------------------------------------------------------------------------------


def test_the_border_belongs_to_the_circle_and_to_its_buffer():
    spots = [(-50, 100), (50, 100), (-50, 101), (50, 101), (150, 0), (151, 0)]
    arcs, nodes = closures(spots, [(0, 1), (2, 3)], Hazard(*CENTRE, 100, buffer_m=50))
    assert arcs == [True, False]
    assert nodes == [True, True, True, True, True, False]


@pytest.mark.parametrize("turn", range(0, 360, 45))
def test_a_circle_is_as_wide_on_all_sides(turn):
    east, north = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    inside, outside = (99.6 * east, 99.6 * north), (100.4 * east, 100.4 * north)
    assert touched(Hazard(*CENTRE, 100, buffer_m=0), inside, outside) == [True, False]
    assert touched(Hazard(*CENTRE, 60, buffer_m=40), inside, outside, with_buffer=True) == [True, False]
    assert touched(Hazard(*CENTRE, 60, buffer_m=40), inside, outside) == [False, False]


# -- the wedge ---------------------------------------------------------------------------------------------------------


def turned(wind, spot):
    """Return a spot given as (aside, downwind) in metres east and north."""
    turn = math.radians(wind)
    return (spot[0] * math.cos(turn) + spot[1] * math.sin(turn), spot[1] * math.cos(turn) - spot[0] * math.sin(turn))


@given(st.floats(0, 360), st.floats(2, 80), st.floats(-1, 1), st.floats(0.02, 0.9999))
def test_the_whole_wedge_is_in_the_area(wind, half, aside, reach):
    hazard = Hazard(*CENTRE, 1, wind_to_deg=wind, wedge_m=500, wedge_deg=half, buffer_m=0)
    turn = math.radians(half * aside * 0.999)
    assert touched(hazard, turned(wind, (500 * reach * math.sin(turn), 500 * reach * math.cos(turn)))) == [True]


@pytest.mark.parametrize("half", [3, 12, 16, 27, 30, 33, 39, 80])
def test_the_chords_of_its_arc_lie_outside_it(half):
    hazard = Hazard(*CENTRE, 1, wind_to_deg=90, wedge_m=500, wedge_deg=half, buffer_m=0)
    turns = np.radians(np.linspace(-half * 0.999, half * 0.999, 100))
    spots = [turned(90, (499.99 * math.sin(turn), 499.99 * math.cos(turn))) for turn in turns]
    assert all(touched(hazard, *spots))


@given(st.floats(0, 360), st.floats(2, 80), st.floats(0, 359))
def test_nothing_beside_or_beyond_the_wedge_is_in_the_area(wind, half, turn):
    hazard = Hazard(*CENTRE, 1, wind_to_deg=wind, wedge_m=500, wedge_deg=half, buffer_m=0)
    beyond = math.radians(turn)
    assert touched(hazard, turned(wind, (510 * math.sin(beyond), 510 * math.cos(beyond)))) == [False]
    beside = math.radians(half + 0.5)
    for side in (-1, 1):
        assert touched(hazard, turned(wind, (side * 400 * math.sin(beside), 400 * math.cos(beside)))) == [False]


def test_the_buffer_goes_around_the_wedge_its_border_included():
    hazard = Hazard(*CENTRE, 1, wind_to_deg=90, wedge_m=500, wedge_deg=90, buffer_m=50)  # the half plane to the east
    spots = [(-50, 200), (-51, 200), (-49.9, -200), (-51, -200), (549, 0), (555, 0)]
    _, nodes = closures(spots, [(0, 1)], hazard)
    assert nodes == [True, False, True, False, True, False]


def test_a_street_through_the_wedge_is_closed_although_it_only_crosses_it():
    hazard = Hazard(*CENTRE, 10, wind_to_deg=0, wedge_m=500, wedge_deg=30, buffer_m=0)
    across, past, behind = [(-400, 300), (400, 300)], [(-400, 520), (400, 520)], [(-400, -20), (400, -20)]
    arcs, nodes = closures([*across, *past, *behind], [(0, 1), (2, 3), (4, 5)], hazard)
    assert arcs == [True, False, False]
    assert not any(nodes)


def test_outlines_have_the_radius_and_the_reach():
    circle, wedge = outline(Hazard(*CENTRE, 100, wind_to_deg=90.0, wedge_m=500, wedge_deg=30))
    assert len(circle) == 37
    assert [math.hypot(*PLANE.to_xy(*spot)) for spot in circle] == pytest.approx([100.0] * 37)
    assert wedge[0] == wedge[-1] == pytest.approx(CENTRE)
    arc = [PLANE.to_xy(*spot) for spot in wedge[1:-1]]
    assert [math.hypot(*spot) for spot in arc] == pytest.approx([500 / math.cos(math.radians(5))] * 7)
    assert [math.degrees(math.atan2(*spot)) for spot in arc] == pytest.approx([60, 70, 80, 90, 100, 110, 120])
    assert len(outline(Hazard(*CENTRE, 100))) == 1


# -- ways towards it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [(0, 0), (300, -200)])
def test_inside_the_buffer_one_may_only_walk_away(away):
    lat, lon = PLANE.to_degrees(*away)
    spots = [(x + away[0], y + away[1]) for x, y in ((0, 180), (0, 140), (0, 220), (140, 0), (180, 0))]
    arcs = [(0, 1), (1, 0), (2, 0), (4, 3), (3, 4)]  # in, out, outside the buffer, in, out
    closed, nodes = closures(spots, arcs, Hazard(lat, lon, 100, buffer_m=50))
    assert closed == [True, False, False, True, False]
    assert nodes == [False, True, False, True, False]


# -- drawn areas -------------------------------------------------------------------------------------------------------


def test_a_drawn_area_closes_what_lies_in_it_and_what_crosses_it():
    square = area((0, 0), (100, 0), (100, 100), (0, 100))
    spots = [(50, 50), (60, 50), (-50, 50), (150, 50), (-50, 150), (150, 150)]
    arcs, nodes = closures(spots, [(0, 1), (2, 3), (4, 5), (2, 4)], square)
    assert arcs == [True, True, False, False]
    assert nodes == [True, True, False, False, False, False]


def test_several_areas_close_what_any_of_them_closes():
    one, other = area((0, 0), (9, 0), (9, 9), (0, 9)), area((200, 200), (209, 200), (209, 209), (200, 209))
    spots = [(5, 5), (205, 205), (100, 100)]
    for hazards in ((one, other), (other, one), (other, Hazard(*CENTRE, 20, buffer_m=0))):
        assert closures(spots, [(0, 2), (2, 1), (2, 2)], *hazards) == ([True, True, False], [True, True, False])


def test_what_is_closed_without_a_hazard():
    spots, arcs = [(0, 0), (100, 0), (200, 0), (300, 0)], [(0, 1), (1, 2), (2, 3), (3, 2)]
    closed = np.array([False, True, False, False])
    assert closures(spots, arcs) == ([False] * 4, [False] * 4)
    assert closures(spots, arcs, closed=closed) == ([True, True, False, False], [False, True, False, False])
    one_way = closures(spots, arcs, closed_arcs=np.array([False, False, True, False]))
    assert one_way == ([False, False, True, False], [False] * 4)


# -- nearness ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spot", [(130, 50), (-30, 50), (50, 130), (50, -30)])
def test_nearness_to_a_drawn_area(spot):
    square = area((0, 0), (100, 0), (100, 100), (0, 100))
    lat, lon = PLANE.to_degrees(*spot)
    assert is_near(square, lat, lon, 30.3)
    assert not is_near(square, lat, lon, 29.7)
    assert is_near(square, *PLANE.to_degrees(50, 50), 0)


@pytest.mark.parametrize("spot", [(400, 0), (-400, 0), (0, 400), (0, -400)])
def test_nearness_counts_the_buffer_and_the_wedge_in_all_directions(spot):
    lat, lon = PLANE.to_degrees(*spot)
    for hazard, reach in ((Hazard(*CENTRE, 200), 300), (Hazard(*CENTRE, 50, wind_to_deg=0, wedge_m=220), 320)):
        assert is_near(hazard, lat, lon, 400 - reach + 0.3)
        assert not is_near(hazard, lat, lon, 400 - reach - 0.3)
    wide = Hazard(*CENTRE, 250, wind_to_deg=0, wedge_m=100, buffer_m=0)  # the circle reaches farther
    assert is_near(wide, lat, lon, 150.3)
    assert not is_near(wide, lat, lon, 149.7)
