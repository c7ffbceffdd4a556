"""The draft correction that a verification creates; another person approves it; its speed is measured."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind, AlertState
from corredor.alerts.errors import SamePerson
from corredor.alerts.models import Alert
from corredor.flows.alert.approve import approve_alert
from corredor.incidents.enums import Agency, Outcome
from corredor.people.enums import Role
from corredor.review.corrections import measure_correction
from tests.factories import NOW, grant_role, make_confirmed, make_neighbours
from tests.flows.steps import check, got, say, send_all

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def warned(desk, settings):
    make_neighbours(4)
    incident = make_confirmed(desk)
    say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    return incident


def prepared():
    return Alert.objects.get(is_prepared=True, state=AlertState.WAITING)


def test_the_finding_writes_it_and_a_second_person_sends_it_with_one_press(warned, desk, settings):
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)
    alert = prepared()
    assert (alert.kind, alert.written_by, alert.state) == (AlertKind.CORRECTION, desk["verifier"], AlertState.WAITING)
    assert "la policía, no inmigración" in alert.texts.get(language="es").standard
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=LATER + timedelta(minutes=2))
    send_all(settings, now=LATER + timedelta(minutes=3))

    assert len(got(alert)) == 4


def test_whoever_found_it_may_not_approve_it(warned, desk):
    grant_role(desk["verifier"], Role.APPROVER)
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)

    with pytest.raises(SamePerson):
        approve_alert(alert_id=prepared().pk, by=desk["verifier"], now=LATER)


def test_nothing_is_written_where_nobody_was_warned(desk):
    check(desk, make_confirmed(desk), Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)

    assert not Alert.objects.exists()


def test_a_second_finding_takes_its_place(warned, desk):
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)
    first = prepared()
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.SHERIFF, now=LATER)
    first.refresh_from_db()

    assert first.state == AlertState.SENT_BACK
    assert "sheriff" in prepared().texts.get(language="en").standard


def test_a_finding_that_it_is_so_after_all_takes_it_away(warned, desk):
    check(desk, warned, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN, now=LATER)
    check(desk, warned, now=LATER + timedelta(minutes=1))

    assert not Alert.objects.filter(state=AlertState.WAITING).exists()


def test_a_persons_own_words_take_its_place(warned, desk, settings):
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)
    own = say(desk, warned, AlertKind.CORRECTION, now=LATER)
    send_all(settings, now=LATER)

    assert len(got(own)) == 4
    assert not Alert.objects.filter(state=AlertState.WAITING).exists()


def test_minutes_and_reach_are_measured(warned, desk, settings):
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)
    before = measure_correction(incident_id=warned.pk)
    assert (before.owed, before.told, before.seconds) == (4, 0, None)
    approve_alert(alert_id=prepared().pk, by=desk["approver"], now=LATER + timedelta(minutes=2))
    send_all(settings, now=LATER + timedelta(minutes=3))
    after = measure_correction(incident_id=warned.pk)

    assert (after.owed, after.told, after.reach, after.minutes) == (4, 4, 1.0, 3.0)


def test_who_has_left_is_no_longer_owed(warned, desk, settings):
    from corredor.subscriptions.models import ContactMethod

    ContactMethod.objects.first().delete()
    check(desk, warned, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=LATER)

    assert measure_correction(incident_id=warned.pk).owed == 3


def test_an_incident_that_was_so_owes_no_correction(warned, desk):
    assert measure_correction(incident_id=warned.pk) is None
