"""A lead's outline limits where children are planned for; removing it restores the former area."""

from __future__ import annotations

import json

import numpy as np
import pytest

from corredor.corridors import queries
from corredor.corridors.errors import EmptyOutline, NotALead
from corredor.corridors.models import Outline
from corredor.engines.hexgrid import cell_of
from corredor.engines.outline import OutlineWrong, Wrong
from corredor.flows.school import plan as school_plan
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.planning.inputs import read_planner_inputs
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from corredor.places.walking import get_walking_map
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(posts=8, volunteers=1)


def box(at, south, west, north, east):
    """GeoJSON of a rectangle, in degrees from the gate."""
    lat, lon = at.school.lat, at.school.lon
    corners = [
        (lon + west, lat + south),
        (lon + east, lat + south),
        (lon + east, lat + north),
        (lon + west, lat + north),
    ]
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


def draw(at, text, by=None):
    return school_set_up.set_outline(slug=at.school.slug, text=text, by=by or at.lead, now=FRIDAY)


def weights(at):
    return read_planner_inputs(at.school).ask(8).weights


def test_all_children_live_inside_and_evenly(at):
    before = weights(at)
    draw(at, box(at, -0.008, -0.012, 0.008, 0.0))
    inside = weights(at)

    network = get_walking_map().network
    assert inside.sum() == pytest.approx(before.sum())
    assert len(set(inside[inside > 0].round(9))) == 1
    assert (network.lon[inside > 0] <= at.school.lon).all()
    assert (before[network.lon > at.school.lon] > 0).any()


def test_the_next_plan_goes_where_the_outline_is_and_removal_goes_back(at):
    first = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    draw(at, box(at, 0.001, -0.01, 0.012, 0.01))
    bounded = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    assert all(corridor["line"][-1][0] > at.school.lat for corridor in bounded.data["corridors"])
    assert bounded.data["corridors"] != first.data["corridors"]

    school_set_up.remove_outline(slug=at.school.slug, by=at.lead, now=FRIDAY)
    again = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    assert again.data["corridors"] == first.data["corridors"]
    assert again.data["children"] == first.data["children"]


def test_entered_numbers_count_where_the_outline_and_their_cell_meet(at):
    lat, lon = at.school.lat, at.school.lon
    north, south = cell_of(lat + 0.008, lon), cell_of(lat - 0.008, lon)
    school_set_up.set_children(slug=at.school.slug, counts={north: 30, south: 12}, by=at.lead, now=FRIDAY)
    draw(at, box(at, 0.0, -0.01, 0.012, 0.0))

    found = weights(at)
    assert found.sum() == pytest.approx(30)
    network = get_walking_map().network
    homes = np.flatnonzero(found)
    assert (network.lon[homes] <= lon).all()
    assert {cell_of(float(network.lat[node]), float(network.lon[node])) for node in homes} == {north}
    assert read_planner_inputs(at.school).count_children() == 30


def test_a_drawing_with_no_crossing_that_is_walked_to_is_refused(at):
    with pytest.raises(EmptyOutline):
        draw(at, box(at, 0.00020, 0.00018, 0.00085, 0.0011))
    assert not Outline.objects.exists()


def test_a_wrong_one_leaves_the_one_in_use(at):
    draw(at, box(at, -0.008, -0.012, 0.008, 0.0))
    kept = Outline.objects.get().rings
    with pytest.raises(OutlineWrong) as wrong:
        draw(at, box(at, 0.2, 0.2, 0.3, 0.3))
    assert wrong.value.why is Wrong.TOO_FAR
    assert Outline.objects.get().rings == kept


def test_one_outline_a_school_with_who_and_when_and_only_corners(at):
    draw(at, box(at, -0.008, -0.012, 0.008, 0.0))
    draw(at, box(at, -0.004, -0.012, 0.008, 0.0), by=at.co_lead)
    kept = queries.find_outline(school=at.school)
    assert (kept.drawn_by, kept.drawn_at, len(kept.rings)) == (at.co_lead, FRIDAY, 1)
    assert {name.name for name in Outline._meta.get_fields()} == {"id", "school", "rings", "drawn_by", "drawn_at"}

    school_set_up.remove_outline(slug=at.school.slug, by=at.lead, now=FRIDAY)
    school_set_up.remove_outline(slug=at.school.slug, by=at.lead, now=FRIDAY)
    told = [(entry.kind, entry.data) for entry in TimelineEntry.objects.filter(kind__startswith="school.outline")]
    school = at.school.pk
    assert told == [
        ("school.outline", {"school": school, "corners": 4}),
        ("school.outline", {"school": school, "corners": 4}),
        ("school.outline_removed", {"school": school}),
    ]


def test_only_leads_of_this_school_and_stewards_draw(at):
    text = box(at, -0.008, -0.012, 0.008, 0.0)
    draw(at, text, by=at.steward)
    for stranger in (make_user("Otra", Role.SCHOOL_LEAD), make_user("Ope", Role.OPERATOR)):
        with pytest.raises((NotALead, NotAllowed)):
            draw(at, text, by=stranger)
        with pytest.raises((NotALead, NotAllowed)):
            school_set_up.remove_outline(slug=at.school.slug, by=stranger, now=FRIDAY)
    assert Outline.objects.get().drawn_by == at.steward
