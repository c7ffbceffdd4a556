"""Telnyx: requests, signature, receipts and received texts."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.inbound import BadInbound, InboundText, Receipt
from corredor.channels.sms.telnyx.inbound import parse_telnyx
from corredor.channels.sms.telnyx.provider import TelnyxProvider
from corredor.channels.sms.telnyx.signature import is_signed
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

ID = "40385f64-5717-4562-b3fc-2c963f66afa6"
PROFILE = "4000eba1-a0c0-4563-9925-b25e842a7cb6"
QUEUED = (200, {}, json.dumps({"data": {"id": ID, "parts": 2, "to": [{"status": "queued"}]}}))


def send_one(*answers, **extra):
    with ProviderServer(*answers) as remote:
        values = {"url": remote.url, "key": "KEY1", "sender": "+13125550100"} | extra
        provider = TelnyxProvider.from_mapping(values)
        (outcome,) = provider.send_many([make_message(7, "+13125550101", standard="Está aquí.", link="")])
        provider.close()
    return outcome, remote.asked


def test_what_is_posted():
    outcome, (asked,) = send_one(QUEUED, receipt_url="https://corredor.example/hooks/receipt")
    assert (outcome.result, outcome.reference, outcome.segments) == (Result.ACCEPTED, ID, 2)
    assert asked.path == "/v2/messages"
    assert asked.headers["authorization"] == "Bearer KEY1"
    assert asked.json == {
        "from": "+13125550100",
        "to": "+13125550101",
        "text": "Esta aqui.",
        "type": "SMS",
        "webhook_url": "https://corredor.example/hooks/receipt?reference=d7",
        "use_profile_webhooks": False,
    }


def test_a_messaging_profile_is_named_as_one():
    _, (asked,) = send_one(QUEUED, sender=PROFILE)
    assert asked.json["messaging_profile_id"] == PROFILE
    assert "from" not in asked.json


@pytest.mark.parametrize("lacking", ["key", "sender"])
def test_what_is_missing_is_named(lacking):
    with pytest.raises(ProviderNotConfigured, match=f"sms_telnyx.*'{lacking}'"):
        TelnyxProvider.from_mapping({"key": "k", "sender": "+13125550100", lacking: ""})


OWN = Ed25519PrivateKey.generate()
KEY = base64.b64encode(OWN.public_key().public_bytes_raw()).decode()
BODY, AT = b'{"data": {}}', "1764000000"


def sign(body=BODY, at=AT, key=OWN):
    return base64.b64encode(key.sign(at.encode() + b"|" + body)).decode()


def test_a_call_signed_by_the_account_is_believed():
    for now_s in (1764000000, 1764000299, 1763999701):
        assert is_signed(BODY, timestamp=AT, signature=sign(), key=KEY, now_s=now_s)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b'{"data": []}'},
        {"timestamp": "1764000001"},
        {"signature": sign(key=Ed25519PrivateKey.generate())},
        {"signature": ""},
        {"signature": "ñ"},
        {"signature": "AAAA"},
        {"key": ""},
        {"key": "AAAA"},
        {"key": base64.b64encode(bytes(32)).decode()},
        {"timestamp": "-1"},
        {"timestamp": "x" * 99},
        {"now_s": 1764000301.0},
        {"now_s": 1763999699.0},
    ],
)
def test_anything_else_is_not(changes):
    asked = {"body": BODY, "timestamp": AT, "signature": sign(), "key": KEY, "now_s": 1764000000.0} | changes
    assert not is_signed(asked.pop("body"), **asked)


def event(kind, **payload):
    return {"data": {"event_type": kind, "payload": {"id": ID, **payload}}}


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        ("queued", "", (Result.ACCEPTED, False, "QUEUED")),
        ("sent", "", (Result.ACCEPTED, False, "SENT")),
        ("delivered", "", (Result.ACCEPTED, True, "DELIVERED")),
        ("delivery_unconfirmed", "", (Result.ACCEPTED, False, "DELIVERY_UNCONFIRMED")),
        ("delivery_failed", "40001", (Result.INVALID_ADDRESS, True, "40001 LANDLINE")),
        ("delivery_failed", "40002", (Result.FAILED, True, "40002 FILTERED")),
        ("delivery_failed", "40006", (Result.RETRY, True, "40006 UNREACHABLE")),
        ("sending_failed", "40318", (Result.RETRY, True, "40318 QUEUE_FULL")),
        ("sending_failed", "<script>", (Result.FAILED, True, "SENDING_FAILED")),
    ],
)
def test_receipts(status, error, expected):
    told = event("message.finalized", to=[{"status": status}], errors=[{"code": error}] if error else [])
    receipt = parse_telnyx(told, reference="d7-tag")
    assert isinstance(receipt, Receipt)
    assert (receipt.reference, receipt.provider_id) == ("d7-tag", ID)
    assert (receipt.result, receipt.is_final, receipt.code) == expected


def test_a_receipt_without_our_reference_is_passed_over():
    assert parse_telnyx(event("message.finalized", to=[{"status": "delivered"}])) is None


def test_texts():
    told = event(
        "message.received",
        **{"from": {"phone_number": "+13125550101"}, "to": [{"phone_number": "+13125550100"}], "text": "ALTO ñ"},
    )
    assert parse_telnyx(told) == InboundText("+13125550101", "+13125550100", "ALTO ñ", ID)


def test_events_that_are_no_concern_of_ours():
    for other in ({}, {"data": 7}, {"data": {"event_type": "fax.sending.started"}}):
        assert parse_telnyx(other) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"data": {"event_type": "message.received"}},
        event("message.received", text="x"),
        event("message.received", **{"from": {"phone_number": "+1"}}),
        event("message.finalized"),
        event("message.finalized", to=[{"status": "lost"}]),
        {"data": {"event_type": "message.sent", "payload": {"id": "x" * 65}}},
    ],
)
def test_what_lacks_something_is_refused(broken):
    with pytest.raises(BadInbound):
        parse_telnyx(broken, reference="d7-tag")
