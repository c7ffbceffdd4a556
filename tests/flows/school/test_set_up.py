"""Setting up a school: permissions, limits, and timeline entries."""

from __future__ import annotations

import pytest

from corredor.corridors.models import Assignment, School
from corredor.engines.geo.earth import distance_m
from corredor.flows.network import staff
from corredor.flows.school import plan as school_plan
from corredor.flows.school import roster as school_roster
from corredor.flows.school import set_up as school_set_up
from corredor.incidents.errors import OutsideCity
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed, WrongAddress
from corredor.people.models import User
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day

DEGREES_PER_M = 1 / 111_195  # of latitude


@pytest.fixture
def at(db):
    return make_school_day(volunteers=1)


def last_entry() -> TimelineEntry:
    return TimelineEntry.objects.order_by("-seq")[0]


def beside(at, metres: float) -> tuple[float, float]:
    """A point so far north of the school's own point in the city pack."""
    found = school_set_up.get_pack_school(key=at.school.key)
    return found.lat + metres * DEGREES_PER_M, found.lon


def test_the_gate_is_where_the_next_plan_leads_from(at):
    lat, lon = beside(at, 120)
    school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=at.lead, now=FRIDAY)

    school = School.objects.get()
    assert (school.lat, school.lon) == (lat, lon)
    plan = school_plan.make_plan(slug=school.slug, posts=4, by=at.lead, now=FRIDAY)
    nearest = min(distance_m((lat, lon), (post.lat, post.lon)) for post in plan.posts.all())
    assert nearest < distance_m((lat, lon), (at.school.lat, at.school.lon))


def test_a_new_gate_is_on_the_timeline(at):
    lat, lon = beside(at, 120)
    school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=at.lead, now=FRIDAY)

    entry = last_entry()
    assert (entry.kind, entry.actor_id, entry.at) == ("school.gate", at.lead.pk, FRIDAY)
    assert entry.data == {"school": at.school.pk, "lat": round(lat, 5), "lon": round(lon, 5)}


@pytest.mark.parametrize(("metres", "fits"), [(399, True), (401, False)])
def test_a_gate_far_from_the_school_is_another_place(at, metres, fits):
    lat, lon = beside(at, metres)
    if fits:
        school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=at.lead, now=FRIDAY)
    else:
        with pytest.raises(OutsideCity):
            school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=at.lead, now=FRIDAY)

    assert (School.objects.get().lat == lat) is fits


@pytest.mark.parametrize("roles", [(), (Role.SCHOOL_LEAD,), (Role.OPERATOR, Role.APPROVER)])
def test_only_a_lead_of_the_school_or_a_steward_moves_the_gate(at, roles):
    stranger = make_user("Nadie", *roles)
    lat, lon = beside(at, 50)
    with pytest.raises(NotAllowed):
        school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=stranger, now=FRIDAY)
    assert School.objects.get().lat != lat

    school_set_up.set_gate(slug=at.school.slug, lat=lat, lon=lon, by=at.steward, now=FRIDAY)
    assert School.objects.get().lat == lat


@pytest.mark.parametrize("wants", [True, False])
def test_whether_guardians_hold_codes_is_on_the_timeline(at, wants):
    school_set_up.set_wants_codes(slug=at.school.slug, wants=wants, by=at.lead, now=FRIDAY)

    assert School.objects.get().wants_codes is wants
    entry = last_entry()
    assert (entry.kind, entry.actor_id, entry.data) == (
        "codes.wanted",
        at.lead.pk,
        {"school": at.school.pk, "wants": wants},
    )


def test_the_telephone_that_leads_is_on_the_timeline_without_its_number(at):
    school_roster.set_lead_phone(slug=at.school.slug, phone="+17735550199", by=at.lead, now=FRIDAY)

    entry = last_entry()
    assert (entry.kind, entry.actor_id) == ("school.lead_phone", at.lead.pk)
    assert "0199" not in str(entry.data)


def test_no_number_is_not_saved_as_one(at):
    with pytest.raises(WrongAddress):
        school_roster.set_lead_phone(slug=at.school.slug, phone="  ", by=at.lead, now=FRIDAY)
    assert at.school.leads.exclude(address=None).count() == 2


def test_the_roster_says_who_changed_it(at):
    member = at.members[0]
    school_roster.put_at_post(member_id=member.pk, number=2, weekdays=[0], by=at.lead, now=FRIDAY)
    by_lead = last_entry()
    token = at.link()
    school_roster.agree(token=token, now=FRIDAY)
    agreed = last_entry()
    school_roster.take_post(token=token, number=3, weekdays=[1], now=FRIDAY)
    by_themselves = last_entry()

    assert (by_lead.kind, by_lead.actor_id) == ("roster.changed", at.lead.pk)
    assert (agreed.kind, agreed.data["volunteer"], agreed.data["assignments"]) == (
        "roster.agreed",
        member.volunteer_id,
        1,
    )
    assert (by_themselves.kind, by_themselves.actor_id) == ("roster.changed", None)
    assert not Assignment.objects.filter(agreed_at=None).exists()


def test_another_alias_is_on_the_timeline(db):
    user = make_user("Ana")
    staff.set_alias(user=user, alias="Ana", now=FRIDAY)
    assert not TimelineEntry.objects.exists()

    staff.set_alias(user=user, alias="Anita", now=FRIDAY)
    assert User.objects.get().alias == "Anita"
    entry = last_entry()
    assert (entry.kind, entry.actor_id, entry.data) == ("staff.alias_changed", user.pk, {"user": user.pk})
