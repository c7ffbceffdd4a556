"""Text messages from providers: authentic ones are accepted once, all others are refused without detail."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from corredor.channels.sms.twilio.signature import sign
from corredor.delivery.models import Route
from corredor.intake.models import Report
from corredor.people.models import Address
from corredor.subscriptions.models import Suppression

pytestmark = pytest.mark.django_db
TOKEN = "gateway-secret"
TWILIO_TOKEN = "twilio-secret"
SENDER = "+13125550142"
WORDS = "agentes en la 39 y kedzie, echaron gas"


@pytest.fixture(autouse=True)
def _providers(settings):
    settings.CORREDOR_INBOUND = {"gateway_token": TOKEN, "twilio_token": TWILIO_TOKEN}
    Route.objects.update_or_create(channel="SMS", defaults={"provider": "console"})


def call_twilio(client: Client, *, signature: str | None = None, **fields: str):
    fields = {"From": SENDER, "To": "+13125550100", "Body": WORDS, "MessageSid": "SM1", **fields}
    url = "http://localhost:8000/hooks/sms/twilio"
    headers = {"X-Twilio-Signature": sign(url, fields, TWILIO_TOKEN) if signature is None else signature}
    return client.post(
        "/hooks/sms/twilio",
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def call_gateway(client: Client, *, token: str = TOKEN, text: str | bytes = WORDS, **fields: str):
    query = urlencode({"token": token, "from": SENDER, "id": "k1", **fields}) + "&text=" + quote(text)
    return client.get(f"/hooks/sms/gateway?{query}")


def test_twilio_s_text_becomes_a_report_and_is_answered_in_its_language(client):
    answer = call_twilio(client)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/xml")
    assert answer.content.decode().startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message>Recibimos')
    report = Report.objects.get()
    assert (report.source, report.text, report.language) == ("SMS", WORDS, "es")
    assert bytes(report.raw) == WORDS.encode()
    assert report.provider_reference == "SM1"


def test_the_number_is_in_no_column_of_the_report(client):
    call_twilio(client)
    report = Report.objects.get()
    assert "5550142" not in repr([getattr(report, field.attname) for field in report._meta.fields])
    assert Address.objects.count() == 1  # sealed, and erased on its clock


@pytest.mark.parametrize("signature", ["", "x", "é" * 20, sign("http://localhost:8000/other", {}, TWILIO_TOKEN)])
def test_a_wrong_signature_is_refused_and_nothing_is_kept(client, signature, caplog):
    with caplog.at_level(logging.WARNING):
        answer = call_twilio(client, signature=signature.encode("latin-1", "replace").decode("latin-1"))
    assert answer.status_code == 403
    assert not Report.objects.exists()
    assert "wrong signature" in caplog.text
    assert SENDER not in caplog.text
    assert "kedzie" not in caplog.text


def test_without_a_token_nobody_gets_in(client, settings):
    settings.CORREDOR_INBOUND = {"gateway_token": "", "twilio_token": ""}
    url = "http://localhost:8000/hooks/sms/twilio"
    fields = {"From": SENDER, "Body": WORDS, "MessageSid": "SM1"}
    assert call_twilio(client, signature=sign(url, fields, "")).status_code == 403
    assert call_gateway(client, token="").status_code == 403


def test_a_field_changed_on_the_way_breaks_the_signature(client):
    url = "http://localhost:8000/hooks/sms/twilio"
    honest = {"From": SENDER, "To": "+13125550100", "Body": WORDS, "MessageSid": "SM1"}
    assert call_twilio(client, signature=sign(url, honest, TWILIO_TOKEN), Body="otra cosa").status_code == 403


def test_a_replay_is_taken_once_and_answered_with_nothing(client):
    call_twilio(client)
    answer = call_twilio(client)
    assert answer.status_code == 200
    assert answer.content.endswith(b"<Response></Response>")
    assert Report.objects.count() == 1


def test_the_gateway_s_text_becomes_a_report_and_the_reply_is_plain(client):
    answer = call_gateway(client)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().startswith("Recibimos")
    assert Report.objects.get().text == WORDS


def test_the_gateway_may_post_and_carry_its_token_in_a_header(client):
    answer = client.post(
        "/hooks/sms/gateway",
        urlencode({"from": SENDER, "text": "agents at Kedzie and Pershing"}),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Gateway-Token": TOKEN},
    )
    assert answer.status_code == 200
    assert Report.objects.get().language == "en"


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ñ"])
def test_a_wrong_token_is_refused(client, token):
    assert call_gateway(client, token=token).status_code == 403
    assert not Report.objects.exists()


def test_stop_is_obeyed_and_remembered_as_a_digest_only(client):
    answer = call_gateway(client, text="ALTO")
    assert "Borramos" in answer.content.decode()
    assert not Report.objects.exists()
    assert Suppression.objects.count() == 1
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        b"\x00\x01\x02\xff\xfe binary \x9c",
        "\u202eagentes en kedzie\u202c y pershing",
        "🚨" * 50 + " kedzie y 39",
        "<Response><Redirect>http://evil.example</Redirect></Response>",
        "عملاء في شارع كيدزي",
        "'; DROP TABLE intake_report; --",
    ],
    ids=["binary", "turned", "emoji", "xml", "arabic", "sql"],
)
def test_strange_texts_are_kept_to_the_byte(client, text):
    sent = text if isinstance(text, bytes) else text.encode()
    answer = call_gateway(client, text=sent)
    assert answer.status_code == 200
    report = Report.objects.get()
    assert bytes(report.raw) == sent
    assert "\x00" not in report.text
    assert "\u202e" not in report.text


def test_the_old_western_encoding_is_read(client):
    call_gateway(client, text="está en la 39 y Kedzie, señora herida".encode("latin-1"), charset="ISO-8859-1")
    assert "señora" in Report.objects.get().text


def test_an_empty_text_is_answered_with_how_to_report(client):
    answer = call_twilio(client, Body="   ")
    assert answer.status_code == 200
    assert b"<Message>" in answer.content
    assert not Report.objects.exists()


def test_a_huge_call_is_refused_unread(client):
    body = urlencode({"From": SENDER, "Body": "a" * 100_000})
    answer = client.post("/hooks/sms/twilio", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert not Report.objects.exists()


def test_a_text_longer_than_a_report_is_refused(client):
    assert call_gateway(client, text="a" * 5000).status_code == 413
    assert not Report.objects.exists()


def test_a_sender_without_a_number_is_passed_over_quietly(client):
    assert call_twilio(client, From="AMAZON").content.endswith(b"<Response></Response>")
    assert not Report.objects.exists()


@pytest.mark.parametrize("missing", ["From", "Body"])
def test_a_call_without_what_it_needs_names_the_field(client, missing):
    fields = {"From": SENDER, "Body": WORDS, "MessageSid": "SM1"}
    del fields[missing]
    signature = sign("http://localhost:8000/hooks/sms/twilio", fields, TWILIO_TOKEN)
    answer = client.post(
        "/hooks/sms/twilio",
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 400
    assert missing.encode() in answer.content


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/hooks/sms/gateway").status_code == 405
    assert getattr(client, method)("/hooks/sms/twilio").status_code == 405


def test_json_is_no_form(client):
    assert client.post("/hooks/sms/twilio", "{}", content_type="application/json").status_code == 415


def test_with_text_messages_off_the_report_is_kept_and_nothing_is_answered(client):
    Route.objects.filter(channel="SMS").update(provider="null")
    assert call_gateway(client).content == b""
    assert Report.objects.count() == 1
