"""Telnyx: signed texts are accepted once and answered by the queue; forged and stale calls are not."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from corredor.delivery.models import Route, TransactionalMessage
from corredor.intake.models import Report
from corredor.people.models import Address
from corredor.subscriptions.models import Suppression

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.generate()
SENDER = "+13125550142"


@pytest.fixture(autouse=True)
def _provider(settings):
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    settings.CORREDOR_INBOUND = settings.CORREDOR_INBOUND | {"telnyx_public_key": public}
    Route.objects.update_or_create(channel="SMS", defaults={"provider": "console"})


def text(words="agentes en la 39 y kedzie, echaron gas", **changes):
    payload = {"id": "m1", "from": {"phone_number": SENDER}, "to": [{"phone_number": "+13125550100"}], "text": words}
    return {"data": {"event_type": "message.received", "payload": payload | changes}}


def call(client, event, *, key=KEY, at=None):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    stamp = str(int(at if at is not None else timezone.now().timestamp()))
    signature = base64.b64encode(key.sign(stamp.encode() + b"|" + body)).decode()
    headers = {"telnyx-timestamp": stamp, "telnyx-signature-ed25519": signature}
    return client.post("/hooks/sms/telnyx", body, content_type="application/json", headers=headers)


def test_a_text_becomes_a_report_and_its_answer_waits_in_the_queue(client):
    assert call(client, text()).status_code == 200
    report = Report.objects.get()
    assert (report.source, report.provider_reference, report.language) == ("SMS", "m1", "es")
    notice = TransactionalMessage.objects.get()
    assert (notice.channel, notice.state) == ("SMS", "DUE")
    assert notice.text.startswith("Recibimos su reporte.")


def test_a_call_that_comes_twice_is_one_report_and_one_answer(client):
    for _ in range(2):
        assert call(client, text()).status_code == 200
    assert (Report.objects.count(), TransactionalMessage.objects.count()) == (1, 1)


def test_stop_is_obeyed_and_answered_by_telnyx_alone(client):
    assert call(client, text("ALTO")).status_code == 200
    assert Suppression.objects.count() == 1
    assert not TransactionalMessage.objects.exists()


def test_an_address_kept_for_the_answer_alone_is_not_kept_for_long(client):
    call(client, text("ESTADO"))
    assert Address.objects.get().expires_at is not None


@pytest.mark.parametrize("age_s", [-400, 400])
def test_a_stale_call_is_refused(client, age_s):
    assert call(client, text(), at=timezone.now().timestamp() - age_s).status_code == 403
    assert not Report.objects.exists()


def test_a_forged_call_is_refused(client, settings):
    assert call(client, text(), key=Ed25519PrivateKey.generate()).status_code == 403
    settings.CORREDOR_INBOUND = settings.CORREDOR_INBOUND | {"telnyx_public_key": ""}
    assert call(client, text()).status_code == 403


def test_receipts_and_strange_senders_are_accepted_and_passed_over(client):
    receipt = {"data": {"event_type": "message.finalized", "payload": {"id": "m1", "to": [{"status": "delivered"}]}}}
    for event in (receipt, {"data": {"event_type": "fax.received"}}, text(**{"from": {"phone_number": "TELNYX"}})):
        assert call(client, event).status_code == 200
    assert not Report.objects.exists()


@pytest.mark.parametrize("broken", [b"", b"[]", b"{", text(id=""), text(text=None), b'"\\ud800"'])
def test_what_cannot_be_read_is_refused(client, broken):
    assert call(client, broken).status_code == 400
