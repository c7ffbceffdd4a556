"""One dismissal from planned to closed: permissions, order, two leads at once, counts and their alarms."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from corredor.corridors import dismissal_actions, queries
from corredor.corridors.enums import AlarmKind, CountAt, DismissalState
from corredor.corridors.errors import (
    AlreadyDecided,
    ChildrenMissing,
    DismissalChanged,
    NoSchoolThatDay,
    NotALead,
    SamePerson,
    UnknownCode,
    UnknownPost,
    WrongBell,
    WrongCount,
    WrongStep,
)
from corredor.corridors.models import Attendance, Count, GuardianCode, Message, Plan
from corredor.delivery.models import TransactionalMessage
from corredor.flows.school import day as school_day
from corredor.flows.school import plan as school_plan
from corredor.flows.school import post as school_post
from corredor.flows.school import roster as school_roster
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.public import public_school
from corredor.flows.school.tell import send_to_parents
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from tests.factories import make_user
from tests.flows.school_day import BELL, FRIDAY, add_parents, make_school_day, texts_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day()


def count(at, where, children, *, post=None, now=FRIDAY):
    return school_day.count_as_lead(
        dismissal_id=at.dismissal.pk, at=where, children=children, number=post, by=at.lead, now=now
    )


def close(at, *, now=FRIDAY):
    return school_day.close_dismissal(dismissal_id=at.dismissal.pk, version=at.dismissal.version, by=at.lead, now=now)


def test_a_day_from_planned_to_closed(at):
    dismissal = at.planned()
    assert (dismissal.state, dismissal.attendances.count()) == (DismissalState.PLANNED, 4)

    at.opened()
    assert [texts_to(one)[-1].split(":")[1].split(".")[0] for one in at.volunteers[:2]] == [
        " el corredor está abierto",
        " the corridor is open",
    ]
    for member in at.members:
        school_post.report_clear(member=member, now=FRIDAY)
    count(at, CountAt.GATE, 40)
    school_post.count_at_post(member=at.members[0], at=CountAt.HOME, children=40, now=FRIDAY)
    close(at)

    assert at.dismissal.state == DismissalState.CLOSED
    assert "todos llegaron" in texts_to(at.volunteers[0])[-1]
    assert Attendance.objects.filter(ready_at__isnull=False).count() == 4


def test_of_two_leads_at_once_the_second_is_told_who_was_faster(at):
    seen = at.opened().version

    school_day.hold_dismissal(dismissal_id=at.dismissal.pk, version=seen, by=at.lead, now=FRIDAY)
    with pytest.raises(DismissalChanged) as told:
        school_day.close_dismissal(
            dismissal_id=at.dismissal.pk, version=seen, by=at.co_lead, now=FRIDAY + timedelta(seconds=1)
        )

    assert (told.value.alias, told.value.state, at.dismissal.state) == ("Lupe", "HELD", "HELD")


def test_only_a_trained_lead_of_this_school_lets_children_go(at):
    dismissal = at.planned()
    other = make_user("Nadie", Role.SCHOOL_LEAD)
    lapsed = make_user("Antes", Role.SCHOOL_LEAD, trained_until=FRIDAY.date() - timedelta(days=1))
    at.school.leads.create(user=lapsed, since=FRIDAY)

    for user, refusal in ((other, NotALead), (lapsed, NotAllowed), (make_user("Mesa", Role.OPERATOR), NotALead)):
        with pytest.raises(refusal):
            school_day.open_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=user, now=FRIDAY)


def test_the_desk_may_hold_but_not_open(at):
    dismissal = at.opened()

    held = school_day.hold_dismissal(
        dismissal_id=dismissal.pk, version=dismissal.version, by=make_user("Mesa", Role.OPERATOR), now=FRIDAY
    )

    assert held.state == DismissalState.HELD


def test_what_is_over_stays_over(at):
    at.opened()
    closed = close(at)

    with pytest.raises(WrongStep):
        school_day.open_dismissal(dismissal_id=closed.pk, version=closed.version, by=at.lead, now=FRIDAY)


def test_a_child_who_is_missing_raises_an_alarm_and_keeps_the_day_open(at):
    at.opened()
    count(at, CountAt.GATE, 40)
    count(at, CountAt.HOME, 38)

    with pytest.raises(ChildrenMissing) as refused:
        close(at)

    alarm = queries.list_alarms(dismissal=at.dismissal).get()
    assert (refused.value.missing, alarm.kind, alarm.expected, alarm.counted) == (
        2,
        AlarmKind.FEWER_HOME_THAN_OUT,
        40,
        38,
    )
    assert at.dismissal.state == DismissalState.OPEN
    lead = queries.list_leads(school=at.school).get(user=at.lead)
    assert "38 children are counted home, but 40 went out" in texts_to(lead)[-1]

    school_day.settle_alarm(alarm_id=alarm.pk, by=at.lead, now=FRIDAY + timedelta(minutes=5))
    assert close(at, now=FRIDAY + timedelta(minutes=6)).state == DismissalState.CLOSED


def test_a_count_after_the_settling_asks_again(at):
    at.opened()
    count(at, CountAt.GATE, 40)
    with pytest.raises(ChildrenMissing):
        close(at)
    school_day.settle_alarm(alarm_id=queries.list_alarms(dismissal=at.dismissal).get().pk, by=at.lead, now=FRIDAY)
    count(at, CountAt.GATE, 2, now=FRIDAY + timedelta(minutes=1))

    with pytest.raises(ChildrenMissing):
        close(at, now=FRIDAY + timedelta(minutes=2))


def test_more_home_than_out_is_asked_about_at_once(at):
    at.opened()
    count(at, CountAt.GATE, 10)

    count(at, CountAt.HOME, 11)

    assert queries.list_alarms(dismissal=at.dismissal).get().kind == AlarmKind.MORE_HOME_THAN_OUT


def test_more_children_at_a_post_than_at_the_one_before_it(at):
    at.opened()
    posts = {post.number: post for post in at.dismissal.plan.posts.all()}
    further = next(post for post in posts.values() if post.before)
    count(at, CountAt.POST, 5, post=further.before)

    count(at, CountAt.POST, 6, post=further.number)

    alarm = queries.list_alarms(dismissal=at.dismissal).get()
    assert (alarm.kind, alarm.post.number, alarm.expected, alarm.counted) == (
        AlarmKind.MORE_FURTHER_OUT,
        further.number,
        5,
        6,
    )


def test_the_same_form_twice_counts_once(at):
    at.opened()
    for _ in range(2):
        school_day.count_as_lead(
            dismissal_id=at.dismissal.pk, at=CountAt.GATE, children=12, reference="form-1", by=at.lead, now=FRIDAY
        )

    assert queries.get_totals(dismissal=at.dismissal).gate == 12


@pytest.mark.parametrize("children", [0, 2001, -2001])
def test_numbers_that_cannot_be_are_refused(at, children):
    at.opened()
    with pytest.raises(WrongCount):
        count(at, CountAt.GATE, children)


def test_a_slip_is_put_right_by_a_minus(at):
    at.opened()
    count(at, CountAt.GATE, 120)

    count(at, CountAt.GATE, -108)

    assert queries.get_totals(dismissal=at.dismissal).gate == 12


def test_long_after_the_bell_the_system_asks_by_itself(at):
    at.opened()
    count(at, CountAt.GATE, 3)

    assert school_day.raise_late_alarms(now=at.dismissal.bell_at + timedelta(minutes=44)) == 0
    assert school_day.raise_late_alarms(now=at.dismissal.bell_at + timedelta(minutes=46)) == 1
    assert school_day.raise_late_alarms(now=at.dismissal.bell_at + timedelta(minutes=47)) == 0


def test_a_post_that_asks_for_help_is_heard_by_the_lead(at):
    at.opened()

    school_post.ask_for_help(member=at.members[1], now=FRIDAY)

    assert queries.list_open_alarms(is_drill=False).get().kind == AlarmKind.POST_ASKS
    lead = queries.list_leads(school=at.school).get(user=at.lead)
    assert "Post 2 asks for help" in texts_to(lead)[-1]


def test_guardians_codes_are_kept_as_digests_and_fit_once_a_day(at):
    at.opened()
    code, other = school_set_up.make_codes(slug=at.school.slug, count=2, by=at.lead, now=FRIDAY)

    assert school_post.show_code(member=at.members[0], code=code.lower(), now=FRIDAY)
    assert not school_post.show_code(member=at.members[0], code=code, now=FRIDAY)
    school_set_up.withdraw_codes(slug=at.school.slug, by=at.lead, now=FRIDAY)
    with pytest.raises(UnknownCode):
        school_post.show_code(member=at.members[0], code=other, now=FRIDAY)

    assert queries.list_alarms(dismissal=at.dismissal).get().kind == AlarmKind.CODE_UNKNOWN
    kept = " ".join(GuardianCode.objects.values_list("digest", flat=True))
    assert code.replace("-", "").lower() not in kept.lower()


def test_two_people_tell_parents_and_each_once(at):
    add_parents(at, 3)
    dismissal = at.opened()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY)
    message = Message.objects.get()

    with pytest.raises(SamePerson):
        send_to_parents(message_id=message.pk, by=at.lead, now=FRIDAY)
    with pytest.raises(NotAllowed):
        send_to_parents(message_id=message.pk, by=make_user("Mesa", Role.OPERATOR), now=FRIDAY)
    assert TransactionalMessage.objects.filter(kind="SCHOOL").count() == 0

    assert send_to_parents(message_id=message.pk, by=at.co_lead, now=FRIDAY) == 3
    with pytest.raises(AlreadyDecided):
        send_to_parents(message_id=message.pk, by=at.co_lead, now=FRIDAY)
    texts = list(TransactionalMessage.objects.filter(kind="SCHOOL").order_by("pk").values_list("text", flat=True))
    assert sum("sus hijos están a salvo" in text for text in texts) == 2
    assert all("/s/leave/" in text for text in texts)


def test_a_message_that_waits_falls_away_when_something_newer_is_said(at):
    dismissal = at.opened()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY)
    old = Message.objects.get()
    school_day.open_dismissal(dismissal_id=dismissal.pk, version=at.dismissal.version, by=at.lead, now=FRIDAY)

    with pytest.raises(AlreadyDecided):
        send_to_parents(message_id=old.pk, by=at.co_lead, now=FRIDAY)


def test_no_bell_no_day(at):
    school_set_up.set_special_day(slug=at.school.slug, on=FRIDAY.date(), at=None, by=at.lead, now=FRIDAY)

    with pytest.raises(NoSchoolThatDay):
        at.planned()


def test_a_half_day_has_a_bell_of_its_own(at):
    school_set_up.set_special_day(slug=at.school.slug, on=FRIDAY.date(), at=time(11, 30), by=at.lead, now=FRIDAY)

    assert at.planned().bell_at.strftime("%H:%M") == "11:30"


def test_bells_that_cannot_be_are_refused(at):
    with pytest.raises(WrongBell):
        school_set_up.set_bells(slug=at.school.slug, bells={0: time(3, 0)}, by=at.lead, now=FRIDAY)
    with pytest.raises(WrongBell):
        school_set_up.set_special_day(slug=at.school.slug, on=date(2025, 10, 1), at=BELL, by=at.lead, now=FRIDAY)


def test_bells_nobody_has_looked_at_for_a_term_are_flagged(at):
    assert not public_school(slug=at.school.slug, now=FRIDAY).bells_stale
    assert public_school(slug=at.school.slug, now=FRIDAY + timedelta(days=125)).bells_stale


def test_days_are_planned_ahead_for_schools_nobody_has_looked_at(at):
    assert school_day.plan_dismissals_ahead(now=FRIDAY) == 1
    assert school_day.plan_dismissals_ahead(now=FRIDAY) == 0
    assert at.dismissal.attendances.count() == 4


def test_a_new_plan_keeps_people_at_their_corners(at):
    before = {
        assignment.member_id: assignment.post.node
        for assignment in queries.list_assignments(plan=queries.get_plan(school=at.school), weekday=4)
    }
    made = school_plan.make_plan(slug=at.school.slug, posts=12, by=at.lead, now=FRIDAY)
    school_plan.choose_plan(plan_id=made.pk, by=at.lead, now=FRIDAY)

    after = {
        assignment.member_id: assignment.post.node for assignment in queries.list_assignments(plan=made, weekday=4)
    }
    nodes = set(made.posts.values_list("node", flat=True))
    assert after == {person: node for person, node in before.items() if node in nodes}
    assert Plan.objects.filter(retired_at__isnull=False).count() == 1


def test_free_posts_are_proposed_and_asked_for(at):
    school_roster.put_at_post(member_id=at.members[3].pk, number=1, weekdays=[0], agreed=True, by=at.lead, now=FRIDAY)
    for row in (1, 2):
        at.members[row].assignments.filter(weekday=4).delete()

    assert school_roster.propose_posts(slug=at.school.slug, weekday=4, by=at.lead, now=FRIDAY) == 2
    assert [
        len(row.proposed) for row in school_roster.list_roster(slug=at.school.slug, weekday=4, by=at.lead, now=FRIDAY)
    ][:4] == [0, 1, 1, 0]
    assert "post 2" in texts_to(at.volunteers[1])[-1]
    assert school_roster.ask_for_posts(slug=at.school.slug, weekday=4, by=at.lead, now=FRIDAY) == 2


def test_who_stops_helping_is_forgotten(at):
    gone = at.volunteers[0]
    school_roster.end_volunteer(member_id=at.members[0].pk, by=None, now=FRIDAY)

    gone.refresh_from_db()
    assert (gone.alias, gone.address_id, at.members[0].assignments.count()) == ("", None, 0)


def test_an_unknown_post_is_refused(at):
    at.opened()
    with pytest.raises(UnknownPost):
        school_post.check_in(member=at.members[0], number=99, now=FRIDAY)


def test_nothing_that_is_kept_of_a_day_names_a_child(at):
    """Every column that could hold words is listed, so that a later one is noticed."""
    words = {
        f"{model.__name__}.{column.name}"
        for model in (Count, GuardianCode, Attendance, dismissal_actions.Dismissal)
        for column in model._meta.get_fields()
        if column.get_internal_type() in ("CharField", "TextField", "JSONField")
    }
    assert words == {
        "Count.at",
        "Count.reference",
        "GuardianCode.digest",
        "Dismissal.state",
        "Dismissal.way",
        "Dismissal.moves",
    }
