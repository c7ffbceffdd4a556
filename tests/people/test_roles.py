"""Roles count while their training does; sessions and links expire."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from corredor.flows.run.sweep import sweep
from corredor.people import actions, queries
from corredor.people.enums import COURSE_FOR_ROLE, Role
from corredor.people.errors import DrillPerson, LastSteward, NotAllowed
from corredor.people.models import Invite, StaffSession, Training
from corredor.people.rules import has_role, require_role
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_the_list_of_roles_and_the_single_question_agree():
    user = make_user("Ana", *Role.values, trained_until=TODAY)
    for today in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)):
        listed = queries.list_current_roles(user=user, today=today)
        assert listed == {role for role in Role.values if has_role(user, role, today=today)}
    assert listed == {"LAWYER"}, "the one role that needs no course of ours"


def test_the_last_day_counts_and_the_next_does_not():
    user = make_user("Ana", Role.VERIFIER, trained_until=TODAY)
    assert require_role(user, Role.VERIFIER, today=TODAY) == Role.VERIFIER
    with pytest.raises(NotAllowed) as refused:
        require_role(user, Role.VERIFIER, Role.OPERATOR, today=TODAY + timedelta(days=1))
    assert refused.value.role == Role.VERIFIER


def test_the_record_that_lasts_longest_counts():
    user = make_user("Ana", Role.VERIFIER, trained_until=TODAY - timedelta(days=1))
    assert not has_role(user, Role.VERIFIER, today=TODAY)
    course = COURSE_FOR_ROLE[Role.VERIFIER]
    Training.objects.create(user=user, course=course, passed_on=date(2025, 1, 1), expires_on=TODAY)
    assert has_role(user, Role.VERIFIER, today=TODAY)
    person = queries.get_person(user_id=user.pk, today=TODAY)
    (standing,) = person.held
    assert (standing.counts, standing.days_left) == (True, 0)


def test_a_closed_account_holds_nothing():
    user = make_user("Ana", Role.OPERATOR)
    actions.open_account(user=user, is_open=False)
    user.refresh_from_db()
    assert queries.list_current_roles(user=user, today=TODAY) == frozenset()
    assert queries.count_role_holders(today=TODAY)[Role.OPERATOR] == 0


def test_holders_are_counted_by_what_counts_today():
    make_user("Ana", Role.APPROVER)
    make_user("Beto", Role.APPROVER, trained_until=TODAY - timedelta(days=1))
    make_user("Ghost", Role.APPROVER, is_drill=True)
    assert queries.count_role_holders(today=TODAY)[Role.APPROVER] == 1
    expiring = queries.list_expiring(today=TODAY, within=timedelta(days=30))
    assert [user.alias for user, _ in expiring] == ["Beto"]


def test_the_day_is_the_one_in_chicago():
    late_evening = datetime(2025, 10, 5, 3, 0, tzinfo=UTC)
    assert queries.local_today(late_evening) == date(2025, 10, 4)


def test_the_last_steward_cannot_go():
    one = make_user("Uno", Role.STEWARD)
    with pytest.raises(LastSteward):
        actions.revoke_role(user=one, role=Role.STEWARD, now=NOW)
    with pytest.raises(LastSteward):
        actions.open_account(user=one, is_open=False)
    two = make_user("Dos", Role.STEWARD)
    actions.open_account(user=two, is_open=False)
    with pytest.raises(LastSteward):
        actions.revoke_role(user=one, role=Role.STEWARD, now=NOW)


def test_people_of_a_drill_get_no_roles_from_here():
    ghost = make_user("Ghost", is_drill=True)
    with pytest.raises(DrillPerson):
        actions.grant_role(user=ghost, role=Role.STEWARD, by_id=None, now=NOW)
    with pytest.raises(DrillPerson):
        actions.get_user(user_id=ghost.pk)


def test_what_ended_by_itself_is_swept():
    user = make_user("Ana")
    for key, begun in (("old", NOW - timedelta(hours=13)), ("new", NOW - timedelta(hours=1))):
        actions.begin_session(user=user, session_key=key, device="Firefox", now=begun)
        Session.objects.create(session_key=key, session_data="", expire_date=begun + timedelta(hours=12))
    actions.make_invite(roles=[], by_id=user.pk, now=NOW - timedelta(days=4))
    _, token = actions.make_invite(roles=[], by_id=user.pk, now=NOW)
    swept = sweep(now=NOW)
    assert (swept["sessions"], swept["invites"]) == (1, 1)
    assert list(StaffSession.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert Invite.objects.count() == 1
    assert queries.find_invite(token=token, now=NOW)
    swept = sweep(now=NOW)
    assert (swept["sessions"], swept["invites"]) == (0, 0)
