"""Twilio-compatible providers: requests, outcomes, signatures, receipts and received texts."""

import base64
import json

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.inbound import BadInbound, InboundText
from corredor.channels.sms.twilio.inbound import parse_receipt, parse_text
from corredor.channels.sms.twilio.provider import TwilioProvider
from corredor.channels.sms.twilio.signature import is_signed, sign
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

ACCOUNT, TOKEN = "AC" + "0" * 32, "only-for-tests"
QUEUED = (201, {}, json.dumps({"sid": "SM" + "a" * 32, "status": "queued", "num_segments": "1"}))


def refusal(status, code):
    return (status, {}, json.dumps({"code": code, "message": "x", "status": status}))


def build(remote, **extra):
    values = {"url": remote.url, "account": ACCOUNT, "token": TOKEN, "sender": "+13125550100"} | extra
    return TwilioProvider.from_mapping(values)


def send_one(*answers, **extra):
    with ProviderServer(*answers) as remote:
        provider = build(remote, **extra)
        (outcome,) = provider.send_many([make_message(7, "+13125550101", standard="Está aquí.", link="")])
        provider.close()
    return outcome, remote.asked


def test_what_is_posted():
    outcome, (asked,) = send_one(QUEUED, receipt_url="https://corredor.example/hook/receipt")
    assert outcome.result is Result.ACCEPTED
    assert outcome.reference == "SM" + "a" * 32
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode() == f"{ACCOUNT}:{TOKEN}"
    assert asked.form == {
        "To": "+13125550101",
        "From": "+13125550100",
        "Body": "Esta aqui.",
        "ValidityPeriod": "14400",
        "StatusCallback": "https://corredor.example/hook/receipt?reference=d7",
    }


def test_a_messaging_service_is_named_as_one():
    service = "MG" + "b" * 32
    _, (asked,) = send_one(QUEUED, sender=service)
    assert asked.form["MessagingServiceSid"] == service
    assert "From" not in asked.form


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        (refusal(400, 21211), Result.INVALID_ADDRESS, "21211 UNKNOWN"),
        (refusal(400, 21610), Result.INVALID_ADDRESS, "21610 STOPPED"),
        (refusal(400, 21614), Result.INVALID_ADDRESS, "21614 LANDLINE"),
        (refusal(400, 21612), Result.FAILED, "21612"),
        (refusal(400, 30034), Result.FAILED, "30034 UNREGISTERED"),
        (refusal(400, 21611), Result.RETRY, "21611 QUEUE_FULL"),
        (refusal(401, 20003), Result.RETRY, "20003 ACCOUNT"),
        (refusal(404, 20404), Result.RETRY, "20404"),
        (refusal(429, 20429), Result.RETRY, "20429 THROUGHPUT"),
        ((503, {}, "<html>"), Result.RETRY, "503"),
        ((302, {"Location": "http://169.254.169.254/"}, ""), Result.RETRY, "302"),
        ((400, {}, "[]"), Result.FAILED, "400"),
        ((400, {}, "[" * 9000), Result.FAILED, "400"),
    ],
)
def test_what_the_answers_mean(answer, result, code):
    outcome, asked = send_one(answer)
    assert (outcome.result, outcome.code) == (result, code)
    assert len(asked) == 1


def test_retry_after_is_heeded():
    outcome, _ = send_one((429, {"Retry-After": "42"}, "{}"))
    assert outcome.retry_after_s == 42.0


@pytest.mark.parametrize("lacking", ["account", "token", "sender"])
def test_what_is_missing_is_named(lacking):
    values = {"account": ACCOUNT, "token": TOKEN, "sender": "+13125550100", lacking: ""}
    with pytest.raises(ProviderNotConfigured, match=f"sms_twilio.*'{lacking}'"):
        TwilioProvider.from_mapping(values)


# The provider's own published example.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PARAMS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


def test_the_published_signature():
    assert sign(URL, PARAMS, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_signed(URL, PARAMS, signature="RSOYDt4T1cUTdK1PDd93/VVr8B8=", token="12345")


@pytest.mark.parametrize(
    ("url", "params", "token"),
    [
        (URL + "3", PARAMS, "12345"),
        (URL.replace("https", "http"), PARAMS, "12345"),
        (URL, PARAMS | {"Digits": "1235"}, "12345"),
        (URL, PARAMS | {"New": "x"}, "12345"),
        (URL, PARAMS, "12346"),
        (URL, PARAMS, ""),
    ],
)
def test_anything_changed_is_not_signed(url, params, token):
    assert not is_signed(url, params, signature="RSOYDt4T1cUTdK1PDd93/VVr8B8=", token=token)


def test_strange_signatures_are_refused_and_do_not_fail():
    for strange in ("", "ñ", "=" * 9999):
        assert not is_signed(URL, PARAMS, signature=strange, token="12345")
    assert not is_signed(URL, {}, signature=sign(URL, {}, ""), token="")


def test_fields_posted_twice_count_once_each():
    assert sign(URL, {"A": ["2", "1", "2"]}, "t") == sign(URL, {"A": ["1", "2"]}, "t")
    assert sign(URL, {"A": ["x"]}, "t") == sign(URL, {"A": "x"}, "t")


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        ("queued", "", (Result.ACCEPTED, False, "QUEUED")),
        ("sent", "", (Result.ACCEPTED, False, "SENT")),
        ("delivered", "", (Result.ACCEPTED, True, "DELIVERED")),
        ("undelivered", "30003", (Result.RETRY, True, "30003 UNREACHABLE")),
        ("undelivered", "30005", (Result.INVALID_ADDRESS, True, "30005 UNKNOWN")),
        ("undelivered", "30006", (Result.INVALID_ADDRESS, True, "30006 LANDLINE")),
        ("undelivered", "30007", (Result.FAILED, True, "30007 FILTERED")),
        ("failed", "<script>", (Result.FAILED, True, "FAILED")),
    ],
)
def test_receipts(status, error, expected):
    params = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": error}
    receipt = parse_receipt(params, reference="d7-tag")
    assert (receipt.reference, receipt.provider_id) == ("d7-tag", "SM1")
    assert (receipt.result, receipt.is_final, receipt.code) == expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("30005", "DEAD_NUMBER"),
        ("30006", "LANDLINE"),
        ("21610", "BLOCKED"),
        ("30007", "FILTERED"),
        ("30034", "UNREGISTERED"),
        ("30003", "UNREACHABLE"),
        ("30023", "LIMIT"),
        ("30008", "UNREACHABLE"),
        ("99999", "OTHER"),
        ("", "OTHER"),
    ],
)
def test_carriers_errors_have_a_class(code, reason):
    params = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": code}
    assert parse_receipt(params, reference="d7").reason == reason


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"MessageSid": "SM1"},
        {"MessageStatus": "sent"},
        {"MessageSid": "SM1", "MessageStatus": "lost"},
        {"MessageSid": "x" * 65, "MessageStatus": "sent"},
    ],
)
def test_receipts_that_lack_something(params):
    with pytest.raises(BadInbound):
        parse_receipt(params, reference="d7")


@pytest.mark.parametrize("reference", ["", "x" * 65])
def test_a_receipt_without_our_reference(reference):
    with pytest.raises(BadInbound, match="reference"):
        parse_receipt({"MessageSid": "SM1", "MessageStatus": "sent"}, reference=reference)


def test_texts():
    params = {"From": "+13125550101", "To": "+13125550100", "Body": "ALTO ñ", "MessageSid": "SM9"}
    assert parse_text(params) == InboundText("+13125550101", "+13125550100", "ALTO ñ", "SM9")
    for lacking in ("From", "Body"):
        with pytest.raises(BadInbound):
            parse_text({k: v for k, v in params.items() if k != lacking})
