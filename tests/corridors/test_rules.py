"""What the database refuses at schools, whatever the code above it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from corredor.corridors import day_actions, queries
from corredor.corridors.enums import CountAt, DismissalState
from corredor.corridors.models import Alarm, Attendance, Count, Dismissal, Message, Plan, Proposal
from corredor.delivery.models import TransactionalMessage
from corredor.flows.school import day as school_day
from corredor.kit.db_rules import broken_rule
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.models import Training
from corredor.volunteers.actions import apply_to_group
from corredor.volunteers.models import Member
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(posts=4, volunteers=1)


def refused(change) -> str | None:
    """The rule (or constraint) that a change breaks; None when the database takes it."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return broken_rule(error) or str(error)
    return None


def rows(day):
    return Dismissal.objects.filter(pk=day.pk)


def test_nobody_untrained_lets_children_go(at):
    day, stranger = at.planned(), make_user("Nadie")
    for state in (DismissalState.OPEN, DismissalState.DIVERTED):
        assert (
            refused(lambda state=state: rows(day).update(state=state, changed_by=stranger, changed_at=FRIDAY))
            == "a_trained_lead_lets_children_go"
        )
    assert refused(lambda: rows(day).update(state=DismissalState.HELD, changed_by=stranger)) is None
    Training.objects.filter(user=at.lead).update(expires_on=FRIDAY.date() - timedelta(days=2))
    assert (
        refused(lambda: rows(day).update(state=DismissalState.OPEN, changed_by=at.lead, changed_at=FRIDAY))
        == "a_trained_lead_lets_children_go"
    )


def test_a_day_begins_planned_and_ends_for_good(at):
    day = at.planned()
    born_open = {"school": at.school, "plan": day.plan, "bell_at": FRIDAY, "changed_at": FRIDAY, "state": "OPEN"}
    assert refused(lambda: Dismissal.objects.create(on="2025-10-06", **born_open)) == "every_day_begins_planned"
    rows(day).update(state=DismissalState.CLOSED)
    assert refused(lambda: rows(day).update(state=DismissalState.PLANNED)) == "a_day_that_is_over_stays_over"
    assert refused(lambda: rows(day).update(is_drill=True)) == "a_day_that_is_over_stays_over"


def test_plans_and_counts_are_never_rewritten(at):
    at.opened()
    school_day.count_as_lead(day_id=at.day.pk, at=CountAt.GATE, children=5, by=at.lead, now=FRIDAY)

    assert refused(lambda: Plan.objects.update(data={})) == "a_plan_is_never_rewritten"
    assert refused(lambda: Count.objects.update(children=6)) == "a_count_is_never_rewritten"


def test_only_accepted_people_of_this_school_stand(at):
    day = at.planned()
    post = day.plan.posts.first()
    asked, _ = apply_to_group(
        group=at.school.group, alias="x", language="es", address=None, near_cell=None, is_drill=False, now=FRIDAY
    )

    assert refused(lambda: Attendance.objects.create(day=day, post=post, member=asked)) == "only_accepted_people_stand"
    assert "a_person_accepts_a_member" in refused(lambda: Member.objects.filter(pk=asked.pk).update(accepted_at=FRIDAY))


def test_parents_are_told_by_two_people_or_not_at_all(at):
    day = at.opened()
    school_day.hold_day(day_id=day.pk, version=day.version, by=at.lead, now=FRIDAY)
    message = Message.objects.get()
    address = address_book.save_address(Contact.parse("EMAIL", "m@example.org"), now=FRIDAY)

    def tell(about):
        TransactionalMessage.objects.create(
            kind="SCHOOL",
            channel="EMAIL",
            address=address,
            language="es",
            title="x",
            text="x",
            about=about,
            due_at=FRIDAY,
            expires_at=FRIDAY,
        )

    assert refused(lambda: tell(None)) == "only_approved_messages_reach_parents"
    assert refused(lambda: tell(message.pk)) == "only_approved_messages_reach_parents"
    own = {"state": "APPROVED", "approved_by": at.lead, "approved_at": FRIDAY}
    assert "two_people_tell_parents" in refused(lambda: Message.objects.update(**own))
    assert "somebody_sent_it_to_parents" in refused(lambda: Message.objects.update(state="APPROVED"))
    day_actions.approve_message(message=message, by=at.co_lead, now=FRIDAY)
    assert refused(lambda: tell(message.pk)) is None
    assert refused(lambda: Message.objects.update(texts={})) == "a_sent_message_to_parents_is_not_changed"


def test_persons_decide_and_settle(at):
    day = at.planned()
    alarm = day_actions.raise_alarm(day=day, kind="POST_ASKS", now=FRIDAY)
    Proposal.objects.create(day=day, kind="HOLD", reasons={"en": "x"}, made_at=FRIDAY)

    assert "a_person_settles_an_alarm" in refused(lambda: Alarm.objects.filter(pk=alarm.pk).update(settled_at=FRIDAY))
    assert "a_person_decides_a_proposal" in refused(lambda: Proposal.objects.update(state="TAKEN"))
    second = {"day": day, "kind": "HOLD", "reasons": {"en": "x"}, "made_at": FRIDAY}
    assert refused(lambda: Proposal.objects.create(**second)) is not None


def test_one_plan_in_use(at):
    plan = queries.get_plan(school=at.school)
    other = Plan.objects.create(
        school=at.school, number=9, posts_asked=1, data={}, made_by=at.lead, made_at=FRIDAY, chosen_at=None
    )

    assert refused(lambda: Plan.objects.filter(pk=other.pk).update(chosen_at=FRIDAY)) is not None
    assert plan.chosen_at is not None
