"""The wind of a hazard: stored with it, changed while it is open, and used by all schools at once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from corredor.corridors import queries
from corredor.corridors.enums import DismissalState, ProposalKind, ProposalState
from corredor.corridors.models import Proposal
from corredor.engines import corridors as engine
from corredor.engines.geo.earth import distance_m
from corredor.flows.incident import follow
from corredor.flows.school import day as school_day
from corredor.flows.school import watch as school_watch
from corredor.flows.school.dangers import Danger, Near, draw_drift, read_hazard
from corredor.flows.school.planning.solve import Proposed
from corredor.incidents import actions as incidents
from corredor.incidents.enums import WindTo
from corredor.incidents.errors import HazardCleared, IncidentClosed
from corredor.incidents.models import Hazard, TimelineEntry
from corredor.kit.db_rules import broken_rule
from corredor.kit.languages import CODES
from corredor.people.errors import NotAllowed
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day
from tests.flows.school_day import put_gas as gas

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(posts=14, volunteers=2)


def put_gas(desk, after, lat, lon, wind_to=WindTo.UNKNOWN):
    return gas(desk, after, lat, lon, radius_m=60, wind_to=wind_to)


def turn(desk, after, hazard, wind_to):
    after(lambda: follow.turn_wind(hazard_id=hazard.pk, wind_to=wind_to, by=desk["operator"], now=FRIDAY))


def east_of_gate(at, metres):
    """A point so far east of the gate, upwind of it when the wind blows west."""
    return at.school.lat, at.school.lon + metres / (111_195 * 0.7455)


def test_gas_that_the_wind_carries_to_the_gate_holds_and_that_it_carries_away_does_not(at, desk, after):
    at.opened()
    here = east_of_gate(at, 350)

    hazard = put_gas(desk, after, *here, WindTo.E)
    away = queries.get_proposal(dismissal=at.dismissal)
    assert away.kind == ProposalKind.KEEP_BACK, "350 m from the gate, and blown away from it"

    turn(desk, after, hazard, WindTo.W)

    proposal = queries.get_proposal(dismissal=at.dismissal)
    assert proposal.kind == ProposalKind.HOLD
    assert proposal.took_ms < 1000
    assert "The wind blows to the west." in proposal.reasons["en"]
    assert "El viento sopla hacia el oeste." in proposal.reasons["es"]


def test_the_wind_turns_away_and_what_was_proposed_falls_away(at, desk, after):
    at.planned()
    hazard = put_gas(desk, after, *east_of_gate(at, 450), WindTo.W)
    held = queries.get_proposal(dismissal=at.dismissal)
    assert held.kind == ProposalKind.HOLD

    turn(desk, after, hazard, WindTo.E)

    held.refresh_from_db()
    assert held.state == ProposalState.SUPERSEDED
    waiting = queries.get_proposal(dismissal=at.dismissal)
    assert waiting.kind == ProposalKind.KEEP_BACK

    turn(desk, after, hazard, WindTo.W)
    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.HOLD, (
        "the same wind again is answered again"
    )


def test_no_way_that_is_proposed_leads_through_the_wedge(at, desk, after):
    at.opened()
    gate = (at.school.lat, at.school.lon)
    posts = at.dismissal.plan.posts.all()
    post = max(posts, key=lambda one: distance_m(gate, (one.lat, one.lon)))
    diverted = 0
    for wind in (WindTo.N, WindTo.E, WindTo.S, WindTo.W):
        hazard = put_gas(desk, after, post.lat, post.lon, wind)
        proposal = queries.get_proposal(dismissal=at.dismissal)
        if proposal.kind == ProposalKind.DIVERT:
            diverted += 1
            area = read_hazard(hazard).as_area()
            for corridor in proposal.way["corridors"]:
                lats, lons = zip(*corridor["line"], strict=True)
                assert not engine.touches(area, np.array(lats), np.array(lons)).any(), wind
        after(lambda row=hazard: follow.clear_hazard(hazard_id=row.pk, by=desk["operator"], now=FRIDAY))
    assert diverted, "no wind led to another way: the test looked at nothing"


def test_a_known_wind_only_ever_enlarges_the_area():
    plain = Danger(41.8, -87.7, 300, "h1", is_hazard=True)
    for wind in WindTo:
        blown = Danger(41.8, -87.7, 300, "h1", is_hazard=True, wind_to=wind)
        assert blown.reach_m >= plain.reach_m
        assert blown.as_area().radius_m == plain.as_area().radius_m
    assert [one.degrees for one in WindTo] == [0, 45, 90, 135, 180, 225, 270, 315, None]


def test_the_wedge_lies_downwind_and_as_far_as_said(at, desk, after):
    hazard = put_gas(desk, after, 41.80, -87.70, WindTo.NE)
    first, *arc, last = draw_drift(hazard)
    assert first == last == pytest.approx((41.80, -87.70), abs=1e-6)
    for lat, lon in arc:
        assert lat >= 41.80 - 1e-9
        assert lon >= -87.70 - 1e-9
        assert 500 <= distance_m((41.80, -87.70), (lat, lon)) < 505
    hazard.wind_to = WindTo.UNKNOWN
    assert draw_drift(hazard) == []


def test_gas_far_off_counts_when_its_wedge_reaches_the_last_corridor(at, desk, after):
    at.planned()
    put_gas(desk, after, *east_of_gate(at, 2300), WindTo.W)
    assert len(school_watch.list_near(at.dismissal)) == 1
    Hazard.objects.update(wind_to="")
    assert school_watch.list_near(at.dismissal) == []


def test_the_same_wind_said_twice_is_one_entry_and_one_proposal(at, desk, after):
    at.planned()
    hazard = put_gas(desk, after, *east_of_gate(at, 350), WindTo.W)
    turn(desk, after, hazard, WindTo.W)
    turn(desk, after, hazard, WindTo.W)

    assert TimelineEntry.objects.filter(kind="hazard.wind").count() == 0
    assert Proposal.objects.count() == 1

    turn(desk, after, hazard, WindTo.UNKNOWN)
    entry = TimelineEntry.objects.get(kind="hazard.wind")
    assert entry.data == {"hazard": hazard.pk, "wind": "?"}
    assert Hazard.objects.get().wind_to == ""


def test_the_noting_says_the_wind_on_the_timeline(at, desk, after):
    hazard = put_gas(desk, after, 41.80, -87.70, WindTo.NW)
    assert TimelineEntry.objects.get(kind="hazard.noted").data == {
        "hazard": hazard.pk,
        "what": "IRRITANT",
        "wind": "NW",
    }


def test_a_wind_is_for_the_desk_and_for_dangers_that_are_open(at, desk, after):
    hazard = put_gas(desk, after, 41.80, -87.70)
    with pytest.raises(NotAllowed):
        follow.turn_wind(hazard_id=hazard.pk, wind_to=WindTo.N, by=make_user("Nadie"), now=FRIDAY)
    after(lambda: follow.clear_hazard(hazard_id=hazard.pk, by=desk["operator"], now=FRIDAY))
    with pytest.raises(HazardCleared):
        turn(desk, after, hazard, WindTo.N)
    incidents.close_incident(incident=hazard.incident, by=desk["operator"], now=FRIDAY)
    with pytest.raises(IncidentClosed):
        turn(desk, after, hazard, WindTo.N)
    assert Hazard.objects.get().wind_to == ""


def test_the_database_keeps_it_too(at, desk, after):
    hazard = put_gas(desk, after, 41.80, -87.70)
    with pytest.raises(DatabaseError, match="a_wind_blows_one_of_eight_ways"), transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(wind_to="UP")
    after(lambda: follow.clear_hazard(hazard_id=hazard.pk, by=desk["operator"], now=FRIDAY))
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(wind_to="N")
    assert broken_rule(refused.value) == "wind_turns_only_while_a_danger_is_open"


def test_every_reason_fits_its_column_with_the_longest_directions(at, desk, after):
    hazard = put_gas(desk, after, 41.80, -87.70, WindTo.SW)
    near = Near(read_hazard(hazard), hazard.incident, hazard, metres=2480)
    winds = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
    for why, directions in itertools.product(("gate", "no_plan", ""), itertools.permutations(winds, 3)):
        said = directions if why != "no_plan" else ()
        words = school_watch._render_reason(Proposed(ProposalKind.HOLD, why=why, directions=said), near)
        for language in CODES:
            assert len(words[language]) <= 200


def test_a_held_school_may_open_when_the_wind_has_turned(at, desk, after):
    at.planned()
    hazard = put_gas(desk, after, *east_of_gate(at, 450), WindTo.W)
    proposal = queries.get_proposal(dismissal=at.dismissal)
    school_day.decide(proposal_id=proposal.pk, take=True, version=at.dismissal.version, by=at.lead, now=FRIDAY)
    assert at.dismissal.state == DismissalState.HELD

    turn(desk, after, hazard, WindTo.E)

    assert queries.get_proposal(dismissal=at.dismissal).kind == ProposalKind.REOPEN
