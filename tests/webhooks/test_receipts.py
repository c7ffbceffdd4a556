"""The receipt endpoints for providers and phones: only authentic calls change anything."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import quote, urlencode

import pytest

from corredor.alerts.enums import AlertKind
from corredor.channels.sms.twilio.signature import sign
from corredor.delivery.models import Delivery
from corredor.delivery.providers.receipts import make_reference
from corredor.people.models import Address
from corredor.subscriptions.enums import Channel
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db
TOKEN, TWILIO_TOKEN = "gateway-secret", "twilio-secret"


@pytest.fixture(autouse=True)
def _providers(settings):
    settings.CORREDOR_INBOUND = {"gateway_token": TOKEN, "twilio_token": TWILIO_TOKEN}


@pytest.fixture
def row(desk):
    make_neighbours(1, channel=Channel.SMS)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    alert.deliveries.update(state="SENT", attempts=1, settled_at=NOW, reference="SM1")
    return alert.deliveries.get()


def call_twilio(client, row, *, reference=None, signature=None, token=TWILIO_TOKEN, **fields):
    reference = make_reference(Delivery, row.pk) if reference is None else reference
    path = f"/hooks/sms/twilio/receipt?reference={quote(reference, safe='')}"
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered", **fields}
    header = sign(f"http://localhost:8000{path}", fields, token) if signature is None else signature
    form = "application/x-www-form-urlencoded"
    return client.post(path, urlencode(fields), content_type=form, headers={"X-Twilio-Signature": header})


def call_gateway(client, row, *, token=TOKEN, **query):
    query = {"token": token, "reference": make_reference(Delivery, row.pk), "kind": "1", "answer": ""} | query
    return client.get("/hooks/sms/gateway/receipt", query)


def call_android(client, row, *, event="sms:delivered", key=TOKEN, at=None, body=None):
    payload = {"messageId": make_reference(Delivery, row.pk), "phoneNumber": "+13125550000"}
    body = json.dumps({"event": event, "payload": payload}).encode() if body is None else body
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "X-Signature": signature}
    return client.post("/hooks/sms/android/receipt", body, content_type="application/json", headers=headers)


def receipt_of(row):
    row.refresh_from_db()
    return row.receipt


@pytest.mark.parametrize("call", [call_twilio, call_gateway, call_android])
def test_a_receipt_is_taken_and_answered_with_nothing(client, row, call):
    answer = call(client, row)
    assert (answer.status_code, answer.content) == (204, b"")
    assert receipt_of(row) == "DELIVERED"


def test_a_failed_text_keeps_its_carrier_s_class(client, row):
    call_twilio(client, row, MessageStatus="undelivered", ErrorCode="30007")
    assert receipt_of(row) == "UNDELIVERED"
    assert (row.receipt_code, row.receipt_reason) == ("30007 FILTERED", "FILTERED")


@pytest.mark.parametrize("code", ["30005", "30006"])
def test_a_dead_number_or_landline_is_erased(client, row, code):
    call_twilio(client, row, MessageStatus="undelivered", ErrorCode=code)
    assert not Address.objects.exists()


def test_a_gateway_s_dead_number_is_erased_when_the_steward_knows_the_code(client, row, settings):
    answer = "id:1 sub:001 stat:UNDELIV err:001 text:"
    settings.CORREDOR_GATEWAY_DEAD_CODES = ("001",)
    call_gateway(client, row, kind="2", answer=answer)
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"signature": ""}, {"signature": "x"}, {"token": "another"}, {"signature": sign("http://x", {}, TWILIO_TOKEN)}],
)
def test_twilio_s_signature_must_be_right(client, row, wrong):
    assert call_twilio(client, row, **wrong).status_code == 403
    assert receipt_of(row) == ""


def test_a_signature_for_one_message_is_not_good_for_another(client, row):
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = sign("http://localhost:8000/hooks/sms/twilio/receipt?reference=d1-x", fields, TWILIO_TOKEN)
    assert call_twilio(client, row, signature=signature).status_code == 403
    assert receipt_of(row) == ""


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ñ"])
def test_the_gateway_s_token_must_be_right(client, row, token):
    assert call_gateway(client, row, token=token).status_code == 403
    assert receipt_of(row) == ""


def test_without_secrets_nobody_gets_in(client, row, settings):
    settings.CORREDOR_INBOUND = {"gateway_token": "", "twilio_token": ""}
    assert call_twilio(client, row, token="").status_code == 403
    assert call_gateway(client, row, token="").status_code == 403
    assert call_android(client, row, key="").status_code == 403
    assert receipt_of(row) == ""


@pytest.mark.parametrize("wrong", [{"key": "another"}, {"at": time.time() - 3600}])
def test_the_android_signature_must_be_right_and_fresh(client, row, wrong):
    assert call_android(client, row, **wrong).status_code == 403
    assert receipt_of(row) == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"not json", b"[" * 5000, b'{"event": "sms:failed", "payload": 1}'])
def test_android_events_that_cannot_be_read(client, row, body):
    assert call_android(client, row, body=body).status_code == 400
    assert receipt_of(row) == ""


def test_other_events_of_the_phone_are_passed_over(client, row):
    assert call_android(client, row, event="system:ping").status_code == 204
    assert receipt_of(row) == ""


@pytest.mark.parametrize("reference", ["d1-AAAAAAAAAAAAAAAA", "d999999-AAAAAAAAAAAAAAAA", "nobody"])
def test_an_unknown_message_is_answered_like_any_other(client, row, reference):
    assert call_twilio(client, row, reference=reference).status_code == 204
    assert call_gateway(client, row, reference=reference).status_code == 204
    assert receipt_of(row) == ""


@pytest.mark.parametrize("query", [{"kind": "3"}, {"kind": ""}, {"reference": ""}, {"reference": "x" * 100}])
def test_what_lacks_something_is_refused(client, row, query):
    assert call_gateway(client, row, **query).status_code == 400
    assert receipt_of(row) == ""


def test_a_huge_call_is_refused_unread(client, row):
    form = "application/x-www-form-urlencoded"
    assert client.post("/hooks/sms/twilio/receipt", b"a" * 100_000, content_type=form).status_code == 413
    assert client.post("/hooks/push/shown", b"d" * 100, content_type="text/plain").status_code == 413


def show(client, reference):
    return client.post("/hooks/push/shown", reference, content_type="text/plain")


def test_a_phone_says_that_it_has_shown_a_push(client, row):
    Delivery.objects.filter(pk=row.pk).delete()
    shown = Delivery(pk=row.pk, channel="PUSH", alert=row.alert, address=row.address, state="SENT", attempts=1)
    shown.language, shown.due_at, shown.expires_at = "es", NOW, row.alert.expires_at
    shown.save()

    assert show(client, "d1-forged").status_code == 204
    assert receipt_of(shown) == ""
    answer = show(client, make_reference(Delivery, row.pk))
    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert receipt_of(shown) == "DELIVERED"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"n1-AAAAAAAAAAAAAAAA", "ñ".encode()])
def test_strange_words_from_a_phone_change_nothing(client, row, body):
    assert show(client, body).status_code == 204
    assert receipt_of(row) == ""


def test_nothing_of_a_call_is_logged(client, row, caplog):
    reference = make_reference(Delivery, row.pk)
    call_gateway(client, row, token="wrong")
    call_twilio(client, row, signature="wrong")
    call_gateway(client, row)
    assert reference not in caplog.text
    assert "refused" in caplog.text


@pytest.mark.parametrize("path", ["sms/twilio/receipt", "sms/android/receipt", "push/shown"])
def test_only_posts_are_taken(client, path):
    assert client.get(f"/hooks/{path}").status_code == 405
