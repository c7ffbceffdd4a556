"""An incident near a school becomes a proposal; a person decides, posts and parents are told, and it reopens."""

from __future__ import annotations

import pytest

from corredor.corridors import queries
from corredor.corridors.enums import DismissalState, MessageKind, ProposalKind, ProposalState
from corredor.corridors.errors import DangerNear, DismissalChanged, NotALead
from corredor.corridors.models import Message, Proposal
from corredor.engines.geo.earth import distance_m
from corredor.flows.incident import close as closing
from corredor.flows.incident import follow
from corredor.flows.school import day as school_day
from corredor.flows.school import watch as school_watch
from corredor.flows.school.public import public_school
from corredor.incidents.enums import HazardKind, Outcome
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, farthest_post, make_school_day, open_incident, put_gas, take, texts_to
from tests.flows.steps import check

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(posts=14, volunteers=6)


def test_gas_at_the_end_of_a_corridor_proposes_another_way(at, desk, after):
    at.opened()
    post = farthest_post(at)

    put_gas(desk, after, post.lat, post.lon)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.DIVERT
    assert proposal.took_ms < 1000
    assert "Tear gas or another danger" in proposal.reasons["en"]
    assert proposal.way["corridors"]
    for one in proposal.way["corridors"]:
        for spot in one["line"]:
            assert distance_m(tuple(spot), (post.lat, post.lon)) > 120
    lead = queries.list_leads(school=at.school).get(user=at.lead)
    assert "text DIVERT" in texts_to(lead)[-1]
    assert at.dismissal.state == DismissalState.OPEN, "a person decides"


def test_the_way_is_drawn_anew_and_everybody_gets_their_own_text(at, desk, after):
    at.opened()
    post = farthest_post(at)
    put_gas(desk, after, post.lat, post.lon)
    proposal = queries.get_proposal(dismissal=at.dismissal)

    take(at)

    assert at.dismissal.state == DismissalState.DIVERTED
    shown = public_school(slug=at.school.slug, now=FRIDAY)
    assert [list(map(list, line)) for line in shown.lines] == [one["line"] for one in proposal.way["corridors"]]
    moved = {move["post"] for move in proposal.moves}
    for attendance in queries.list_attendances(dismissal=at.dismissal):
        last = texts_to(attendance.member.volunteer)[-1]
        stays = "se queda donde está" in last or "stays where it is" in last
        assert stays is (attendance.post.number not in moved)
    assert Message.objects.get().kind == MessageKind.DIVERTED


def test_agents_at_the_gate_mean_hold(at, desk, after):
    at.planned()
    incident = open_incident(desk, at.school.lat, at.school.lon)

    after(lambda: check(desk, incident, now=FRIDAY))

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.HOLD
    assert "The gate itself lies within it" in proposal.reasons["en"]
    assert "La puerta misma queda dentro" in proposal.reasons["es"]


def test_what_is_not_confirmed_proposes_nothing(at, desk, after):
    at.opened()
    after(lambda: open_incident(desk, at.school.lat, at.school.lon))

    assert Proposal.objects.count() == 0


def test_what_is_far_away_proposes_nothing(at, desk, after):
    at.opened()
    incident = open_incident(desk, 41.98, -87.70)

    after(lambda: check(desk, incident, now=FRIDAY))

    assert Proposal.objects.count() == 0


def test_children_on_the_way_are_taken_in_at_a_door(at, desk, after):
    at.opened()
    school_day.count_as_lead(dismissal_id=at.dismissal.pk, at="GATE", children=20, by=at.lead, now=FRIDAY)

    put_gas(desk, after, at.school.lat, at.school.lon, radius_m=200)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind in (ProposalKind.SAFE_PLACE, ProposalKind.HOLD)
    if proposal.safe_place:
        take(at)
        assert at.dismissal.state == DismissalState.HELD
        assert public_school(slug=at.school.slug, now=FRIDAY).inside_at == proposal.safe_place["name"]


def test_when_it_is_cleared_opening_again_is_proposed(at, desk, after):
    at.opened()
    hazard = put_gas(desk, after, at.school.lat, at.school.lon)
    take(at)
    assert at.dismissal.state == DismissalState.HELD

    after(lambda: follow.clear_hazard(hazard_id=hazard.pk, by=desk["operator"], now=FRIDAY))

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert (proposal.kind, at.dismissal.state) == (ProposalKind.REOPEN, DismissalState.HELD)
    take(at)
    assert (at.dismissal.state, at.dismissal.way, at.dismissal.moves) == (DismissalState.OPEN, None, [])
    assert Message.objects.latest("pk").kind == MessageKind.REOPENED
    assert "De regreso al camino de siempre" in texts_to(at.volunteers[0])[-1]


def test_an_incident_that_was_not_so_opens_again_too(at, desk, after):
    at.opened()
    incident = open_incident(desk, at.school.lat, at.school.lon)
    after(lambda: check(desk, incident, now=FRIDAY))
    take(at)

    after(lambda: check(desk, incident, Outcome.NOT_IMMIGRATION, now=FRIDAY))
    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.REOPEN
    after(lambda: closing.close_incident(incident_id=incident.pk, by=desk["operator"], now=FRIDAY))
    assert Proposal.objects.filter(kind=ProposalKind.REOPEN).count() == 1


def test_the_same_danger_is_not_proposed_twice_and_a_no_is_a_no(at, desk, after):
    at.opened()
    put_gas(desk, after, at.school.lat, at.school.lon)
    take(at, yes=False)

    assert school_watch.check_corridors(is_drill=False, now=FRIDAY) == 0
    assert queries.get_proposal(dismissal=at.dismissal) is None
    assert Proposal.objects.get().state == ProposalState.DECLINED


def test_a_second_danger_overtakes_the_first_proposal(at, desk, after):
    at.opened()
    post = farthest_post(at)
    put_gas(desk, after, post.lat, post.lon)
    put_gas(desk, after, at.school.lat, at.school.lon)

    assert [row.state for row in Proposal.objects.order_by("pk")] == ["SUPERSEDED", "WAITING"]
    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.HOLD


def test_only_a_lead_sends_children_another_way_but_the_desk_may_hold(at, desk, after):
    at.opened()
    post = farthest_post(at)
    put_gas(desk, after, post.lat, post.lon)
    with pytest.raises(NotALead):
        take(at, by=desk["operator"])
    with pytest.raises(NotAllowed):
        take(at, by=make_user("Nadie"), yes=False)
    put_gas(desk, after, at.school.lat, at.school.lon)

    take(at, by=desk["operator"])

    assert at.dismissal.state == DismissalState.HELD


def test_nobody_opens_past_a_danger_that_is_not_cleared_or_declined(at, desk, after):
    at.planned()
    hazard = put_gas(desk, after, at.school.lat, at.school.lon)
    with pytest.raises(DangerNear):
        at.opened()
    school_day.hold_dismissal(dismissal_id=at.dismissal.pk, version=at.dismissal.version, by=at.lead, now=FRIDAY)
    assert Proposal.objects.get().state == ProposalState.TAKEN
    with pytest.raises(DangerNear):
        at.opened()

    after(lambda: follow.clear_hazard(hazard_id=hazard.pk, by=desk["operator"], now=FRIDAY))

    assert at.opened().state == DismissalState.OPEN


def test_two_who_decide_at_once(at, desk, after):
    at.opened()
    put_gas(desk, after, at.school.lat, at.school.lon)
    proposal, seen = queries.get_proposal(dismissal=at.dismissal), at.dismissal.version
    school_day.decide(proposal_id=proposal.pk, take=True, version=seen, by=at.lead, now=FRIDAY)

    with pytest.raises(DismissalChanged):
        school_day.decide(proposal_id=proposal.pk, take=False, version=seen, by=at.co_lead, now=FRIDAY)


def test_a_planner_that_fails_proposes_to_hold(at, desk, after, monkeypatch):
    at.opened()
    monkeypatch.setattr(school_watch, "propose_way", _fail)

    put_gas(desk, after, at.school.lat, at.school.lon)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.HOLD
    assert "hold until a person has looked" in proposal.reasons["en"]


def test_a_drill_s_danger_touches_no_real_school(at, after):
    at.opened()
    actor = make_user("drill actor", Role.OPERATOR, is_drill=True)
    incident = open_incident({"operator": actor}, at.school.lat, at.school.lon, is_drill=True)

    after(
        lambda: follow.note_hazard(
            incident_id=incident.pk,
            kind=HazardKind.IRRITANT,
            lat=at.school.lat,
            lon=at.school.lon,
            radius_m=200,
            by=actor,
            now=FRIDAY,
        )
    )

    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("metres", [450, 700])
def test_nobody_is_led_nearer_to_what_was_confirmed(at, desk, after, metres):
    """Whatever is proposed to walk keeps 300 m away from agents."""
    at.opened()
    agents = (at.school.lat, at.school.lon - metres / (111_195 * 0.7455))
    incident = open_incident(desk, *agents)
    after(lambda: check(desk, incident, now=FRIDAY))

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.DIVERT
    spots = [tuple(spot) for one in proposal.way["corridors"] for spot in one["line"]]
    assert spots
    assert min(distance_m(spot, agents) for spot in spots) > 299


def test_agents_within_300_m_of_the_gate_hold_the_children(at, desk, after):
    at.opened()
    incident = open_incident(desk, at.school.lat, at.school.lon - 290 / (111_195 * 0.7455))
    after(lambda: check(desk, incident, now=FRIDAY))

    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.HOLD


def _fail(*_):
    raise ArithmeticError


def test_children_who_live_where_it_is_wait_though_the_corridors_are_free(at, desk, after):
    at.opened()
    lat, lon = at.school.lat, at.school.lon + 0.006  # 500 m to the east, where no corridor leads

    put_gas(desk, after, lat, lon, radius_m=150)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.KEEP_BACK
    assert proposal.children > 0
    take(at, by=desk["operator"])
    assert at.dismissal.state == DismissalState.OPEN
    assert Message.objects.get().kind == MessageKind.KEPT_BACK
    assert "esperan en la escuela" in texts_to(at.volunteers[0])[-1]


def test_the_usual_way_opens_again_although_something_else_is_near(at, desk, after):
    at.opened()
    hazard = put_gas(desk, after, at.school.lat, at.school.lon)
    take(at)
    other = open_incident(desk, at.school.lat + 0.0175, at.school.lon)  # near, and beyond every corridor
    after(lambda: check(desk, other, now=FRIDAY))

    after(lambda: follow.clear_hazard(hazard_id=hazard.pk, by=desk["operator"], now=FRIDAY))

    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.REOPEN
    take(at)
    assert at.dismissal.state == DismissalState.OPEN


def test_another_way_before_the_bell(at, desk, after):
    at.planned()
    post = farthest_post(at)
    put_gas(desk, after, post.lat, post.lon)

    take(at)

    assert (at.dismissal.state, at.dismissal.opened_at) == (DismissalState.DIVERTED, FRIDAY)
