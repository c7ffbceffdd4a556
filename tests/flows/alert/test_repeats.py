"""Updates without news wait for the next summary, so that phones do not ring twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import Advice, AlertKind
from corredor.delivery.enums import SendState
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.audience import next_summary, preview_alert
from tests.factories import NOW, make_neighbours
from tests.flows.steps import check, got, open_at, send_all

BOTH = (Advice.STAY_AWAY, Advice.KNOW_RIGHTS)
LATER = NOW + timedelta(minutes=7)


def write(desk, incident, kind, advice, *, radius_m=800, now=NOW):
    return compose.write_alert(
        incident_id=incident.pk, kind=kind, radius_m=radius_m, advice=advice, by=desk["writer"], now=now
    )


def say(desk, incident, kind, advice, *, now=NOW):
    alert = write(desk, incident, kind, advice, now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return alert


@pytest.fixture
def warned(desk, settings):
    """An incident whose three neighbours have got the first warning."""
    make_neighbours(3)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED, BOTH)
    send_all(settings)
    assert len(got(first)) == 3
    return incident


def due_times(alert):
    return set(alert.deliveries.values_list("due_at", flat=True))


@pytest.mark.django_db
def test_an_update_that_says_nothing_new_waits_for_the_summary(desk, settings, warned):
    update = say(desk, warned, AlertKind.UPDATE, BOTH, now=LATER)

    assert due_times(update) == {next_summary(LATER)}
    send_all(settings, now=LATER)
    assert not got(update)
    send_all(settings, now=next_summary(LATER))
    assert len(got(update)) == 3


@pytest.mark.django_db
def test_new_advice_goes_out_at_once(desk, settings, warned):
    update = say(desk, warned, AlertKind.UPDATE, (Advice.STAY_INSIDE,), now=LATER)

    assert due_times(update) == {LATER}


@pytest.mark.django_db
def test_only_the_newest_of_what_waits_is_sent(desk, settings, warned):
    one = say(desk, warned, AlertKind.UPDATE, BOTH, now=LATER)
    two = say(desk, warned, AlertKind.UPDATE, BOTH, now=LATER + timedelta(minutes=3))

    send_all(settings, now=next_summary(LATER))
    assert set(one.deliveries.values_list("state", flat=True)) == {SendState.SUPERSEDED}
    assert len(got(two)) == 3


@pytest.mark.django_db
def test_whom_the_first_did_not_reach_is_told_at_once(desk, settings, warned):
    update = say(desk, warned, AlertKind.UPDATE, (Advice.STAY_INSIDE,), now=LATER)
    send_all(settings, now=LATER)
    update.deliveries.filter(pk=update.deliveries.first().pk).update(state=SendState.FAILED)

    again = say(desk, warned, AlertKind.UPDATE, (Advice.STAY_INSIDE,), now=LATER + timedelta(minutes=1))
    assert again.deliveries.filter(due_at=LATER + timedelta(minutes=1)).count() == 1
    assert again.deliveries.filter(due_at=next_summary(LATER)).count() == 2


@pytest.mark.django_db
def test_the_end_of_it_never_waits(desk, settings, warned):
    from corredor.incidents.enums import Outcome

    say(desk, warned, AlertKind.UPDATE, BOTH, now=LATER)
    check(desk, warned, outcome=Outcome.CONFIRMED_ENDED, now=LATER)
    ended = say(desk, warned, AlertKind.ALL_CLEAR, (Advice.NOTHING,), now=LATER)

    assert due_times(ended) == {LATER}
    send_all(settings, now=LATER)
    assert len(got(ended)) == 3


@pytest.mark.django_db
def test_the_approver_sees_who_has_been_told_already(desk, warned):
    update = write(desk, warned, AlertKind.UPDATE, BOTH, now=LATER)

    assert preview_alert(alert_id=update.pk, now=LATER).told_already == 3


def test_summaries_come_on_the_half_hour():
    at = NOW.replace(minute=29, second=59)
    assert next_summary(at).minute == 30
    assert next_summary(at + timedelta(seconds=1)).minute == 0
