"""Which dangers count as near a school, how far each reaches, and when they have changed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from corredor.engines import corridors as engine
from corredor.engines.geo.plane import LocalPlane
from corredor.flows.incident import close as closing
from corredor.flows.incident import follow
from corredor.flows.school.dangers import (
    Danger,
    draw_drift,
    list_near,
    list_rings_near,
    name_dangers,
    name_dangers_near,
    read_hazard,
)
from corredor.incidents.enums import HazardKind, Outcome, WindTo
from corredor.incidents.models import Hazard, Incident
from tests.flows.school_day import FRIDAY, open_incident, put_gas
from tests.flows.steps import check

GATE = (41.8129, -87.7018)
PLANE = LocalPlane.around(*GATE)


def school(*, is_drill=False):
    """A dismissal at GATE, as far as dangers need one."""
    return SimpleNamespace(school=SimpleNamespace(lat=GATE[0], lon=GATE[1]), is_drill=is_drill)


def agents(desk, metres, *, confirmed=True, is_drill=False):
    """Agents that many metres east of the gate."""
    incident = open_incident(desk, *PLANE.to_degrees(metres, 0), is_drill=is_drill)
    if confirmed:
        check(desk, incident, now=FRIDAY)
    return incident


def gas(desk, after, metres, **options):
    return put_gas(desk, after, *PLANE.to_degrees(0, metres), **options)


# -- one danger --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("radius_m", "wind", "reach_m"),
    [(120, WindTo.UNKNOWN, 120), (120, WindTo.N, 500), (800, WindTo.N, 800), (800, WindTo.UNKNOWN, 800)],
)
def test_reach(radius_m, wind, reach_m):
    assert Danger(*GATE, radius_m, "h1", is_hazard=True, wind_to=wind).reach_m == reach_m


def test_the_planners_area_has_a_wedge_of_500_m_and_30_degrees_each_side():
    danger = Danger(*GATE, 120, "h1", is_hazard=True, wind_to=WindTo.SE)
    assert danger.as_area() == engine.Hazard(*GATE, 120.0, wind_to_deg=135.0, wedge_m=500.0, wedge_deg=30.0)
    assert replace(danger, wind_to=WindTo.UNKNOWN).as_area().wind_to_deg is None


def test_a_hazard_as_a_danger():
    hazard = Hazard(pk=7, lat=1.0, lon=2.0, radius_m=90, wind_to="W")
    assert read_hazard(hazard) == Danger(1.0, 2.0, 90, "h7", is_hazard=True, wind_to=WindTo.W)


def test_its_drift_is_drawn_if_the_wind_is_known():
    hazard = Hazard(pk=7, lat=GATE[0], lon=GATE[1], radius_m=90, wind_to="E")
    ring = draw_drift(hazard)
    assert ring[0] == ring[-1] == pytest.approx(GATE)
    assert min(PLANE.to_xy(*spot)[0] for spot in ring[1:-1]) > 200
    assert draw_drift(Hazard(pk=7, lat=GATE[0], lon=GATE[1], radius_m=90, wind_to="")) == []


# -- what is near ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_confirmed_agents_count_up_to_2300_m_from_the_gate(desk):
    near, _far = agents(desk, 2300), agents(desk, 2301)
    agents(desk, 100, confirmed=False)
    (found,) = list_near(school())
    assert (found.incident, found.hazard, found.metres) == (near, None, 2300)
    assert found.danger.radius_m == 300
    assert not found.danger.is_hazard
    assert found.danger.key == f"p{near.place_id}"
    assert found.danger.reach_m == 300


@pytest.mark.django_db
def test_gas_counts_as_far_as_it_reaches(desk, after):
    still = gas(desk, after, 2120)
    gas(desk, after, 2121)
    carried = gas(desk, after, 2500, wind_to=WindTo.S)
    gas(desk, after, 2501, wind_to=WindTo.S)
    found = list_near(school())
    assert [(one.hazard, one.incident, one.metres) for one in found] == [
        (still, still.incident, 2120),
        (carried, carried.incident, 2500),
    ]
    assert [one.danger for one in found] == [read_hazard(still), read_hazard(carried)]


@pytest.mark.django_db
def test_hazards_come_first_and_then_the_nearest(desk, after):
    agents(desk, 50)
    agents(desk, 20)
    gas(desk, after, 1000)
    gas(desk, after, 900)
    assert [(one.danger.is_hazard, one.metres) for one in list_near(school())] == [
        (True, 900),
        (True, 1000),
        (False, 20),
        (False, 50),
    ]


@pytest.mark.django_db
def test_what_is_over_is_not_near(desk, after):
    cleared, ended = gas(desk, after, 100), agents(desk, 100)
    follow.clear_hazard(hazard_id=cleared.pk, by=desk["operator"], now=FRIDAY)
    check(desk, ended, Outcome.CONFIRMED_ENDED, now=FRIDAY)
    closing.close_incident(incident_id=ended.pk, by=desk["operator"], now=FRIDAY)
    assert list_near(school()) == []
    assert list_rings_near(school()) == []
    assert name_dangers_near(school()) == ""


@pytest.mark.django_db
def test_drills_and_the_real_are_never_mixed(desk, after):
    real, drill = agents(desk, 100), agents(desk, 200, is_drill=True)
    noted = follow.note_hazard(
        incident_id=drill.pk,
        kind=HazardKind.IRRITANT,
        lat=GATE[0],
        lon=GATE[1],
        radius_m=60,
        by=desk["operator"],
        now=FRIDAY,
    )
    assert [one.incident for one in list_near(school())] == [real]
    assert [(one.hazard, one.incident) for one in list_near(school(is_drill=True))] == [(noted, drill), (None, drill)]


@pytest.mark.django_db
def test_an_incident_without_a_place_is_nowhere(desk):
    incident = agents(desk, 100)
    Incident.objects.filter(pk=incident.pk).update(place=None)
    assert list_near(school()) == []


@pytest.mark.django_db
def test_all_outlines_are_drawn(desk, after):
    agents(desk, 100)
    gas(desk, after, 200, wind_to=WindTo.N)
    gas(desk, after, 300)
    rings = list_rings_near(school())
    assert len(rings) == 4  # three circles and a wedge
    assert all(ring[0] == ring[-1] for ring in rings)


# -- their name --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_digest_changes_with_place_radius_and_wind_and_not_with_the_order(desk, after):
    agents(desk, 100)
    gas(desk, after, 200)
    near = list_near(school())
    digest = name_dangers(near)
    assert digest == name_dangers(near[::-1]) == name_dangers_near(school())
    assert len(digest) == 32
    changed = [
        replace(near[0].danger, **change) for change in ({"key": "h0"}, {"radius_m": 121}, {"wind_to": WindTo.N})
    ]
    others = {name_dangers([replace(near[0], danger=danger), near[1]]) for danger in changed}
    assert len({digest, name_dangers(near[:1]), name_dangers(near[1:])} | others) == 6
    assert name_dangers([]) == ""
