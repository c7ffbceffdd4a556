"""Each condition of each database rule of schools, one at a time, with everything else valid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.corridors.enums import CountAt, DismissalState
from corredor.corridors.models import Attendance, Count, Dismissal, Message, Plan
from corredor.delivery.models import TransactionalMessage
from corredor.flows.school import day as school_day
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.models import Training
from corredor.volunteers.models import Member, Volunteer
from tests.factories import make_user
from tests.flows.school_day import FRIDAY, make_school_day

from .test_rules import refused, rows

pytestmark = pytest.mark.django_db
TRAINED = "a_trained_lead_lets_children_go"


@pytest.fixture
def at(db):
    return make_school_day(posts=4, volunteers=1)


def let_go(at, dismissal, *, state=DismissalState.OPEN, by=None):
    return refused(lambda: rows(dismissal).update(state=state, changed_by=by or at.lead, changed_at=FRIDAY))


@pytest.mark.parametrize("state", [DismissalState.OPEN, DismissalState.DIVERTED])
def test_a_trained_lead_lets_children_go(at, state):
    assert let_go(at, at.planned(), state=state) is None


def test_training_counts_to_its_last_day(at):
    """The database tells the day late, so that it has ended everywhere in the Americas."""
    dismissal = at.planned()
    Training.objects.filter(user=at.lead).update(expires_on=FRIDAY.date())
    assert let_go(at, dismissal) is None


def test_another_course_and_another_persons_training_do_not_count(at):
    dismissal = at.planned()
    Training.objects.filter(user=at.lead).update(course="VERIFICATION")
    assert Training.objects.filter(user=at.co_lead, course="SCHOOL_LEAD").exists()
    assert let_go(at, dismissal) == TRAINED


def test_a_drill_s_actor_lets_no_real_children_go(at):
    dismissal, actor = at.planned(), make_user("Actor", "SCHOOL_LEAD", is_drill=True)
    assert let_go(at, dismissal, by=actor) == TRAINED


def test_what_is_open_may_be_written_by_anybody_as_long_as_it_stays_open(at):
    dismissal, stranger = at.opened(), make_user("Nadie")
    assert let_go(at, dismissal, by=stranger) is None
    assert let_go(at, dismissal, state=DismissalState.DIVERTED, by=stranger) == TRAINED


@pytest.mark.parametrize("change", [{"state": DismissalState.HELD}, {"is_drill": True}])
def test_a_day_is_born_planned_and_of_its_schools_world(at, change):
    dismissal = at.planned()
    new = {"school": at.school, "plan": dismissal.plan, "bell_at": FRIDAY, "changed_at": FRIDAY}

    assert refused(lambda: Dismissal.objects.create(on="2025-10-06", **new, **change)) == "dismissal_starts_planned"
    assert refused(lambda: Dismissal.objects.create(on="2025-10-06", **new)) is None


@pytest.mark.parametrize(
    "state", [DismissalState.PLANNED, DismissalState.OPEN, DismissalState.HELD, DismissalState.DIVERTED]
)
def test_a_closed_day_stays_closed(at, state):
    dismissal = at.opened()
    rows(dismissal).update(state=DismissalState.CLOSED)

    # one of the two rules for days refuses, whichever the database asks first
    assert let_go(at, dismissal, state=state) in ("closed_dismissal_stays_closed", TRAINED)
    assert refused(lambda: rows(dismissal).update(state=DismissalState.CLOSED)) is None


@pytest.mark.parametrize("column", ["school_id", "number", "data", "posts_asked"])
def test_no_part_of_a_plan_is_rewritten(at, column):
    value = {"data": {}}.get(column, 99)
    assert refused(lambda: Plan.objects.update(**{column: value})) == "a_plan_is_never_rewritten"


@pytest.mark.parametrize("column", ["dismissal_id", "at", "post_id", "children", "counted_at"])
def test_no_part_of_a_count_is_rewritten(at, column):
    dismissal = at.opened()
    first, second = dismissal.plan.posts.all()[:2]
    count = Count.objects.create(dismissal=dismissal, at=CountAt.POST, post=first, children=5, counted_at=FRIDAY)
    other = Dismissal.objects.create(
        school=at.school, plan=dismissal.plan, bell_at=FRIDAY, changed_at=FRIDAY, on=FRIDAY.date() + timedelta(days=7)
    )
    new = {
        "dismissal_id": other.pk,
        "at": CountAt.HOME,
        "post_id": second.pk,
        "children": 6,
        "counted_at": FRIDAY + timedelta(minutes=1),
    }
    change, same = {column: new[column]}, {column: getattr(count, column)}
    assert refused(lambda: Count.objects.filter(pk=count.pk).update(**change)) == "a_count_is_never_rewritten"
    assert refused(lambda: Count.objects.filter(pk=count.pk).update(**same)) is None


def test_a_count_at_the_gate_is_not_moved_to_a_post(at):
    dismissal = at.opened()
    school_day.count_as_lead(dismissal_id=dismissal.pk, at=CountAt.GATE, children=5, by=at.lead, now=FRIDAY)

    moved = {"post": dismissal.plan.posts.first()}
    assert refused(lambda: Count.objects.update(**moved)) == "a_count_is_never_rewritten"
    assert refused(lambda: Count.objects.update(post=None, children=5, reference="r")) is None


@pytest.mark.parametrize(
    "why", ["never accepted", "has left", "of another school", "of another kind of group", "of a drill"]
)
def test_who_may_not_stand(at, why):
    dismissal = at.planned()
    Attendance.objects.all().delete()
    member = at.members[0]
    change = {
        "never accepted": {"accepted_at": None, "accepted_by": None},
        "has left": {"left_at": FRIDAY},
        "of another school": {"group_id": make_other_school(at).pk},
        "of another kind of group": {"group_kind": "OTHER"},
        "of a drill": {"is_drill": True},
    }[why]
    stand = {"dismissal": dismissal, "post": dismissal.plan.posts.first(), "member": member}
    assert refused(lambda: Attendance.objects.create(**stand)) is None
    Attendance.objects.all().delete()

    people, members = Volunteer.objects.filter(pk=member.volunteer_id), Member.objects.filter(pk=member.pk)
    (people if why == "of a drill" else members).update(**change)
    assert refused(lambda: Attendance.objects.create(**stand)) == "only_accepted_members_attend"


def make_other_school(at):
    at.school.pk, at.school.key, at.school.slug = None, "school:0", "otra"
    at.school.save()
    return at.school


@pytest.fixture
def message(at):
    dismissal = at.opened()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY)
    return Message.objects.get()


@pytest.mark.parametrize("column", ["dismissal_id", "kind", "is_drill", "written_by_id"])
def test_what_a_message_to_parents_rests_on_is_not_changed(at, message, column):
    other = Dismissal.objects.create(
        school=at.school,
        plan=message.dismissal.plan,
        bell_at=FRIDAY,
        changed_at=FRIDAY,
        on=FRIDAY.date() + timedelta(days=7),
    )
    new = {"dismissal_id": other.pk, "kind": "REOPENED", "is_drill": True, "written_by_id": at.co_lead.pk}
    assert new["kind"] != message.kind

    change = {column: new[column]}
    assert refused(lambda: Message.objects.update(**change)) == "a_sent_message_to_parents_is_not_changed"
    assert refused(lambda: Message.objects.update(texts={"es": "x"})) is None


def test_a_notice_to_parents_rests_on_its_own_message_of_its_own_world(at, message):
    address = address_book.save_address(Contact.parse("EMAIL", "m@example.org"), now=FRIDAY)
    drill = address_book.save_address(Contact.parse("DRILL", "m"), now=FRIDAY)
    row = {"language": "es", "title": "x", "text": "x", "due_at": FRIDAY, "expires_at": FRIDAY}

    def tell(kind="SCHOOL", about=message.pk, **fields):
        own = {"channel": "EMAIL", "address": address} | fields
        return refused(lambda: TransactionalMessage.objects.create(kind=kind, about=about, **row, **own))

    rule = "only_approved_messages_reach_parents"
    assert tell() == rule
    assert tell(kind="POST") is None  # what goes to our own people needs no message to parents
    Message.objects.update(state="APPROVED", approved_by=at.co_lead, approved_at=FRIDAY)
    assert tell(about=message.pk + 1) == rule
    assert tell(channel="DRILL", address=drill, is_drill=True) == rule
    assert tell() is None
