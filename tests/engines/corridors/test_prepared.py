"""Prepared diversions: used where they are better or known to the posts, never where a hazard touches them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corredor.engines.corridors import (
    Alternate,
    Hazard,
    Plan,
    ProposalKind,
    Reason,
    SafePlace,
    fall_back,
    plan,
    replan,
    touches,
)
from corredor.engines.corridors.moves import spot_of
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE, blocks_of, problems
from .test_planner import GATE_NODE, town

MANY = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def problem():
    return town(8, with_alternates=True, safe_places=(SafePlace("library", 31),))


@pytest.fixture(scope="module")
def running(problem):
    return plan(problem)


def beside(running, side="N", radius=60.0):
    """A danger at the running plan's post that lies farthest to one side."""
    farthest = {"N": lambda post: post.lat, "E": lambda post: post.lon}[side]
    post = max(running.posts, key=farthest)
    return Hazard(post.lat, post.lon, radius, buffer_m=20.0)


def walked(moves):
    return sum(move.walk_m for move in moves)


def as_prepared(running, proposal, closed="N"):
    """The running plan with this proposal's way as its only prepared one."""
    return replace(running, alternates=(Alternate(closed, proposal.plan, proposal.moved_posts),))


def test_the_better_of_the_two_is_taken(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    alone = replan(replace(running, alternates=()), asked)
    assert alone.prepared == ""
    both = replan(running, asked)
    assert both.plan.value >= alone.plan.value - 1e-6


def test_among_equals_the_way_that_posts_know_is_taken(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    alone = replan(replace(running, alternates=()), asked)

    known = replan(as_prepared(running, alone), asked)

    assert known.prepared == "N"
    assert (known.plan.corridors, known.plan.value) == (alone.plan.corridors, alone.plan.value)
    assert walked(known.moved_posts) == pytest.approx(walked(alone.moved_posts), abs=1.0)


def test_of_two_that_are_worth_the_same_the_one_with_less_walking_is_taken(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    alone = replan(replace(running, alternates=()), asked)
    moves = list(alone.moved_posts)
    rows = {move.post for move in moves}
    stays = next(row for row in range(len(running.posts)) if row not in rows)
    there = [spot_of(post) for post in alone.plan.posts].index(spot_of(running.posts[stays]))
    first = moves[0]
    moves[0] = replace(first, to=there)  # somebody who moves takes the place of somebody who could have stayed
    round_about = replace(alone, moved_posts=(*moves, replace(first, post=stays)))

    assert replan(as_prepared(running, round_about), asked).prepared == ""


def test_a_prepared_way_that_is_worth_less_is_not_taken(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    alone = replan(replace(running, alternates=()), asked)
    few = replan(replace(running, alternates=()), replace(asked, posts=4))
    assert few.plan.value < alone.plan.value

    assert replan(as_prepared(running, few), asked).prepared == ""


def test_when_it_is_late_the_prepared_way_answers_alone(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    few = replan(replace(running, alternates=()), replace(asked, posts=4))

    late = replan(as_prepared(running, few), asked, is_late=lambda: True)

    assert (late.kind, late.prepared) == (ProposalKind.DIVERT, "N")
    assert set(blocks_of(late.plan)) == set(blocks_of(few.plan))


def test_late_with_a_prepared_way_that_is_worth_too_little_one_is_made_all_the_same(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    little = plan(replace(asked, posts=1, with_alternates=False))
    poor = replace(running, value=4.1 * little.value, alternates=(Alternate("N", little, ()),))

    late = replan(poor, asked, is_late=lambda: True)

    assert (late.kind, late.prepared) == (ProposalKind.DIVERT, "")


def test_late_and_without_a_prepared_way_there_is_an_answer_all_the_same(problem, running):
    asked = replace(problem, hazards=(beside(running),))
    late = replan(replace(running, alternates=()), asked, is_late=lambda: True)

    assert (late.kind, late.prepared) == (ProposalKind.DIVERT, "")
    assert late.plan.value > 0


def test_without_planning_the_best_prepared_way_that_is_open_stands(problem, running):
    danger = beside(running, "E")
    asked = replace(problem, hazards=(danger,))

    stands = fall_back(running, asked)

    open_ones = [one for one in running.alternates if untouched(one.plan, problem.network, danger)]
    assert stands.plan.value == max(one.plan.value for one in open_ones)
    assert stands.prepared in {one.closed for one in open_ones}
    assert stands.refuges == ()
    walking = fall_back(running, asked, walking=True)
    assert {refuge.post for refuge in walking.refuges} == set(walking.cut_off)


def test_without_planning_and_without_an_open_way_there_is_none(problem, running):
    assert fall_back(replace(running, alternates=()), replace(problem, hazards=(beside(running),))) is None
    lat, lon = float(problem.network.lat[GATE_NODE]), float(problem.network.lon[GATE_NODE])
    assert fall_back(running, replace(problem, hazards=(Hazard(lat, lon, 50.0),))) is None


def test_without_planning_what_is_not_touched_stays(problem, running):
    far = Hazard(*LocalPlane.around(*CENTRE).to_degrees(20_000, 0), 100.0)
    proposal = fall_back(running, replace(problem, hazards=(far,)))
    assert (proposal.kind, proposal.reason) == (ProposalKind.UNCHANGED, Reason.NOT_TOUCHED)


def test_a_prepared_way_from_another_gate_is_not_walked(problem, running):
    moved = replace(problem, gate=GATE_NODE + 1, hazards=(beside(running),))
    assert replan(running, moved).prepared == ""
    assert fall_back(running, moved) is None


def test_a_prepared_way_for_which_there_are_too_few_people_is_not_taken(problem, running):
    fewer = replace(problem, posts=1, hazards=(beside(running),))
    assert replan(running, fewer).prepared == ""
    assert fall_back(running, fewer) is None


def untouched(answer, network, danger):
    part = np.linspace(0, 1, 41)
    for a, b in blocks_of(answer):
        lats = network.lat[a] + part * (network.lat[b] - network.lat[a])
        lons = network.lon[a] + part * (network.lon[b] - network.lon[a])
        if touches(danger, lats, lons).any():
            return False
    return True


@given(problems(most_posts=8), st.data(), st.sampled_from(["anew", "late", "fallen back"]))
@MANY
def test_whatever_is_proposed_keeps_out_fits_and_hangs_together(problem, data, how):
    running = plan(replace(problem, with_alternates=True))
    assume(isinstance(running, Plan))
    plane, place = LocalPlane.around(*CENTRE), st.floats(-100, 700)
    spot = plane.to_degrees(data.draw(place), data.draw(place))
    wind = data.draw(st.one_of(st.none(), st.floats(0, 360)))
    danger = Hazard(*spot, data.draw(st.floats(20, 200)), wind, wedge_m=300.0, buffer_m=data.draw(st.floats(0, 80)))
    asked = replace(problem, hazards=(danger,))

    found = fall_back(running, asked) if how == "fallen back" else replan(running, asked, is_late=lambda: how == "late")

    assume(found is not None and found.kind is ProposalKind.DIVERT)
    assert untouched(found.plan, problem.network, danger)
    for post in found.plan.posts:
        assert not touches(danger, np.array([post.lat]), np.array([post.lon]))[0]
    assert len(found.plan.posts) <= problem.posts
    reached, waiting = {problem.gate}, blocks_of(found.plan)
    while waiting:
        now = [block for block in waiting if block[0] in reached]
        assert now, "a corridor hangs in the air"
        reached |= {node for _, node in now}
        waiting = [block for block in waiting if block not in now]
    moved = {move.post: move.to for move in found.moved_posts}
    stays = [spot_of(post) for row, post in enumerate(running.posts) if row not in moved]
    goes = [spot_of(found.plan.posts[to]) for to in moved.values() if to is not None]
    assert len({*stays, *goes}) == len(stays) + len(goes), "two people at one place"
    assert {*stays, *goes} <= {spot_of(post) for post in found.plan.posts}
