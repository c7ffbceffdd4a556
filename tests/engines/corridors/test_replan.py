"""A hazard near active corridors: unchanged, divert, hold, or the nearest safe place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corredor.engines.corridors import (
    GATE_PLACE,
    Hazard,
    ProposalKind,
    Reason,
    Ring,
    SafePlace,
    plan,
    replan,
    touches,
)
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE, blocks_of
from .test_planner import GATE_NODE, town

EAST_SIDE = np.where(np.arange(81) % 9 > 4, 10.0, 0.5)


def at(x, y, radius, **changes):
    lat, lon = LocalPlane.around(*CENTRE).to_degrees(x, y)
    return Hazard(lat, lon, radius, **changes)


EAST_SHUT = Ring(
    tuple(LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in ((430, -50), (850, -50), (850, 850), (430, 850)))
)


@pytest.fixture(scope="module")
def problem():
    return town(8, weights=EAST_SIDE, safe_places=(SafePlace("library", 31), SafePlace("shop", 52)))


@pytest.fixture(scope="module")
def running(problem):
    return plan(problem)


def test_far_away_nothing_changes(problem, running):
    proposal = replan(running, replace(problem, hazards=(at(20_000, 0, 100),)))

    assert (proposal.kind, proposal.reason) == (ProposalKind.UNCHANGED, Reason.NOT_TOUCHED)
    assert proposal.moved_posts == ()
    assert proposal.plan is None


def test_homes_behind_it_wait_though_corridors_stay(problem, running):
    proposal = replan(running, replace(problem, hazards=(at(0, 0, 60, buffer_m=10),)))

    assert (proposal.kind, proposal.reason) == (ProposalKind.UNCHANGED, Reason.HOMES_TOUCHED)
    assert proposal.plan.held == 0.5
    assert {block for block in blocks_of(proposal.plan)} == set(blocks_of(running))


def test_what_is_touched_is_led_another_way(problem, running):
    post = running.posts[-1]
    hazard = Hazard(post.lat, post.lon, 60, buffer_m=20)
    proposal = replan(running, replace(problem, hazards=(hazard,)))

    assert (proposal.kind, proposal.reason) == (ProposalKind.DIVERT, Reason.IN_THE_WAY)
    assert len(running.posts) - 1 in proposal.cut_off
    assert proposal.minutes > 0
    lat, lon = (np.array([getattr(one, name) for one in proposal.plan.posts]) for name in ("lat", "lon"))
    assert not touches(hazard, lat, lon, with_buffer=True).any()


def test_whoever_stands_right_stays_and_the_others_have_each_a_place(problem, running):
    post = running.posts[-1]
    proposal = replan(running, replace(problem, hazards=(Hazard(post.lat, post.lon, 60, buffer_m=20),)))

    kept = [row for row in range(len(running.posts)) if row not in {move.post for move in proposal.moved_posts}]
    new = {(one.node, one.along) for one in proposal.plan.posts}
    assert kept
    assert all((running.posts[row].node, running.posts[row].along) in new for row in kept)
    sent = [move.to for move in proposal.moved_posts if move.to is not None]
    assert len(sent) == len(set(sent))
    assert len(kept) + len(sent) == len(proposal.plan.posts)
    assert all(move.walk_m > 0 for move in proposal.moved_posts)


def test_gas_is_kept_out_of_downwind(problem, running):
    east = max(running.posts, key=lambda one: one.lon)
    upwind = at(400, 1000, 40, wind_to_deg=180.0, wedge_m=900.0, buffer_m=0)
    proposal = replan(running, replace(problem, hazards=(upwind,)))

    assert proposal.kind is ProposalKind.HOLD
    assert proposal.reason is Reason.GATE_IN_HAZARD
    away = at(400, 1000, 40, wind_to_deg=0.0, wedge_m=900.0, buffer_m=0)
    assert replan(running, replace(problem, hazards=(away,))).kind is ProposalKind.UNCHANGED
    assert east.lon > problem.network.lon[GATE_NODE]


@pytest.mark.parametrize("walking", [False, True])
def test_a_gate_in_it_stays_shut(problem, running, walking):
    proposal = replan(running, replace(problem, hazards=(at(400, 400, 50),)), walking=walking)

    assert proposal.reason is Reason.GATE_IN_HAZARD
    assert proposal.plan is None
    assert len(proposal.directions) == 8
    if not walking:
        assert proposal.kind is ProposalKind.HOLD


def test_with_too_little_left_children_are_held(problem, running):
    proposal = replan(running, replace(problem, hazards=(EAST_SHUT,)))

    assert proposal.kind is ProposalKind.HOLD
    assert proposal.reason is Reason.TOO_LITTLE_LEFT
    assert "E" in proposal.directions


def test_children_on_their_way_go_to_the_nearest_open_door(problem, running):
    proposal = replan(running, replace(problem, hazards=(EAST_SHUT,)), walking=True)

    assert proposal.kind is ProposalKind.SAFE_PLACE
    assert {refuge.post for refuge in proposal.refuges} == set(range(len(running.posts)))
    keys = {refuge.place.key for refuge in proposal.refuges}
    assert keys == {GATE_PLACE, "library"} or keys == {GATE_PLACE}
    assert any(not refuge.nodes for refuge in proposal.refuges), "nobody stood inside"
    for refuge in proposal.refuges:
        if refuge.nodes:
            assert refuge.nodes[0] == running.posts[refuge.post].node
            assert refuge.nodes[-1] == refuge.place.node


def test_a_changed_question_that_cannot_be_answered_holds(problem, running):
    proposal = replan(running, replace(problem, posts=0))

    assert (proposal.kind, proposal.reason) == (ProposalKind.HOLD, Reason.NO_POSTS)
