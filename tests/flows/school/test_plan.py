"""Planning a school of the pack, and proposals for many schools at once."""

from __future__ import annotations

import pytest

from corredor.engines.corridors import Hazard, NoPlan, Problem, ProposalKind, Reason, plan
from corredor.engines.hexgrid import cell_of
from corredor.flows.school.planning.problem import UnknownSchoolError, make_problem, plan_for_school, replan_for_schools
from corredor.places.walking import find_school, get_walking_map, list_safe_places, list_schools, search_schools

BASS = "school:609791"


@pytest.fixture(scope="module")
def bass():
    return plan_for_school(BASS, posts=9)


def test_a_school_gets_corridors_with_names(bass):
    assert bass.school.name
    assert len(bass.plan.posts) <= 9
    for post in bass.plan.posts:
        assert " & " in bass.names[post.node]["en"]
        assert " y " in bass.names[post.node]["es"]
    assert {gap.node for gap in bass.plan.gaps} <= set(bass.names)


def test_the_packs_pupils_are_spread_over_the_walk_shed(bass):
    assert bass.plan.children == pytest.approx(bass.school.students)
    assert plan_for_school("609791", posts=9, children=120).plan.children == pytest.approx(120)


def test_children_by_cell_stand_where_the_school_says():
    school = find_school(BASS)
    walking = get_walking_map()
    north = school.lat + 0.008
    cell = cell_of(north, school.lon)
    problem = make_problem(school, posts=6, children={cell: 40.0})

    assert problem.weights.sum() == pytest.approx(40)
    lats = walking.network.lat[problem.weights > 0]
    assert abs(lats - north).max() < 0.004
    answer = plan(problem)
    assert all(walking.network.lat[corridor.nodes[-1]] > school.lat for corridor in answer.corridors)


def test_an_attendance_area_bounds_where_children_live():
    school = find_school(BASS)
    west = [(school.lat - 0.01, school.lon - 0.02), (school.lat + 0.01, school.lon - 0.02)]
    area = [*west, (school.lat + 0.01, school.lon), (school.lat - 0.01, school.lon)]
    problem = make_problem(school, posts=6, children=50, within=[area])

    assert problem.weights.sum() == pytest.approx(50)
    assert (get_walking_map().network.lon[problem.weights > 0] <= school.lon).all()


def test_hazards_are_kept_out_of(bass):
    school = bass.school
    shut = plan_for_school(BASS, posts=9, avoid=[Hazard(school.lat, school.lon, 60)])

    assert isinstance(shut.answer, NoPlan)
    assert shut.answer.reason is Reason.GATE_IN_HAZARD
    assert shut.plan is None
    assert shut.names == {}


def test_an_unknown_school_is_said():
    with pytest.raises(UnknownSchoolError):
        plan_for_school("school:1", posts=3)


def test_only_schools_that_may_be_concerned_get_a_proposal(bass):
    far = plan_for_school(search_schools("Sauganash")[0].key, posts=6)
    post = bass.plan.posts[-1]
    found = replan_for_schools([far, bass], [Hazard(post.lat, post.lon, 80)])

    assert [one.school.key for one, _ in found] == [BASS]
    assert found[0][1].kind in (ProposalKind.DIVERT, ProposalKind.HOLD)
    assert replan_for_schools([far, bass], []) == []


def test_alternates_and_doors(bass):
    assert bass.plan.alternates == ()
    ready = plan_for_school(BASS, posts=9, with_alternates=True)
    assert ready.plan.alternates
    assert {post.node for one in ready.plan.alternates for post in one.plan.posts} <= set(ready.names)
    doors = dict(list_safe_places())
    assert all(doors[place.key] == place.node for place in ready.problem.safe_places)


def test_every_school_of_the_pack_has_a_gate():
    walking = get_walking_map()
    assert len(list_schools()) > 600
    assert max(walking.find_node(school.lat, school.lon)[1] for school in list_schools()) < 350


def test_schools_are_found_by_number_and_by_name():
    assert search_schools("609791")[0].key == BASS
    assert len(search_schools("brighton park")) >= 2
    assert search_schools("no such school") == []
    assert isinstance(make_problem(find_school(BASS), posts=1), Problem)
