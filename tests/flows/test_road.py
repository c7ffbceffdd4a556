"""The path of one report: text, location, incident, verification, two people, phones, correction, all-clear."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.errors import NothingToSay
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows import locate
from corredor.flows.alert import compose
from corredor.flows.incident import close, follow
from corredor.flows.incident.claim import claim_incident, release_incident
from corredor.flows.incident.join_split import join_report, split_report
from corredor.flows.incident.open import open_incident
from corredor.flows.incident.suggest import suggest_incidents
from corredor.flows.report import receive
from corredor.incidents.enums import Agency, Outcome, Status
from corredor.incidents.errors import AllClearMissing, AlreadyJoined, ClaimedByOther, NotConfirmed, OutsideCity
from corredor.incidents.models import Incident
from corredor.incidents.timeline import find_broken_entry
from corredor.intake.enums import NoteKind, ReportState
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from tests.factories import NOW, PERSHING_KEDZIE, ROCKWELL_CERMAK, make_neighbours

from .steps import WORDS, check, got, open_at, report, say, send_all

pytestmark = pytest.mark.django_db


def test_words_become_a_place_only_a_person_confirms(desk):
    received = report()
    best = locate.find_places_for_report(report_id=received.report_id, now=NOW)[0]

    assert best.labels["es"] == "Pershing Rd y Kedzie Ave"
    assert abs(best.lat - PERSHING_KEDZIE[0]) < 0.001
    assert not Incident.objects.exists()


def test_the_whole_road(desk, settings):
    near = make_neighbours(3)
    far = make_neighbours(2, at=ROCKWELL_CERMAK, prefix="far")
    incident, received = open_at(desk, contact="vecina@example.org")
    kept = Report.objects.get(pk=received.report_id)
    assert (bytes(kept.raw), kept.state) == (WORDS.encode(), ReportState.JOINED)

    with pytest.raises(NotConfirmed):
        compose.write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    assert got(first) == {row.methods.get().address_id for row in near}
    assert not Delivery.objects.filter(subscription__in=far).exists()
    outcome = TransactionalMessage.objects.get(kind="OUTCOME")
    assert outcome.state == SendState.SENT
    assert outcome.text == ""  # forgotten once sent
    assert kept.notes.get().kind == NoteKind.OUTCOME

    later = NOW + timedelta(minutes=30)
    with pytest.raises(AllClearMissing) as missing:
        close.close_incident(incident_id=incident.pk, by=desk["operator"], now=later)
    assert missing.value.people == 3
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=later)
    assert Incident.objects.get().status == Status.CORRECTED
    correction = say(desk, incident, AlertKind.CORRECTION, now=later)
    send_all(settings, now=later)
    assert got(correction) == got(first)
    assert "era la policía" in correction.texts.get(language="es").standard
    close.close_incident(incident_id=incident.pk, by=desk["operator"], now=later)
    assert find_broken_entry() is None


def test_what_its_sender_has_withdrawn_opens_nothing(desk):
    received = report()
    receive.withdraw_report(code=received.tracking_code, now=NOW)
    incident, _ = open_at(desk)

    with pytest.raises(AlreadyWithdrawn):
        open_incident(
            report_id=received.report_id, lat=PERSHING_KEDZIE[0], lon=PERSHING_KEDZIE[1], by=desk["operator"], now=NOW
        )
    with pytest.raises(AlreadyWithdrawn):
        join_report(report_id=received.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    assert Incident.objects.count() == 1


def test_it_moves_returns_and_ends_and_everyone_warned_is_told(desk, settings):
    here = {row.methods.get().address_id for row in make_neighbours(3)}
    there = {row.methods.get().address_id for row in make_neighbours(2, at=ROCKWELL_CERMAK, prefix="there")}
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)

    now = NOW + timedelta(hours=2)
    follow.move_incident(
        incident_id=incident.pk,
        lat=ROCKWELL_CERMAK[0],
        lon=ROCKWELL_CERMAK[1],
        seen_at=now,
        by=desk["operator"],
        now=now,
    )
    with pytest.raises(NothingToSay):  # nobody has confirmed the new place yet
        compose.write_alert(
            incident_id=incident.pk, kind=AlertKind.MOVED_HERE, radius_m=800, by=desk["writer"], now=now
        )
    check(desk, incident, now=now)
    arrived = say(desk, incident, AlertKind.MOVED_HERE, now=now)
    gone = say(desk, incident, AlertKind.MOVED_AWAY, now=now)
    send_all(settings, now=now)
    assert (got(arrived), got(gone)) == (there, here)
    assert "Pershing" in gone.texts.get(language="en").short
    assert "Cermak" in arrived.texts.get(language="en").short

    now += timedelta(hours=1)
    check(desk, incident, Outcome.CONFIRMED_ENDED, now=now)
    clear = say(desk, incident, AlertKind.ALL_CLEAR, now=now)
    send_all(settings, now=now)
    assert got(clear) == here | there

    now += timedelta(hours=1)
    follow.return_incident(incident_id=incident.pk, seen_at=now, by=desk["operator"], now=now)
    check(desk, incident, now=now)
    back = say(desk, incident, AlertKind.RETURNED, now=now)
    with pytest.raises(NothingToSay):  # once
        say(desk, incident, AlertKind.RETURNED, now=now)
    send_all(settings, now=now)
    assert got(back) == there

    check(desk, incident, Outcome.CONFIRMED_ENDED, now=now)
    over = say(desk, incident, AlertKind.ALL_CLEAR, now=now)
    send_all(settings, now=now)
    assert got(over) == there  # the others were told at the first all-clear and not warned since
    close.close_incident(incident_id=incident.pk, by=desk["operator"], now=now)
    assert got(first) == here


def test_one_person_one_claim(desk):
    incident, _ = open_at(desk)

    with pytest.raises(ClaimedByOther) as refused:
        claim_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)
    assert refused.value.alias == "Ana"
    release_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)
    claim_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)


def test_the_same_event_is_suggested_with_its_reason_and_can_be_split_again(desk):
    incident, _ = open_at(desk)
    second = report("hay gas lacrimógeno en pershing y kedzie", now=NOW + timedelta(minutes=4))

    (suggestion,) = suggest_incidents(report_id=second.report_id, now=NOW)
    assert suggestion.incident_id == incident.pk
    assert suggestion.distance_m < 100
    assert suggestion.minutes == 4
    assert "gas" in suggestion.shared_words
    join_report(report_id=second.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    with pytest.raises(AlreadyJoined):
        join_report(report_id=second.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    split_report(report_id=second.report_id, by=desk["operator"], now=NOW)
    assert Report.objects.get(pk=second.report_id).state == ReportState.NEW


def test_outside_the_city_is_no_pin(desk):
    received = report()

    with pytest.raises(OutsideCity):
        open_incident(report_id=received.report_id, lat=41.85, lon=-88.2, by=desk["operator"], now=NOW)
    assert Report.objects.get().state == ReportState.NEW
