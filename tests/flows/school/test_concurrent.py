"""Two people at a school act at the same moment: one wins, the other is told who, nothing is counted twice."""

from __future__ import annotations

import pytest

from corredor.corridors import queries
from corredor.corridors.enums import CountAt
from corredor.corridors.errors import AlreadyDecided, DismissalChanged
from corredor.corridors.models import Dismissal, Message
from corredor.delivery.models import TransactionalMessage
from corredor.flows.school.day import count_as_lead, hold_dismissal, open_dismissal, plan_dismissal
from corredor.flows.school.tell import send_to_parents
from corredor.incidents.timeline import find_broken_entry
from corredor.people.enums import Role
from tests.factories import make_user
from tests.flows.alert.test_concurrent import at_once
from tests.flows.school_day import FRIDAY, add_parents, make_school_day


@pytest.fixture
def at(open_db):
    return make_school_day(posts=4, volunteers=1)


def test_two_leads_open_and_hold_at_once(at):
    dismissal = at.planned()

    results = at_once(
        lambda: open_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY),
        lambda: hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.co_lead, now=FRIDAY),
    )

    refused = [one for one in results if isinstance(one, DismissalChanged)]
    assert len(refused) == 1
    assert (refused[0].alias, refused[0].state) in {("Lupe", "OPEN"), ("Omar", "HELD")}
    assert at.dismissal.version == 1
    assert find_broken_entry() is None


def test_a_day_looked_at_twice_at_once_is_one(at):
    results = at_once(
        *(lambda user=user: plan_dismissal(slug=at.school.slug, by=user, now=FRIDAY) for user in (at.lead, at.co_lead))
    )

    assert [type(one) for one in results] == [Dismissal, Dismissal]
    assert Dismissal.objects.count() == 1
    assert at.dismissal.attendances.count() == 1


def test_one_form_sent_twice_at_once_counts_once(at):
    dismissal = at.opened()

    at_once(
        *(
            lambda: count_as_lead(
                dismissal_id=dismissal.pk, at=CountAt.GATE, children=12, reference="one", by=at.lead, now=FRIDAY
            )
            for _ in range(2)
        )
    )

    assert queries.get_totals(dismissal=at.dismissal).gate == 12


def test_two_who_send_to_parents_at_once_send_once(at):
    add_parents(at, 3)
    dismissal = at.opened()
    hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=FRIDAY)
    message, approver = Message.objects.get(), make_user("Mesa", Role.APPROVER)

    results = at_once(
        *(
            lambda user=user: send_to_parents(message_id=message.pk, by=user, now=FRIDAY)
            for user in (at.co_lead, approver)
        )
    )

    assert sorted(str(one) if isinstance(one, int) else type(one).__name__ for one in results) == [
        "3",
        AlreadyDecided.__name__,
    ]
    assert TransactionalMessage.objects.filter(kind="SCHOOL").count() == 3
