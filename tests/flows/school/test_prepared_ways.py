"""Prepared diversions for a closed side: stored with the plan, and used when better, late or the only option."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corredor.corridors import queries
from corredor.corridors.enums import DismissalState, ProposalKind
from corredor.corridors.models import Plan
from corredor.corridors.plan_geometry import find_place, list_alternates
from corredor.engines import corridors as engine
from corredor.flows.school import watch as school_watch
from corredor.flows.school.planning import solve, stored
from corredor.flows.school.planning.inputs import read_planner_inputs
from corredor.flows.school.tell import render_proposal
from tests.factories import make_desk
from tests.flows.school_day import farthest_post, make_school_day, put_gas, take, texts_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(posts=14, volunteers=14)


@pytest.fixture
def desk(db):
    return make_desk()


def prepared_of(at) -> dict[str, dict]:
    return {one["closed"]: one for one in list_alternates(queries.get_plan(school=at.school).data)}


def _fail(*_, **__):
    raise ArithmeticError


@pytest.fixture
def late(monkeypatch):
    """No time at all to plan anew."""
    monkeypatch.setattr(school_watch, "PLANNING_BUDGET_S", -1.0)


@pytest.fixture
def failing(monkeypatch):
    """Planning anew breaks."""
    monkeypatch.setattr(solve.engine, "replan", _fail)


def test_a_plan_keeps_a_way_for_every_side_it_leads_to_with_named_corners(at):
    ways = prepared_of(at)
    assert ways
    assert set(ways) <= {"N", "E", "S", "W"}
    numbers = {post.number for post in at.planned().plan.posts.all()}
    for one in ways.values():
        assert one["way"]["corridors"]
        assert {move["post"] for move in one["moves"]} <= numbers
        assert all(post["labels"]["en"] and post["labels"]["es"] for post in one["posts"])


def test_what_was_kept_is_what_the_planner_prepared(at):
    plan = queries.get_plan(school=at.school)
    problem = read_planner_inputs(at.school).ask(14)
    made = engine.plan(replace(problem, with_alternates=True))

    restored = stored.restore(plan)

    for one, other in zip(made.alternates, restored.alternates, strict=True):
        assert one.closed == other.closed
        assert [(move.post, move.to) for move in one.moves] == [(move.post, move.to) for move in other.moves]
        assert one.plan.posts == other.plan.posts
        assert [line.nodes for line in one.plan.corridors] == [line.nodes for line in other.plan.corridors]
        assert one.plan.value == other.plan.value


@pytest.mark.parametrize("how", ["late", "failing"])
def test_without_time_and_without_a_planner_the_prepared_way_is_the_answer(at, desk, after, how, request):
    request.getfixturevalue(how)
    at.opened()
    post = farthest_post(at)

    put_gas(desk, after, post.lat, post.lon)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.DIVERT
    side = proposal.way["prepared_for"]
    assert proposal.way["corridors"] == prepared_of(at)[side]["way"]["corridors"] or how == "late"
    lines = {tuple(one["nodes"]) for one in prepared_of(at)[side]["way"]["corridors"]}
    assert {tuple(one["nodes"]) for one in proposal.way["corridors"]} == lines
    assert "the way you prepared" in render_proposal(proposal, "en")
    assert "los puestos lo conocen" in render_proposal(proposal, "es")
    lead = queries.list_leads(school=at.school).get(user=at.lead)
    assert "the way you prepared" in texts_to(lead)[-1]


def test_everybody_is_sent_where_their_sheet_says(at, desk, after, late):
    at.opened()
    post = farthest_post(at)
    put_gas(desk, after, post.lat, post.lon)
    way = prepared_of(at)[queries.get_proposal(dismissal=at.dismissal).way["prepared_for"]]

    take(at)

    assert at.dismissal.state == DismissalState.DIVERTED
    attendances = list(queries.list_attendances(dismissal=at.dismissal))
    assert len(attendances) == 14
    for attendance in attendances:
        last, language = texts_to(attendance.member.volunteer)[-1], attendance.member.volunteer.language
        place = find_place(way, attendance.post.number)
        if place is None:
            assert "se queda donde está" in last or "stays where it is" in last
        elif place != "gate":
            assert place["labels"][language] in last
            assert ("on your sheet" if language == "en" else "el de su hoja") in last


def test_where_nothing_was_prepared_and_planning_fails_children_are_held(at, desk, after, failing, monkeypatch):
    monkeypatch.setattr(solve.engine, "fall_back", lambda *_, **__: None)
    at.opened()
    post = farthest_post(at)

    put_gas(desk, after, post.lat, post.lon)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.HOLD
    assert "hold until a person has looked" in proposal.reasons["en"]


def test_a_danger_at_the_gate_is_no_time_for_any_way(at, desk, after, failing):
    at.opened()
    put_gas(desk, after, at.school.lat, at.school.lon)
    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.HOLD


def test_a_plan_of_an_earlier_version_has_nothing_prepared_and_is_planned_anew(at, desk, after):
    plan = queries.get_plan(school=at.school)
    old = Plan.objects.create(
        school=at.school,
        number=plan.number + 1,
        posts_asked=plan.posts_asked,
        data={**plan.data, "alternates": [one["way"]["corridors"] for one in plan.data["alternates"]]},
        made_by=at.lead,
        made_at=at.now,
    )
    for post in plan.posts.all():
        post.pk, post.plan = None, old
        post.save(force_insert=True)
    from corredor.flows.school.plan import choose_plan

    choose_plan(plan_id=old.pk, by=at.lead, now=at.now)
    at.opened()
    post = farthest_post(at)

    put_gas(desk, after, post.lat, post.lon)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.DIVERT
    assert proposal.way["prepared_for"] == ""
    assert "prepared" not in render_proposal(proposal, "en")
