"""Plans on a small town, and clear errors where no plan exists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corredor.engines.citypack.model import EdgeFlag
from corredor.engines.corridors import (
    AgeGroup,
    Costs,
    Hazard,
    NoPlan,
    Plan,
    PostKind,
    Problem,
    Reason,
    Ring,
    SafePlace,
    list_reached,
    model,
    plan,
    tighten,
)
from corredor.engines.corridors.prepare import AT_GATE_M
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE, blocks_of, grid, make_network

WIDTH = 9
GATE_NODE = 40  # the middle of nine by nine


def town(posts, **changes):
    """Nine by nine blocks of 100 m, the gate in the middle, ten children at every crossing."""
    points, edges = grid(WIDTH, WIDTH)
    fields = {"weights": np.full(len(points), 10.0)} | changes
    return Problem(make_network(points, edges), GATE_NODE, posts=posts, **fields)


def test_flags_are_those_of_city_packs():
    assert (model.BUSY, model.RAIL, model.EXPRESSWAY, model.WATER, model.STEPS) == (
        EdgeFlag.BUSY,
        EdgeFlag.RAIL,
        EdgeFlag.EXPRESSWAY,
        EdgeFlag.WATER,
        EdgeFlag.STEPS,
    )


def test_corridors_go_where_the_children_live():
    weights = np.zeros(WIDTH * WIDTH)
    weights[[GATE_NODE + 4, GATE_NODE + 3]] = 50  # all of them due east
    answer = plan(town(4, weights=weights))

    assert [corridor.nodes for corridor in answer.corridors] == [(40, 41, 42, 43, 44)]
    assert answer.share_covered == pytest.approx(1.0)
    assert answer.children == 100
    assert answer.corridors[0].children == 100
    assert answer.minutes == pytest.approx(400 / 60, rel=1e-3)
    assert [post.kind for post in answer.posts] == [PostKind.CROSSING] * 3 + [PostKind.END]
    assert [post.sees for post in answer.posts] == [(-1, 1), (0, 2), (1, 3), (2,)]


def test_a_guarded_way_is_worth_a_small_detour_and_no_large_one():
    points = [(0, 0), (100, 0), (200, 0), (300, 0), (0, -70), (300, -70)]
    network = make_network(points, [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 3)])
    weights = np.array([0, 0, 60.0, 0, 0, 10])
    problem = Problem(network, 0, weights, 3)
    answer = plan(problem)

    assert answer.corridors[0].nodes == (0, 1, 2, 3)  # node 5 comes along: 370 m either way
    assert answer.added_child_m == pytest.approx(0, abs=1e-6)
    strict = plan(replace(problem, longest_detour=1.0, cover_cost=0.99, posts=2))
    assert strict.corridors[0].nodes == (0, 1, 2)


def test_long_blocks_take_adults_between_their_crossings():
    points, edges = grid(3, 1, 201.0)
    answer = plan(Problem(make_network(points, edges), 0, np.array([0, 0, 9.0]), 4))

    assert [post.kind for post in answer.posts] == [
        PostKind.BLOCK,
        PostKind.CROSSING,
        PostKind.BLOCK,
        PostKind.END,
    ]
    assert answer.posts[0].along == (0, 1, pytest.approx(100.5))


def test_a_crossing_with_a_busy_street_is_named_so():
    points, edges = grid(3, 3)
    network = make_network(points, edges, dict.fromkeys([(1, 4), (4, 7)], model.BUSY))
    weights = np.zeros(9)
    weights[5] = 30
    answer = plan(Problem(network, 3, weights, 2))

    assert [(post.node, post.kind) for post in answer.posts] == [(4, PostKind.BUSY_CROSSING), (5, PostKind.END)]


def test_costs_turn_corridors_away_from_what_is_marked():
    points, edges = grid(3, 2)
    network = make_network(points, edges)
    weights = np.array([0, 0, 0, 0, 0, 40.0])  # gate 0, home at the far corner
    unlit = np.zeros(len(network.indices), bool)
    unlit[network.indptr[0] : network.indptr[1]] = network.indices[network.indptr[0] : network.indptr[1]] == 1
    dark = plan(Problem(network, 0, weights, 3, unlit=unlit))

    assert dark.corridors[0].nodes[1] == 3
    door = (SafePlace("shop", 1),)
    drawn = plan(Problem(network, 0, weights, 3, safe_places=door, costs=Costs(safe_place=0.5)))
    assert drawn.corridors[0].nodes[1] == 1
    assert drawn.safe_places == door


def test_adults_by_age():
    assert plan(town(4)).adults_needed == 5
    assert plan(town(4, ages=(AgeGroup(10, 3), AgeGroup(12, 6), AgeGroup(24, 12)))).adults_needed == 4 + 2 + 2


def test_gaps_say_where_more_would_help_in_order():
    answer = plan(town(6))

    assert answer.gaps
    worth = [gap.child_m / gap.posts for gap in answer.gaps]
    assert worth == sorted(worth, reverse=True)
    assert not {gap.node for gap in answer.gaps} & answer.nodes


def test_a_way_is_prepared_for_every_side_that_corridors_lead_to():
    problem = town(8, with_alternates=True)
    answer = plan(problem)

    east, north = LocalPlane.around(*CENTRE).project(problem.network.lat, problem.network.lon)
    east, north = east - east[GATE_NODE], north - north[GATE_NODE]
    lies = {
        "N": north >= abs(east) - 1e-6,
        "E": east >= abs(north) - 1e-6,
        "S": -north >= abs(east) - 1e-6,
        "W": -east >= abs(north) - 1e-6,
    }
    near = np.hypot(east, north) <= AT_GATE_M
    entered = {side for side, inside in lies.items() if (inside & ~near)[list(answer.nodes)].any()}
    assert {one.closed for one in answer.alternates} == entered
    assert entered
    for one in answer.alternates:
        assert not (lies[one.closed] & ~near)[list(one.plan.nodes)].any(), "it enters the side that is closed"
        assert 0 < len(one.plan.posts) <= 8
        assert {block[0] for block in blocks_of(one.plan)} >= {GATE_NODE}


def test_who_moves_to_a_prepared_way_goes_to_a_place_of_their_own():
    answer = plan(town(8, with_alternates=True))

    for one in answer.alternates:
        moved = {move.post: move.to for move in one.moves}
        stays = [(post.node, post.along) for row, post in enumerate(answer.posts) if row not in moved]
        goes = [one.plan.posts[to] for to in moved.values() if to is not None]
        there = sorted([*stays, *((post.node, post.along) for post in goes)], key=str)
        assert there == sorted(((post.node, post.along) for post in one.plan.posts), key=str)


def test_the_bound_is_shown_and_tightened():
    answer = plan(town(8))
    tight = tighten(answer, town(8))

    assert tight.corridors == answer.corridors
    assert answer.value <= tight.upper_bound < answer.upper_bound
    assert tight.gap < 0.12


def test_a_plan_in_force_is_never_given_up_for_a_worse_one():
    answer = plan(town(7))
    fewer = plan(town(5), start=answer)

    assert len(fewer.posts) <= 5
    assert fewer.value >= plan(town(5)).value - 1e-6


def test_longest_walk_bounds_the_shed():
    network = town(1).network
    assert len(list_reached(network, GATE_NODE)) == WIDTH * WIDTH
    assert len(list_reached(network, GATE_NODE, 100.5)) == 5


def test_children_near_and_beside_a_hazard_wait_at_school():
    lat, lon = LocalPlane.around(*CENTRE).to_degrees(700, 400)
    answer = plan(town(6, hazards=(Hazard(lat, lon, 90, buffer_m=20),)))

    assert answer.held == 10 + 40  # its own crossing, and the four around it
    assert answer.children == 810 - 50
    assert answer.directions_closed == ("E",)
    assert 43 not in answer.nodes


ROUND_THE_GATE = Ring(
    tuple(LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in ((350, 430), (450, 430), (450, 370), (350, 370)))
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gate": -1}, Reason.OFF_NETWORK),
        ({"gate": 10_000}, Reason.OFF_NETWORK),
        ({"posts": 0}, Reason.NO_POSTS),
        ({"posts": -2}, Reason.CONTRADICTION),
        ({"weights": np.zeros(81)}, Reason.NOBODY_TO_WALK),
        ({"weights": np.full(81, np.nan)}, Reason.CONTRADICTION),
        ({"weights": np.full(81, -1.0)}, Reason.CONTRADICTION),
        ({"weights": np.ones(5)}, Reason.CONTRADICTION),
        ({"spacing_m": 0.0}, Reason.CONTRADICTION),
        ({"cover_cost": 1.5}, Reason.CONTRADICTION),
        ({"cover_cost": 0.0}, Reason.CONTRADICTION),
        ({"longest_detour": 0.9}, Reason.CONTRADICTION),
        ({"longest_walk_m": float("nan")}, Reason.CONTRADICTION),
        ({"corner_m": -1.0}, Reason.CONTRADICTION),
        ({"costs": Costs(busy=0.0)}, Reason.CONTRADICTION),
        ({"closed": np.zeros(3, bool)}, Reason.CONTRADICTION),
        ({"hazards": (Hazard(41.85, -87.7, -5.0),)}, Reason.CONTRADICTION),
        ({"hazards": (Ring(((41.0, -87.0), (41.1, -87.0))),)}, Reason.CONTRADICTION),
        ({"hazards": (ROUND_THE_GATE,)}, Reason.GATE_IN_HAZARD),
        ({"closed_arcs": np.ones(288, bool)}, Reason.NO_WAY_OUT),
        ({"spacing_m": 10.0, "posts": 3}, Reason.TOO_FEW_POSTS),
    ],
)
def test_what_cannot_be_planned_is_said(changes, reason):
    answer = plan(replace(town(5), **changes))

    assert isinstance(answer, NoPlan)
    assert answer.reason is reason
    assert answer.detail


def test_hazards_over_everything_close_every_direction():
    lat, lon = LocalPlane.around(*CENTRE).to_degrees(400, 400)
    answer = plan(town(5, hazards=(Hazard(lat, lon, 5000.0),)))

    assert answer.reason is Reason.GATE_IN_HAZARD


def test_a_hazard_to_the_north_and_west_is_said_in_directions():
    walls = [((-50, 450), (850, 450), (850, 850), (-50, 850)), ((-50, 450), (350, 450), (350, -50), (-50, -50))]
    rings = tuple(Ring(tuple(LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in wall)) for wall in walls)
    answer = plan(town(6, hazards=rings))

    assert isinstance(answer, Plan)
    assert set(answer.directions_closed) >= {"N", "NW", "W"}
    assert not {"S", "E", "SE"} & set(answer.directions_closed)


def test_a_disconnected_piece_is_left_out():
    points, edges = grid(4, 1)
    network = make_network([*points, (0, 500), (100, 500)], [*edges, (4, 5)])
    answer = plan(Problem(network, 0, np.ones(6), 5))

    assert answer.children == 4
    assert answer.nodes == {0, 1, 2, 3}
    nobody = np.array([0, 0, 0, 0, 5.0, 5])
    assert plan(Problem(network, 0, nobody, 5)).reason is Reason.NOBODY_TO_WALK
