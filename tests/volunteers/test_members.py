"""Volunteers and their memberships: applied, accepted, left, erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from corredor.incidents.models import TimelineEntry
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.models import User
from corredor.volunteers import actions, queries
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.group import Group
from corredor.volunteers.models import Member, Volunteer
from corredor.volunteers.retention import APPLICATIONS_KEPT, erase_applications
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
NORTH, SOUTH = Group(GroupKind.SCHOOL, 7), Group(GroupKind.SCHOOL, 8)
PHONE = "+13125550100"


def apply(alias="Vecina", *, group=NORTH, phone=PHONE, now=NOW):
    address = address_book.save_address(Contact.parse("PHONE", phone), now=now)
    return actions.apply_to_group(
        group=group, alias=alias, language="es", address=address, near_cell=5, is_drill=False, now=now
    )


def accept(member, *, vest=3):
    lead = User.objects.filter(alias="Lupe").first() or make_user("Lupe")
    actions.accept_member(member=member, vest=vest, by=lead, now=NOW)
    return member


def join(member, group):
    """Put the volunteer into one more group, accepted."""
    more = Member.objects.create(
        volunteer=member.volunteer, group_kind=group.kind, group_id=group.id, asked_at=NOW + timedelta(days=1)
    )
    return accept(more, vest=9)


def test_an_application_waits_until_it_is_accepted():
    member, token = apply("  Doña   Marta ")
    assert list(queries.list_applications(group=NORTH)) == [member]
    assert not queries.list_members(group=NORTH).exists()
    assert not member.is_accepted
    assert member.volunteer.alias == "Doña Marta"

    accept(member)
    assert not queries.list_applications(group=NORTH).exists()
    found = queries.find_by_link(token=token, kind=GroupKind.SCHOOL)
    assert list(queries.list_members(group=NORTH)) == [member] == [found]
    assert (found.is_accepted, found.vest, found.group) == (True, 3, NORTH)


def test_only_the_digest_of_a_link_is_stored_and_a_new_link_replaces_the_old_one():
    member, token = apply()
    assert token not in Volunteer.objects.get().link_digest

    renewed = actions.renew_link(volunteer=member.volunteer)
    assert queries.find_by_link(token=token, kind=GroupKind.SCHOOL) is None
    assert queries.find_by_link(token=renewed, kind=GroupKind.SCHOOL) == member
    assert queries.find_by_link(token="", kind=GroupKind.SCHOOL) is None


def test_groups_are_apart_and_members_are_in_the_order_of_their_vests():
    last, first = accept(apply("Ana")[0], vest=8), accept(apply("Zoe")[0], vest=2)
    other = accept(apply("Luz", group=SOUTH)[0])

    assert list(queries.list_members(group=NORTH)) == [first, last]
    assert list(queries.list_members(group=SOUTH)) == [other]
    assert queries.count_members(kind=GroupKind.SCHOOL) == {NORTH.id: 2, SOUTH.id: 1}


def test_only_accepted_people_are_found_by_their_number():
    waiting, _ = apply()
    address_id = waiting.volunteer.address_id
    assert queries.find_by_address(address_id=address_id, kind=GroupKind.SCHOOL) == []

    accept(waiting)
    assert queries.find_by_address(address_id=address_id, kind=GroupKind.SCHOOL) == [waiting]


def test_a_volunteer_in_two_groups_is_erased_with_the_last_of_them():
    member, token = apply()
    more = join(accept(member), SOUTH)
    assert queries.find_by_address(address_id=member.volunteer.address_id, kind=GroupKind.SCHOOL) == [member, more]

    assert actions.end_membership(member=member, by=None, now=NOW) is None
    assert Volunteer.objects.get().alias == "Vecina"
    assert queries.find_by_link(token=token, kind=GroupKind.SCHOOL) == more
    assert not queries.list_members(group=NORTH).exists()

    address_id = member.volunteer.address_id
    assert actions.end_membership(member=more, by=None, now=NOW) == address_id
    gone = Volunteer.objects.get()
    assert (gone.alias, gone.address_id, gone.near_cell, gone.left_at) == ("", None, None, NOW)
    assert queries.find_by_link(token=token, kind=GroupKind.SCHOOL) is None
    assert queries.find_for_update(member_id=more.pk, kind=GroupKind.SCHOOL) is None


def test_the_timeline_names_the_group_and_who_accepted():
    member, _ = apply()
    accept(member)
    actions.end_membership(member=member, by=None, now=NOW)

    entries = TimelineEntry.objects.filter(kind__startswith="volunteer.").order_by("seq")
    assert [entry.kind for entry in entries] == ["volunteer.asked", "volunteer.accepted", "volunteer.left"]
    assert [entry.actor_id for entry in entries] == [None, member.accepted_by_id, None]
    assert all(entry.data == {"volunteer": member.volunteer_id, "school": NORTH.id} for entry in entries)


def test_nobody_is_accepted_by_nobody_and_nobody_is_in_a_group_twice():
    member, _ = apply()
    with pytest.raises(IntegrityError, match="a_person_accepts_a_member"), transaction.atomic():
        Member.objects.update(accepted_at=NOW)
    again = {"volunteer": member.volunteer, "group_kind": NORTH.kind, "group_id": NORTH.id, "asked_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(**again)

    Member.objects.update(left_at=NOW)
    Member.objects.create(**again)


def test_applications_are_erased_after_30_days_and_people_with_another_group_stay():
    alone, _ = apply("Sola")
    both = accept(apply("Dos", group=SOUTH)[0])
    Member.objects.create(volunteer=both.volunteer, group_kind=NORTH.kind, group_id=NORTH.id, asked_at=NOW)
    assert timedelta(days=30) == APPLICATIONS_KEPT

    assert erase_applications(NOW + APPLICATIONS_KEPT) == 0
    assert erase_applications(NOW + APPLICATIONS_KEPT + timedelta(seconds=1)) == 2
    assert list(Volunteer.objects.all()) == [both.volunteer]
    assert list(Member.objects.all()) == [both]
    assert alone.pk != both.pk
