"""WhatsApp: requests to the Cloud API, and its signed webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from corredor.channels.base import Result
from corredor.channels.catalogue import get_channel
from corredor.channels.inbound import InboundText, Receipt
from corredor.channels.whatsapp.provider import WhatsAppProvider, write_line
from tests.contracts.recorded import ACCEPTS
from tests.servers.provider import ProviderServer

from .message import make_message

SETTINGS = {"whatsapp": {"app_secret": "s3cret", "verify_token": "v3rify"}}
WEBHOOK = get_channel("WHATSAPP").webhook


def test_a_template_in_the_persons_language_with_our_reference():
    with ProviderServer(ACCEPTS["whatsapp"]) as remote:
        values = {"url": remote.url, "phone_number_id": "1065", "token": "t", "template": "aviso", "per_s": 0}
        provider = WhatsAppProvider.from_mapping({**values, "languages": ["es=es_MX"]})
        message = make_message(1, "+13125550142", language="es", reference="our-reference")
        (outcome,) = provider.send_many([message])
        provider.close()
        (asked,) = remote.asked
    assert outcome.result is Result.ACCEPTED
    assert outcome.reference.startswith("wamid.")
    assert asked.path == "/v21.0/1065/messages"
    assert asked.headers["authorization"] == "Bearer t"
    sent = asked.json
    assert sent["to"] == "+13125550142"
    assert sent["biz_opaque_callback_data"] == "our-reference"
    assert sent["template"]["name"] == "aviso"
    assert sent["template"]["language"] == {"code": "es_MX"}
    assert sent["template"]["components"][0]["parameters"][0]["text"] == write_line(message)


def test_a_variable_has_no_line_breaks_and_never_loses_its_link():
    message = make_message(
        1, "+13125550142", standard="Confirmado:\n\nagentes. " + "x" * 2000, link="https://r.org/i/abc"
    )
    line = write_line(message)
    assert "\n" not in line
    assert len(line) == 1024
    assert line.endswith(" https://r.org/i/abc")


def call(*values: object) -> dict[str, object]:
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value} for value in values]}]}


@pytest.mark.parametrize(
    ("status", "result", "is_final", "code"),
    [
        ({"status": "sent"}, Result.ACCEPTED, False, "SENT"),
        ({"status": "delivered"}, Result.ACCEPTED, True, "DELIVERED"),
        ({"status": "read"}, Result.ACCEPTED, True, "DELIVERED"),  # that it was read is not kept
        ({"status": "failed", "errors": [{"code": 131026}]}, Result.INVALID_ADDRESS, True, "131026 DEAD_NUMBER"),
        ({"status": "failed", "errors": [{"code": 131047}]}, Result.FAILED, True, "131047"),
    ],
)
def test_receipts(status, result, is_final, code):
    told = call({"statuses": [{"id": "wamid.X", "biz_opaque_callback_data": "ours", **status}]})
    (receipt,) = WEBHOOK.parse(told)
    assert isinstance(receipt, Receipt)
    assert (receipt.reference, receipt.provider_id) == ("ours", "wamid.X")
    assert (receipt.result, receipt.is_final, receipt.code) == (result, is_final, code)


def test_answers_and_what_cannot_be_read():
    text = {"from": "13125550142", "id": "wamid.IN", "type": "text", "text": {"body": "ALTO"}}
    told = call({"messages": [text, {"from": 7}, {"type": "image"}]}, {"statuses": [{"status": "sent"}, None]}, None)
    assert list(WEBHOOK.parse(told)) == [InboundText("+13125550142", "", "ALTO", "wamid.IN")]


def test_only_the_apps_signature_counts():
    body = json.dumps(call()).encode()
    right = "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert WEBHOOK.is_genuine(body, {"X-Hub-Signature-256": right}, SETTINGS)
    assert not WEBHOOK.is_genuine(body + b" ", {"X-Hub-Signature-256": right}, SETTINGS)
    assert not WEBHOOK.is_genuine(body, {}, SETTINGS)
    empty = "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert not WEBHOOK.is_genuine(body, {"X-Hub-Signature-256": empty}, {"whatsapp": {"app_secret": ""}})


def test_the_address_is_verified_by_our_token_alone():
    query = {"hub.mode": "subscribe", "hub.verify_token": "v3rify", "hub.challenge": "1158201444"}
    assert WEBHOOK.answer_challenge(query, SETTINGS) == "1158201444"
    assert WEBHOOK.answer_challenge(query | {"hub.verify_token": "no"}, SETTINGS) is None
    assert WEBHOOK.answer_challenge(query | {"hub.verify_token": ""}, {"whatsapp": {"verify_token": ""}}) is None
