"""Unlit streets: who may mark which, how names find them, and that new plans avoid them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from corredor.corridors.errors import WorldsMixed
from corredor.engines.corridors import list_reached
from corredor.flows.network import unlit_streets
from corredor.flows.network.unlit_streets import CornerUnclear
from corredor.flows.school import plan as school_plan
from corredor.flows.school.planning.inputs import read_planner_inputs
from corredor.incidents.errors import OutsideCity
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from corredor.places.errors import AlreadyUnlit, NoStreetHere, NotOneStreet
from corredor.places.models import UnlitStreet
from corredor.places.walking import get_walking_map
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day

pytestmark = pytest.mark.django_db
FAR = (41.9700, -87.6900)  # another side of the city


@pytest.fixture
def at(db):
    return make_school_day(posts=8, volunteers=1)


def mark(at, by=None, slug="", **where):
    where = where or {"lat": at.school.lat + 0.0009, "lon": at.school.lon}
    return unlit_streets.mark_block(**where, slug=slug, by=by or at.steward, now=FRIDAY)


def test_the_planner_gets_just_the_arcs_of_what_is_marked(at):
    assert read_planner_inputs(at.school).ask(8).unlit is None
    row = mark(at)
    (one,) = unlit_streets.list_unlit()
    marked = read_planner_inputs(at.school).ask(8).unlit
    network = get_walking_map().network
    pairs = {(a, b) for pair in one.stretch.pairs for a, b in (pair, pair[::-1])}
    arcs = {
        (node, int(network.indices[arc]))
        for node in one.stretch.nodes
        for arc in range(int(network.indptr[node]), int(network.indptr[node + 1]))
        if marked[arc]
    }
    assert arcs == pairs
    assert marked.sum() == len(pairs)

    unlit_streets.unmark(unlit_id=row.pk, by=at.steward, now=FRIDAY)
    assert read_planner_inputs(at.school).ask(8).unlit is None


def test_a_plan_made_in_the_dark_goes_another_way_and_comes_back_with_the_light(at):
    before = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    longest = max(before.data["corridors"], key=lambda corridor: corridor["length_m"])
    network = get_walking_map().network
    rows = []
    for here, there in zip(longest["nodes"], longest["nodes"][1:], strict=False):
        middle = [float(values[here] + values[there]) / 2 for values in (network.lat, network.lon)]
        rows.append(mark(at, lat=middle[0], lon=middle[1]))

    dark = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    assert dark.data["value"] < before.data["value"]

    for row in rows:
        unlit_streets.unmark(unlit_id=row.pk, by=at.steward, now=FRIDAY)
    again = school_plan.make_plan(slug=at.school.slug, posts=8, by=at.lead, now=FRIDAY)
    assert again.data["corridors"] == before.data["corridors"]


def test_a_mark_elsewhere_in_the_city_is_no_new_question_here(at):
    before = read_planner_inputs(at.school)
    mark(at, lat=FAR[0], lon=FAR[1])
    assert read_planner_inputs(at.school) == before


def test_by_name_in_either_language_and_order(at):
    row = unlit_streets.mark_between(street="Kedzie", start="39", end="la 43", by=at.steward, now=FRIDAY)
    assert (row.street, {row.start, row.end}) == ("Kedzie Ave", {"Pershing Rd", "43rd St"})
    with pytest.raises(AlreadyUnlit):
        unlit_streets.mark_between(street="S Kedzie Ave", start="43rd St", end="Pershing", by=at.steward, now=FRIDAY)
    assert UnlitStreet.objects.count() == 1


@pytest.mark.parametrize(
    ("street", "start", "end", "wrong", "which"),
    [
        ("Kedzie", "Narnia Road", "43", CornerUnclear, "start"),
        ("Kedzie", "39", "xyzzy", CornerUnclear, "end"),
        ("Kedzie", "39", "79", NotOneStreet, ""),
        ("Kedzie", "39", "39", NotOneStreet, ""),
    ],
)
def test_what_the_words_do_not_say(at, street, start, end, wrong, which):
    with pytest.raises(wrong) as refused:
        unlit_streets.mark_between(street=street, start=start, end=end, by=at.steward, now=FRIDAY)
    assert getattr(refused.value, "which", "") == which
    assert not UnlitStreet.objects.exists()


def test_a_lead_marks_where_their_children_walk_and_nowhere_else(at):
    slug = at.school.slug
    mine = mark(at, by=at.lead, slug=slug)
    walking = get_walking_map()
    gate, _ = walking.find_node(at.school.lat, at.school.lon)
    shed = set(list_reached(walking.network, gate).tolist())
    assert shed.issuperset(unlit_streets.list_unlit(slug=slug)[0].stretch.nodes)
    with pytest.raises(OutsideCity):
        mark(at, by=at.lead, slug=slug, lat=FAR[0], lon=FAR[1])
    far = mark(at, lat=FAR[0], lon=FAR[1])
    assert [one.row.pk for one in unlit_streets.list_unlit(slug=slug)] == [mine.pk]
    assert {one.row.pk for one in unlit_streets.list_unlit()} == {mine.pk, far.pk}
    with pytest.raises(OutsideCity):
        unlit_streets.unmark(unlit_id=far.pk, slug=slug, by=at.lead, now=FRIDAY)
    with pytest.raises(NotAllowed):
        unlit_streets.unmark(unlit_id=far.pk, by=at.lead, now=FRIDAY)
    unlit_streets.unmark(unlit_id=mine.pk, slug=slug, by=at.co_lead, now=FRIDAY)
    assert [one.row.pk for one in unlit_streets.list_unlit()] == [far.pk]


def test_others_mark_nothing(at):
    for other in (make_user("Ope", Role.OPERATOR, Role.VERIFIER), make_user("Otra", Role.SCHOOL_LEAD)):
        for slug in ("", at.school.slug):
            with pytest.raises(NotAllowed):
                mark(at, by=other, slug=slug)
    with pytest.raises(WorldsMixed):
        mark(at, by=make_user("Ensayo", Role.STEWARD, is_drill=True))
    assert not UnlitStreet.objects.exists()


def test_who_and_when_stand_on_the_timeline_and_a_mark_taken_back_can_be_set_again(at):
    row = mark(at)
    with pytest.raises(AlreadyUnlit):
        mark(at, by=at.lead, slug=at.school.slug)
    for _ in range(2):
        unlit_streets.unmark(unlit_id=row.pk, slug=at.school.slug, by=at.lead, now=FRIDAY)
    again = mark(at)
    told = TimelineEntry.objects.filter(kind__startswith="street.").values_list("kind", "actor", "data")
    assert list(told) == [
        ("street.unlit", at.steward.pk, {"unlit": row.pk}),
        ("street.lit", at.lead.pk, {"unlit": row.pk}),
        ("street.unlit", at.steward.pk, {"unlit": again.pk}),
    ]
    row.refresh_from_db()
    assert (row.removed_by, row.removed_at) == (at.lead, FRIDAY)


def test_in_the_lake_runs_no_street(at):
    with pytest.raises(NoStreetHere):
        mark(at, lat=41.90, lon=-87.50)


def test_the_database_keeps_it_too(at):
    row = mark(at)
    with pytest.raises(DatabaseError, match="a_person_takes_an_unlit_mark_back"), transaction.atomic():
        UnlitStreet.objects.filter(pk=row.pk).update(removed_at=FRIDAY)
    twin = UnlitStreet.objects.get(pk=row.pk)
    twin.pk = None
    with pytest.raises(DatabaseError, match=r"(?i)unique constraint"), transaction.atomic():
        twin.save()
