"""CAP from a neighbouring network: creates reports to be checked, and never a message, an incident or an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.engines.cap import Area, Circle, Info, Message, Reference, write_message
from corredor.flows.partner import cap as partner_cap
from corredor.flows.partner import set_up as partner_set_up
from corredor.incidents.models import Incident
from corredor.intake.enums import NoteKind, ReportState, Source
from corredor.intake.models import Note, Report
from corredor.partners.models import Partner
from corredor.people.enums import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SENT = timezone.now().replace(microsecond=0) - timedelta(minutes=3)
INFO = Info(
    language="es-US",
    categories=("Safety",),
    event="Agentes",
    urgency="Immediate",
    severity="Moderate",
    certainty="Observed",
    onset=SENT - timedelta(minutes=5),
    headline="Agentes en Cicero",
    description="Tres camionetas en la Cermak y Laramie",
    areas=(Area(words="Cicero, cerca de Cermak y Laramie", circles=(Circle(41.8518, -87.7555, 0.5),)),),
)
MESSAGE = Message(
    identifier="cic-1", sender="red@cicero.example", sent=SENT, status="Actual", kind="Alert", infos=(INFO,)
)


@pytest.fixture
def shown():
    steward = make_user("Estela", Role.STEWARD)
    return partner_set_up.add_partner(name="Red de Cicero", url="", may_report=True, by=steward, now=SENT)


@pytest.fixture
def send(client, shown):
    def post(message, *, token=shown.token, kind="application/cap+xml", **headers):
        data = message if isinstance(message, bytes) else write_message(message)
        headers = {"Authorization": f"Bearer {token}"} | headers
        return client.post("/hooks/cap", data, content_type=kind, headers=headers)

    return post


def again(*, kind, number=2, of=(MESSAGE,), **changes):
    """A later message that refers to earlier ones."""
    return replace(
        MESSAGE,
        identifier=f"cic-{number}",
        sent=SENT + timedelta(minutes=number),
        kind=kind,
        references=tuple(one.name for one in of),
        **changes,
    )


def test_it_becomes_a_report_like_any_other(send, shown):
    reply = send(MESSAGE)
    assert (reply.status_code, reply.json()) == (201, {"result": "RECEIVED"})
    report = Report.objects.get()
    assert (report.source, report.state, report.is_drill) == (Source.PARTNER, ReportState.NEW, False)
    assert report.text == "Agentes en Cicero\nTres camionetas en la Cermak y Laramie"
    assert report.where_words == "Cicero, cerca de Cermak y Laramie"
    assert report.seen_at == INFO.onset
    assert (report.offered_lat, report.offered_lon) == (41.8518, -87.7555)
    assert report.language == "es"
    assert bytes(report.raw) == write_message(MESSAGE)
    assert Partner.objects.get().last_call_result == "RECEIVED"


def test_nothing_is_sent_and_nothing_is_opened_by_it(send):
    send(MESSAGE)
    send(again(kind="Update"))
    send(again(kind="Cancel", number=3))
    for model in (Incident, Alert, Delivery, TransactionalMessage):
        assert model.objects.count() == 0


def test_the_same_message_is_one_report(send):
    send(MESSAGE)
    same = replace(MESSAGE, sent=MESSAGE.sent.astimezone(timezone.get_fixed_timezone(-300)))
    for message in (MESSAGE, same):
        reply = send(message)
        assert (reply.status_code, reply.json()["result"]) == (200, "DUPLICATE")
    assert Report.objects.count() == 1


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
def test_what_is_not_actual_is_never_a_report(send, status):
    reply = send(replace(MESSAGE, status=status))
    assert (reply.status_code, reply.json()["result"]) == (200, "NOT_ACTUAL")
    assert Report.objects.count() == 0


@pytest.mark.parametrize("kind", ["Update", "Cancel"])
def test_what_follows_is_added_to_the_first_report(send, kind):
    send(MESSAGE)
    second = again(kind="Update")
    send(second)
    reply = send(again(kind=kind, number=3, of=(second,), infos=(replace(INFO, headline="Ya se fueron"),)))
    assert reply.json()["result"] == "ADDED"
    (report,) = Report.objects.all()
    notes = list(report.notes.filter(kind=NoteKind.ADDED))
    assert len(notes) == 2
    assert notes[1].text.startswith(f"{kind}: Ya se fueron")
    assert report.state == ReportState.NEW, "people decide what it means"


def test_an_update_of_what_never_came_is_news_and_a_cancel_of_it_is_not(send):
    unknown = (replace(MESSAGE, identifier="never"),)
    assert send(again(kind="Cancel", of=unknown)).json()["result"] == "UNKNOWN_REFERENCE"
    assert Report.objects.count() == 0
    assert send(again(kind="Update", number=3, of=unknown)).json()["result"] == "RECEIVED"
    assert Report.objects.count() == 1


def test_one_partner_cannot_speak_about_anothers_report(send, client):
    send(MESSAGE)
    other = partner_set_up.add_partner(
        name="Otra red", url="", may_report=True, by=make_user("Eva", Role.STEWARD), now=SENT
    )
    assert send(again(kind="Cancel"), token=other.token).json()["result"] == "UNKNOWN_REFERENCE"
    assert Note.objects.count() == 0


def test_acknowledgements_and_silence_are_nothing(send):
    assert send(again(kind="Ack")).json()["result"] == "NOT_FOR_US"
    assert send(replace(MESSAGE, infos=())).json()["result"] == "NOTHING_SAID"
    assert Report.objects.count() == 0


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000, "señal"])
def test_without_the_token_nothing_is_read(send, token):
    reply = send(MESSAGE, token=token)
    assert reply.status_code == 401
    assert "Bearer" in reply["WWW-Authenticate"]
    assert Report.objects.count() == 0


def test_an_old_token_opens_nothing(send, shown):
    steward = make_user("Eva", Role.STEWARD)
    newer = partner_set_up.change_token(partner_id=shown.partner.pk, by=steward, now=SENT)
    assert send(MESSAGE).status_code == 401
    assert send(MESSAGE, token=newer.token).status_code == 201
    partner_set_up.remove_partner(partner_id=shown.partner.pk, by=steward, now=SENT)
    assert send(again(kind="Alert"), token=newer.token).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"not xml", 400),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>', 400),
        (b"<a>" * 20_000, 400),
        (b"x" * 70_000, 413),
    ],
)
def test_rubbish_is_refused_and_says_why(send, body, status):
    reply = send(body)
    assert reply.status_code == status
    assert reply.json()["error"]


def test_other_doors_are_shut(send, client):
    assert client.get("/hooks/cap").status_code == 405
    assert send(MESSAGE, kind="application/json").status_code == 415


def test_a_lost_token_does_not_bury_the_desk(send, monkeypatch):
    monkeypatch.setattr(partner_cap, "MOST_AN_HOUR", 3)
    for number in range(3):
        assert send(replace(MESSAGE, identifier=f"cic-{number}")).status_code == 201
    reply = send(replace(MESSAGE, identifier="cic-9"))
    assert reply.status_code == 429
    assert reply["Retry-After"]
    assert Report.objects.count() == 3


def test_a_reference_in_another_offset_is_the_same(send):
    send(MESSAGE)
    name = Reference(MESSAGE.sender, MESSAGE.identifier, MESSAGE.sent.astimezone(timezone.get_fixed_timezone(-360)))
    data = write_message(again(kind="Update")).replace(b"-00:00</sent>", b"-00:00</sent>")
    assert name.sent == MESSAGE.sent
    assert send(data).json()["result"] == "ADDED"


def test_a_time_ahead_of_ours_is_left_out(send):
    ahead = timezone.now() + timedelta(hours=2)
    send(replace(MESSAGE, infos=(replace(INFO, onset=ahead),)))
    assert Report.objects.get().seen_at is None
