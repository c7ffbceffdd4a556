"""The road of one report: words, pin, incident, verification, two people, phones, correction, all-clear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from corredor.alerts.enums import AlertKind
from corredor.alerts.errors import AlreadyDecided, NothingToSay, Overtaken, SamePerson, TooLate
from corredor.alerts.models import Alert
from corredor.channels.base import Outcome as Sent
from corredor.channels.base import Result
from corredor.delivery import queue
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Notice
from corredor.delivery.worker import Sender
from corredor.flows import close, compose, fan_out, follow, locate, receive, verify
from corredor.flows import open as opening
from corredor.incidents.enums import Agency, Method, Outcome, Status
from corredor.incidents.errors import AllClearMissing, AlreadyJoined, ClaimedByOther, NotConfirmed, OutsideCity
from corredor.incidents.models import Incident
from corredor.incidents.timeline import find_broken_entry
from corredor.intake.actions import ReportFields
from corredor.intake.enums import NoteKind, ReportState, Source
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from corredor.people.errors import NotAllowed
from tests.factories import NOW, PERSHING_KEDZIE, ROCKWELL_CERMAK, make_neighbours

pytestmark = pytest.mark.django_db

WORDS = "agentes en la 39 y kedzie, echaron gas"


def report(text=WORDS, *, now=NOW, contact="", **fields):
    return receive.receive_report(
        source=Source.WEB,
        language="es",
        raw=text.encode(),
        fields=ReportFields(text=text, **fields),
        contact=contact,
        now=now,
    )


def open_at(desk, text=WORDS, point=PERSHING_KEDZIE, *, now=NOW, contact=""):
    received = report(text, now=now, contact=contact)
    incident = opening.open_incident(
        report_id=received.report_id, lat=point[0], lon=point[1], by=desk["operator"], now=now
    )
    return incident, received


def check(desk, incident, outcome=Outcome.CONFIRMED_ACTIVE, agency=Agency.ICE, *, now=NOW):
    return verify.verify_incident(
        incident_id=incident.pk,
        outcome=outcome,
        agency=agency,
        method=Method.ON_SCENE,
        seen_at=now,
        by=desk["verifier"],
        now=now,
    )


def say(desk, incident, kind, *, now=NOW):
    alert = compose.write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)
    fan_out.approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return alert


def send_all(settings, transport="console", way="EMAIL", now=NOW):
    """Let the real worker send what is due, through the console channel."""
    from corredor.delivery.models import Route

    Route.objects.update_or_create(way=way, defaults={"transport": transport})
    sender = Sender(way, clock=lambda: now)
    while sender.send_due():
        pass
    sender.close()


def got(alert):
    return set(alert.deliveries.filter(state=SendState.SENT).values_list("address_id", flat=True))


def test_words_become_a_place_only_a_person_confirms(desk):
    received = report()
    best = locate.find_places_for_report(report_id=received.report_id, now=NOW)[0]

    assert best.label_es == "Pershing Rd y Kedzie Ave"
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
    assert got(first) == {row.ways.get().address_id for row in near}
    assert not Delivery.objects.filter(subscription__in=far).exists()
    outcome = Notice.objects.get(kind="OUTCOME")
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
    receive.withdraw_report(code=received.receipt_code, now=NOW)
    incident, _ = open_at(desk)

    with pytest.raises(AlreadyWithdrawn):
        opening.open_incident(
            report_id=received.report_id, lat=PERSHING_KEDZIE[0], lon=PERSHING_KEDZIE[1], by=desk["operator"], now=NOW
        )
    with pytest.raises(AlreadyWithdrawn):
        opening.join_report(report_id=received.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    assert Incident.objects.count() == 1


def test_a_correction_overtakes_what_has_not_gone_out(desk, settings):
    make_neighbours(5)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    claimed = first.deliveries.order_by("pk")[:2]
    Delivery.objects.filter(pk__in=[row.pk for row in claimed]).update(state=SendState.SENT)

    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    assert correction.deliveries.count() == 2
    assert first.deliveries.filter(state=SendState.SUPERSEDED).count() == 3


def test_a_correction_also_goes_to_those_of_whom_nobody_knows_whether_it_arrived(desk, settings):
    make_neighbours(4)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    later = NOW + timedelta(minutes=1)
    claimed = queue.claim_due(model=Delivery, way="EMAIL", worker="w", most=3, now=later)
    lost, refused, cut_off = claimed
    answers = [
        Sent(lost.pk, Result.RETRY, code="TIMED_OUT", in_doubt=True),
        Sent(refused.pk, Result.RETRY, code="429"),
    ]
    queue.settle(model=Delivery, worker="w", transport="web_push", outcomes=answers, attempts={}, now=later)
    queue.give_back(model=Delivery, now=later, workers=["w"])

    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    told = set(correction.deliveries.values_list("address_id", flat=True))
    assert told == {lost.address_id, cut_off.address_id}
    assert first.deliveries.filter(state=SendState.SUPERSEDED).count() == 4


def test_someone_who_left_gets_nothing_more(desk, settings):
    from corredor.flows.subscribe import leave
    from corredor.subscriptions.leave_link import sign_leave

    stays, leaves = make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    leave(token=sign_leave(leaves.pk), now=NOW)

    check(desk, incident, Outcome.CONFIRMED_ENDED)
    clear = say(desk, incident, AlertKind.ALL_CLEAR)

    assert first.deliveries.count() == 2  # the count stays, the address does not
    assert list(clear.deliveries.values_list("address_id", flat=True)) == [stays.ways.get().address_id]


def test_it_moves_returns_and_ends_and_everyone_warned_is_told(desk, settings):
    here = {row.ways.get().address_id for row in make_neighbours(3)}
    there = {row.ways.get().address_id for row in make_neighbours(2, at=ROCKWELL_CERMAK, prefix="there")}
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


def test_two_people_or_nothing(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )

    with pytest.raises(SamePerson):
        fan_out.approve_alert(alert_id=alert.pk, by=desk["writer"], now=NOW)
    with pytest.raises(NotAllowed):
        fan_out.approve_alert(alert_id=alert.pk, by=desk["operator"], now=NOW)
    with pytest.raises(TooLate):
        fan_out.approve_alert(alert_id=alert.pk, by=desk["approver"], now=alert.expires_at)
    fan_out.approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    with pytest.raises(AlreadyDecided):
        fan_out.approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    assert Alert.objects.get().approved_by == desk["approver"]


def test_what_is_overtaken_by_a_new_finding_is_not_sent(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )
    check(desk, incident)  # the same again changes nothing
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)

    with pytest.raises(Overtaken):
        fan_out.approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    with pytest.raises(IntegrityError, match="an_overtaken_alert_is_not_approved"), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(state="APPROVED", approved_by=desk["approver"], approved_at=NOW)


def test_the_kill_switch_stops_real_messages(desk, settings):
    make_neighbours(3)
    incident, _ = open_at(desk)
    check(desk, incident)
    say(desk, incident, AlertKind.CONFIRMED)
    fan_out.halt_everything(reason="strange text", by=desk["operator"], now=NOW)
    send_all(settings)
    assert not Delivery.objects.filter(state=SendState.SENT).exists()

    with pytest.raises(NotAllowed):
        fan_out.end_halt(by=desk["operator"], now=NOW)
    fan_out.end_halt(by=desk["approver"], now=NOW)
    send_all(settings)
    assert Delivery.objects.filter(state=SendState.SENT).count() == 3


def test_a_channel_that_is_off_swallows_and_says_so(desk, settings):
    make_neighbours(2)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings, transport="blackhole")

    assert set(alert.deliveries.values_list("state", flat=True)) == {SendState.SWALLOWED}


def test_one_person_one_claim(desk):
    incident, _ = open_at(desk)

    with pytest.raises(ClaimedByOther) as refused:
        opening.claim_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)
    assert refused.value.alias == "Ana"
    opening.release_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)
    opening.claim_incident(incident_id=incident.pk, by=desk["verifier"], now=NOW)


def test_the_same_event_is_suggested_with_its_reason_and_can_be_split_again(desk):
    incident, _ = open_at(desk)
    second = report("hay gas lacrimógeno en pershing y kedzie", now=NOW + timedelta(minutes=4))

    (suggestion,) = opening.suggest_incidents(report_id=second.report_id, now=NOW)
    assert suggestion.incident_id == incident.pk
    assert suggestion.distance_m < 100
    assert suggestion.minutes == 4
    assert "gas" in suggestion.shared_words
    opening.join_report(report_id=second.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    with pytest.raises(AlreadyJoined):
        opening.join_report(report_id=second.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    opening.split_report(report_id=second.report_id, by=desk["operator"], now=NOW)
    assert Report.objects.get(pk=second.report_id).state == ReportState.NEW


def test_outside_the_city_is_no_pin(desk):
    received = report()

    with pytest.raises(OutsideCity):
        opening.open_incident(report_id=received.report_id, lat=41.85, lon=-88.2, by=desk["operator"], now=NOW)
    assert Report.objects.get().state == ReportState.NEW


def test_quiet_hours_hold_all_but_the_nearest(desk):
    from datetime import time

    night = NOW.replace(day=5, hour=7)  # 2 in the morning in Chicago
    step = 0.0072  # about 600 m to the east
    make_neighbours(1, quiet_from=time(22), quiet_until=time(7), prefix="near")
    far = make_neighbours(
        1,
        at=(PERSHING_KEDZIE[0], PERSHING_KEDZIE[1] + 3 * step),
        quiet_from=time(22),
        quiet_until=time(4),
        prefix="far",
    )
    incident, _ = open_at(desk, now=night)
    check(desk, incident, now=night)
    alert = say(desk, incident, AlertKind.CONFIRMED, now=night)

    due = dict(alert.deliveries.values_list("subscription_id", "due_at"))
    assert due.pop(far[0].pk) == night + timedelta(hours=2)  # at 4 in the morning
    assert list(due.values()) == [night]


def test_private_words_are_taken_out_and_shown_to_the_writer(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    what = {"en": "white van, plate IL AB 12345", "es": "camioneta blanca, agente Ramirez"}
    draft = compose.draft_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, what=what, by=desk["writer"], now=NOW
    )

    assert [(one.language, one.words, one.why) for one in draft.redactions] == [
        ("en", "AB 12345", "PLATE"),
        ("es", "Ramirez", "NAME"),
    ]
    assert "12345" not in draft.texts["en"].words.long
    assert "Ramirez" not in draft.texts["es"].words.long
    assert draft.problems == ()


def test_the_writer_is_told_when_a_message_has_no_room_for_her_words(desk):
    make_neighbours(1)
    incident, _ = open_at(desk)
    check(desk, incident, agency=Agency.BORDER_PATROL)
    words = ("gray van by the school door " * 5)[: compose.LONGEST_WHAT].strip()

    def draft(kind):
        return compose.draft_alert(
            incident_id=incident.pk,
            kind=kind,
            radius_m=800,
            advice=compose.DEFAULT_ADVICE[AlertKind.HAZARD],
            what={"en": words, "es": words},
            by=desk["writer"],
            now=NOW,
        ).texts.values()

    for text in draft(AlertKind.CONFIRMED):
        assert words in text.words.standard
        assert not text.drops_words
    say(desk, incident, AlertKind.CONFIRMED)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    for text in draft(AlertKind.CORRECTION):
        assert words not in text.words.standard
        assert text.drops_words
