"""What the database refuses at schools, independently of the code above it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from corredor.corridors import dismissal_actions, queries
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


def rows(dismissal):
    return Dismissal.objects.filter(pk=dismissal.pk)


def test_nobody_untrained_lets_children_go(at):
    dismissal, stranger = at.planned(), make_user("Nadie")
    for state in (DismissalState.OPEN, DismissalState.DIVERTED):
        assert (
            refused(lambda state=state: rows(dismissal).update(state=state, changed_by=stranger, changed_at=FRIDAY))
            == "a_trained_lead_lets_children_go"
        )
    assert refused(lambda: rows(dismissal).update(state=DismissalState.HELD, changed_by=stranger)) is None
    Training.objects.filter(user=at.lead).update(expires_on=FRIDAY.date() - timedelta(days=2))
    assert (
        refused(lambda: rows(dismissal).update(state=DismissalState.OPEN, changed_by=at.lead, changed_at=FRIDAY))
        == "a_trained_lead_lets_children_go"
    )


def test_a_day_begins_planned_and_ends_for_good(at):
    dismissal = at.planned()
    born_open = {"school": at.school, "plan": dismissal.plan, "bell_at": FRIDAY, "changed_at": FRIDAY, "state": "OPEN"}
    assert refused(lambda: Dismissal.objects.create(on="2025-10-06", **born_open)) == "dismissal_starts_planned"
    rows(dismissal).update(state=DismissalState.CLOSED)
    assert refused(lambda: rows(dismissal).update(state=DismissalState.PLANNED)) == "closed_dismissal_stays_closed"
    assert refused(lambda: rows(dismissal).update(is_drill=True)) == "closed_dismissal_stays_closed"


def test_plans_and_counts_are_never_rewritten(at):
    at.opened()
    school_day.count_as_lead(dismissal_id=at.dismissal.pk, at=CountAt.GATE, children=5, by=at.lead, now=FRIDAY)

    assert refused(lambda: Plan.objects.update(data={})) == "a_plan_is_never_rewritten"
    assert refused(lambda: Count.objects.update(children=6)) == "a_count_is_never_rewritten"


def test_only_accepted_people_of_this_school_stand(at):
    dismissal = at.planned()
    post = dismissal.plan.posts.first()
    asked, _ = apply_to_group(
        group=at.school.group, alias="x", language="es", address=None, near_cell=None, is_drill=False, now=FRIDAY
    )

    assert (
        refused(lambda: Attendance.objects.create(dismissal=dismissal, post=post, member=asked))
        == "only_accepted_members_attend"
    )
    assert "a_person_accepts_a_member" in refused(lambda: Member.objects.filter(pk=asked.pk).update(accepted_at=FRIDAY))


def test_parents_are_told_by_two_people_or_not_at_all(at):
    dismissal = at.opened()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY)
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
    dismissal_actions.approve_message(message=message, by=at.co_lead, now=FRIDAY)
    assert refused(lambda: tell(message.pk)) is None
    assert refused(lambda: Message.objects.update(texts={})) == "a_sent_message_to_parents_is_not_changed"


def test_persons_decide_and_settle(at):
    dismissal = at.planned()
    alarm = dismissal_actions.raise_alarm(dismissal=dismissal, kind="POST_ASKS", now=FRIDAY)
    Proposal.objects.create(dismissal=dismissal, kind="HOLD", reasons={"en": "x"}, made_at=FRIDAY)

    assert "a_person_settles_an_alarm" in refused(lambda: Alarm.objects.filter(pk=alarm.pk).update(settled_at=FRIDAY))
    assert "a_person_decides_a_proposal" in refused(lambda: Proposal.objects.update(state="TAKEN"))
    second = {"dismissal": dismissal, "kind": "HOLD", "reasons": {"en": "x"}, "made_at": FRIDAY}
    assert refused(lambda: Proposal.objects.create(**second)) is not None


def test_one_plan_in_use(at):
    plan = queries.get_plan(school=at.school)
    other = Plan.objects.create(
        school=at.school, number=9, posts_asked=1, data={}, made_by=at.lead, made_at=FRIDAY, chosen_at=None
    )

    assert refused(lambda: Plan.objects.filter(pk=other.pk).update(chosen_at=FRIDAY)) is not None
    assert plan.chosen_at is not None
