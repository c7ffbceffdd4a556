"""Follow-ups that recipients still need: kept through outages, stops and closed incidents, sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from corredor.alerts.enums import AlertKind, AlertState
from corredor.alerts.errors import Superseded
from corredor.alerts.models import Alert, AlertText
from corredor.channels.base import Outcome as Sent
from corredor.channels.base import Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.release import release_rows
from corredor.delivery.queue.settle import settle
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.stop import stop_alert
from corredor.flows.incident import close
from corredor.flows.incident.pin import correct_pin
from corredor.flows.run.sweep import sweep
from corredor.incidents.enums import Agency, Outcome
from corredor.incidents.errors import AllClearMissing, IncidentClosed
from corredor.people.errors import NotAllowed
from tests.factories import NOW, PERSHING_KEDZIE, make_neighbours
from tests.flows.steps import check, got, open_at, say, send_all

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


def write(desk, incident, kind=AlertKind.CONFIRMED):
    return compose.write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=NOW)


def approve(desk, alert, now=NOW):
    return approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)


@pytest.fixture
def warned(desk, settings):
    """An incident of which two people were told."""
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    assert len(got(alert)) == 2
    return incident, alert


def test_what_waits_when_the_incident_is_closed_is_sent_back(desk):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident, Outcome.CONFIRMED_ACTIVE)
    alert = write(desk, incident)
    close.close_incident(incident_id=incident.pk, by=desk["operator"], now=NOW)

    alert.refresh_from_db()
    assert alert.state == AlertState.SENT_BACK
    with pytest.raises(IncidentClosed):
        write(desk, incident)
    Alert.objects.filter(pk=alert.pk).update(state=AlertState.WAITING)
    with pytest.raises(IncidentClosed):
        approve(desk, alert)
    with pytest.raises(IntegrityError, match="an_overtaken_alert_is_not_approved"), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(state=AlertState.APPROVED)
    assert not Delivery.objects.exists()


def test_a_pin_that_was_put_right_meanwhile(desk):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = write(desk, incident)
    lat, lon = PERSHING_KEDZIE[0] + 0.004, PERSHING_KEDZIE[1]
    correct_pin(incident_id=incident.pk, lat=lat, lon=lon, by=desk["operator"], now=NOW)

    with pytest.raises(Superseded):
        approve(desk, alert)


def test_the_same_warning_written_twice_goes_out_once(desk):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    first, second = write(desk, incident), write(desk, incident)
    approve(desk, first)

    with pytest.raises(Superseded):
        approve(desk, second)


def test_a_stopped_correction_is_still_owed(desk, warned, settings):
    incident, _ = warned
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)
    with pytest.raises(NotAllowed):
        stop_alert(alert_id=correction.pk, by=desk["operator"], now=NOW)
    assert stop_alert(alert_id=correction.pk, by=desk["approver"], now=NOW) == 2

    with pytest.raises(AllClearMissing):
        close.close_incident(incident_id=incident.pk, by=desk["operator"], now=NOW)
    again = say(desk, incident, AlertKind.CORRECTION, now=SOON)
    send_all(settings, now=SOON)
    assert len(got(again)) == 2
    close.close_incident(incident_id=incident.pk, by=desk["operator"], now=SOON)


def test_a_correction_that_no_outage_let_out_in_time_is_owed_again(desk, warned, settings):
    incident, _ = warned
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)
    now = NOW
    for _ in range(40):  # the provider cannot be reached for four hours
        rows = claim_due(model=Delivery, channel="EMAIL", worker="w", most=9, now=now)
        down = [Sent(row.pk, Result.RETRY, code="CANNOT_CONNECT") for row in rows]
        tries = {row.pk: row.attempts for row in rows}
        settle(model=Delivery, worker="w", provider="email", outcomes=down, attempts=tries, now=now)
        now += timedelta(minutes=10)
    sweep(now=now)

    assert set(correction.deliveries.values_list("state", flat=True)) == {SendState.EXPIRED}
    with pytest.raises(AllClearMissing):
        close.close_incident(incident_id=incident.pk, by=desk["operator"], now=now)
    again = say(desk, incident, AlertKind.CORRECTION, now=now)
    send_all(settings, now=now)
    assert len(got(again)) == 2


def test_a_warning_on_its_way_is_not_tried_again_after_its_correction(desk):
    make_neighbours(1)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    (row,) = claim_due(model=Delivery, channel="EMAIL", worker="w", most=9, now=NOW)
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN, now=SOON)
    correction = say(desk, incident, AlertKind.CORRECTION, now=SOON)
    busy = [Sent(row.pk, Result.RETRY, code="TIMED_OUT", outcome_unknown=True)]
    settle(model=Delivery, worker="w", provider="email", outcomes=busy, attempts={}, now=SOON)

    later = NOW + timedelta(minutes=10)
    claimed = claim_due(model=Delivery, channel="EMAIL", worker="w", most=9, now=later)
    assert {one.owner_id for one in claimed} == {correction.pk}
    assert first.deliveries.get().state == SendState.DUE


def test_a_stopped_alert_is_not_tried_again(desk):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = say(desk, incident, AlertKind.CONFIRMED)
    claim_due(model=Delivery, channel="EMAIL", worker="w", most=1, now=NOW)
    stop_alert(alert_id=alert.pk, by=desk["operator"], now=NOW)
    release_rows(model=Delivery, now=SOON, workers=["w"])

    assert claim_due(model=Delivery, channel="EMAIL", worker="w", most=9, now=SOON) == []


def test_a_slow_provider_is_no_dead_worker(desk):
    make_neighbours(3)
    incident, _ = open_at(desk)
    check(desk, incident)
    say(desk, incident, AlertKind.CONFIRMED)
    rows = claim_due(model=Delivery, channel="EMAIL", worker="w", most=9, now=NOW)
    now = NOW
    for row in rows:
        now += timedelta(seconds=80)
        assert release_rows(model=Delivery, now=now) == 0
        done = [Sent(row.pk, Result.ACCEPTED)]
        assert settle(model=Delivery, worker="w", provider="email", outcomes=done, attempts={}, now=now) == 1


def test_no_text_and_no_delivery_is_turned_to_another_alert(desk, warned):
    incident, alert = warned
    waiting = write(desk, incident, AlertKind.UPDATE)
    with pytest.raises(IntegrityError, match="approved_text_is_not_changed"), transaction.atomic():
        AlertText.objects.filter(alert=waiting, language="en").update(alert=alert, language="fr", standard="anything")
    with pytest.raises(IntegrityError, match="a_delivery_keeps_its_alert"), transaction.atomic():
        alert.deliveries.update(alert=waiting)
    with pytest.raises(IntegrityError, match="a_delivery_keeps_its_alert"), transaction.atomic():
        alert.deliveries.update(channel="DRILL")
