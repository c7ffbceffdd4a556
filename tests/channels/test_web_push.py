"""Web push to a service that decrypts by the RFCs, and to malicious endpoints."""

import json
from datetime import UTC, datetime
from email.utils import formatdate
from time import time

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.outgoing import Limits
from corredor.channels.push.payload import topic_header
from corredor.channels.push.provider import WebPushProvider, WebPushSettings
from tests.channels.message import WORDS, make_message
from tests.servers import hostile

QUICK = Limits(connect_s=2.0, reply_s=0.6, rest_after=3, rest_s=60.0)


@pytest.fixture
def provider(push_service, vapid_key):
    made = WebPushProvider.from_mapping(push_service.settings(vapid_key))
    yield made
    made.close()


def send(provider, *messages):
    outcomes = list(provider.send_many(messages))
    assert sorted(o.delivery_id for o in outcomes) == sorted(m.delivery_id for m in messages)
    return {o.delivery_id: o for o in outcomes}


def test_a_browser_reads_what_was_sent(provider, push_service):
    browser = push_service.subscribe()
    outcome = send(provider, make_message(7, browser.address))[7]
    assert (outcome.result, outcome.code) == (Result.ACCEPTED, "201")
    assert push_service.refusals == []
    (push,) = browser.received
    sent_at = datetime.fromisoformat(push.payload.pop("sent_at"))
    assert abs((datetime.now(UTC) - sent_at).total_seconds()) < 60
    assert push.payload == {
        "title": WORDS["title"],
        "body": WORDS["standard"],
        "link": WORDS["link"],
        "status": WORDS["status"],
        "leave": WORDS["unsubscribe_link"],
        "tag": WORDS["topic"],
        "lang": "es",
        "urgent": True,
        "receipt": "d7",
    }
    assert push.headers["ttl"] == "14400"
    assert push.headers["urgency"] == "high"
    assert push.headers["topic"] == "i-7kq"
    assert "cookie" not in push.headers
    assert b"Kedzie" not in push.body


def test_many_go_over_few_connections_with_one_token(provider, push_service):
    browsers = [push_service.subscribe() for _ in range(300)]
    outcomes = send(provider, *(make_message(i, b.address) for i, b in enumerate(browsers)))
    assert {o.result for o in outcomes.values()} == {Result.ACCEPTED}
    assert all(len(b.received) == 1 for b in browsers)
    assert push_service.connections <= 24
    assert len(push_service.tokens) == 1
    assert list(push_service.by_vapid_key) == [provider.public_key]
    before = push_service.connections
    send(provider, *(make_message(i, b.address) for i, b in enumerate(browsers)))
    assert push_service.connections == before  # kept from the first batch


def test_every_message_looks_alike_to_the_service(provider, push_service):
    browser = push_service.subscribe()
    send(provider, make_message(1, browser.address), make_message(2, browser.address, standard="x", language="en"))
    assert len({len(push.body) for push in browser.received}) == 1


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        (404, Result.INVALID_ADDRESS, "404"),
        (410, Result.INVALID_ADDRESS, "410"),
        (400, Result.FAILED, "400"),
        (403, Result.FAILED, "403"),
        (413, Result.FAILED, "413"),
        (429, Result.RETRY, "429"),
        (500, Result.RETRY, "500"),
        (503, Result.RETRY, "503"),
        (202, Result.ACCEPTED, "202"),
    ],
)
def test_what_a_status_means(provider, push_service, answer, result, code):
    browser = push_service.subscribe(answer)
    outcome = send(provider, make_message(1, browser.address))[1]
    assert (outcome.result, outcome.code) == (result, code)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        (lambda: formatdate(time() + 90, usegmt=True), 85, 91),
        ("99999999", 3600, 3600),
        ("soon", 1, 60),
    ],
)
def test_retry_after_is_heeded(provider, push_service, header, least, most):
    value = header() if callable(header) else header
    browser = push_service.subscribe((429, {"Retry-After": value}))
    outcome = send(provider, make_message(1, browser.address))[1]
    assert outcome.result is Result.RETRY
    assert least <= outcome.retry_after_s <= most


KEYS = {  # the receiver of RFC 8291's example
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "SUBSCRIPTION_NOT_JSON"),
        ("not json", "SUBSCRIPTION_NOT_JSON"),
        ("[]", "SUBSCRIPTION_NOT_JSON"),
        ("[" * 4000, "SUBSCRIPTION_NOT_JSON"),
        ("x" * 5000, "SUBSCRIPTION_TOO_LONG"),
        (json.dumps({"endpoint": 5, "keys": KEYS}), "SUBSCRIPTION_NOT_JSON"),
        (json.dumps({"endpoint": "ftp://push.example/x", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "http://push.example/x", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "https://push.example/x\r\nX-Evil: 1", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "https://user:pass@push.example/x", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "https://push.example:99999/x", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "https:///x", "keys": KEYS}), "ENDPOINT_NOT_A_URL"),
        (json.dumps({"endpoint": "https://push.example/x", "keys": {**KEYS, "auth": "AA"}}), "KEY_WRONG_LENGTH"),
        (json.dumps({"endpoint": "https://push.example/x", "keys": {**KEYS, "p256dh": "!"}}), "KEY_NOT_BASE64"),
        (
            json.dumps({"endpoint": "https://push.example/x", "keys": {**KEYS, "p256dh": "BA" + "A" * 85}}),
            "KEY_OFF_CURVE",
        ),
    ],
)
def test_a_broken_subscription_is_gone_and_holds_up_nobody(provider, push_service, address, code):
    browser = push_service.subscribe()
    outcomes = send(provider, make_message(1, address), make_message(2, browser.address))
    assert (outcomes[1].result, outcomes[1].code) == (Result.INVALID_ADDRESS, code)
    assert outcomes[2].result is Result.ACCEPTED


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_private_addresses_are_never_reached(push_service, vapid_key, host):
    port = push_service.origin.rpartition(":")[2]
    settings = push_service.settings(vapid_key) | {"allowed_private_origins": []}
    provider = WebPushProvider.from_mapping(settings)
    address = json.dumps({"endpoint": f"https://{host}:{port}/push/x", "keys": KEYS})
    outcome = send(provider, make_message(1, address))[1]
    provider.close()
    assert (outcome.result, outcome.code) == (Result.FAILED, "PRIVATE_ADDRESS")
    assert push_service.connections == 0


def test_a_name_that_nobody_has_is_tried_again(provider):
    address = json.dumps({"endpoint": "https://push.invalid/x", "keys": KEYS})
    outcome = send(provider, make_message(1, address))[1]
    assert (outcome.result, outcome.code) == (Result.RETRY, "CANNOT_RESOLVE")


def test_nobody_listening_is_tried_again(vapid_key, certificate):
    from corredor.bench.parts.own_servers import free_port

    origin = f"https://localhost:{free_port()}"
    provider = hostile_provider(vapid_key, certificate, origin)
    outcome = send(provider, make_message(1, json.dumps({"endpoint": origin + "/x", "keys": KEYS})))[1]
    provider.close()
    assert (outcome.result, outcome.code) == (Result.RETRY, "CANNOT_CONNECT")


def test_an_untrusted_certificate_is_refused(push_service, vapid_key):
    provider = WebPushProvider.from_mapping(push_service.settings(vapid_key) | {"ca_file": None})
    outcome = send(provider, make_message(1, push_service.subscribe().address))[1]
    provider.close()
    assert (outcome.result, outcome.code) == (Result.RETRY, "TLS_FAILED")


def hostile_provider(vapid_key, certificate, *origins):
    return WebPushProvider(
        WebPushSettings(
            vapid_key_path=vapid_key,
            vapid_contact="mailto:steward@example.org",
            allowed_private_origins=origins,
            ca_file=str(certificate.cert),
            limits=QUICK,
        )
    )


@pytest.mark.parametrize(
    ("script", "result", "code"),
    [
        (hostile.stall, Result.RETRY, "TIMED_OUT"),
        (hostile.drip, Result.RETRY, "TIMED_OUT"),
        (hostile.drip_body, Result.ACCEPTED, "201"),
        (hostile.flood_body, Result.RETRY, "500"),
        (hostile.flood_head, Result.RETRY, "BROKEN_REPLY"),
        (hostile.redirect, Result.FAILED, "REDIRECT"),
        (hostile.rubbish, Result.RETRY, "BROKEN_REPLY"),
        (hostile.hang_up, Result.RETRY, "CLOSED"),
        (hostile.chunked, Result.ACCEPTED, "201"),
    ],
)
def test_endpoints_that_mean_harm(certificate, vapid_key, push_service, script, result, code):
    with hostile.HostileServer(certificate, script) as server:
        provider = hostile_provider(vapid_key, certificate, server.origin, push_service.origin)
        good = push_service.subscribe()
        bad = json.dumps({"endpoint": server.origin + "/x", "keys": KEYS})
        outcomes = send(provider, make_message(1, bad), make_message(2, good.address))
        provider.close()
    assert (outcomes[1].result, outcomes[1].code) == (result, code)
    assert outcomes[2].result is Result.ACCEPTED


def test_an_origin_that_stalls_is_left_alone_and_the_others_go_on(certificate, vapid_key, push_service):
    with hostile.HostileServer(certificate, hostile.stall) as server:
        provider = hostile_provider(vapid_key, certificate, server.origin, push_service.origin)
        bad = json.dumps({"endpoint": server.origin + "/x", "keys": KEYS})
        good = [push_service.subscribe() for _ in range(40)]
        messages = [make_message(i, bad) for i in range(200)]
        messages += [make_message(1000 + i, b.address) for i, b in enumerate(good)]
        order = [o.delivery_id for o in provider.send_many(messages)]
        first_bad = order.index(next(i for i in order if i < 1000))
        outcomes = send(provider, make_message(1, bad), make_message(2, good[0].address))
        provider.close()
    assert len(order) == 240
    assert first_bad == 40  # all good ones were done before the first bad one timed out
    # a free place may be taken again in the moment between the first silence and the one that brings the rest
    assert server.connections <= QUICK.per_origin + QUICK.rest_after
    assert (outcomes[1].code, outcomes[1].retry_after_s) == ("ORIGIN_RESTING", 30.0)
    assert outcomes[2].result is Result.ACCEPTED


def test_a_kept_connection_that_was_closed_is_replaced_unseen(certificate, vapid_key):
    with hostile.HostileServer(certificate, hostile.chunked) as server:
        provider = hostile_provider(vapid_key, certificate, server.origin)
        address = json.dumps({"endpoint": server.origin + "/x", "keys": KEYS})
        results = [send(provider, make_message(i, address))[i].result for i in range(5)]
        provider.close()
    assert results == [Result.ACCEPTED] * 5


def test_a_caller_may_stop_in_the_middle(provider, push_service):
    browsers = [push_service.subscribe() for _ in range(100)]
    outcomes = provider.send_many([make_message(i, b.address) for i, b in enumerate(browsers)])
    next(outcomes)
    outcomes.close()
    assert send(provider, make_message(1, browsers[0].address))[1].result is Result.ACCEPTED


def test_topics_are_as_the_rfc_allows():
    assert topic_header("i-7kq") == "i-7kq"
    assert topic_header("") == ""
    for strange in ("señal 7", "x" * 33, "a/b", "a\r\nb"):
        assert len(topic_header(strange)) == 32
        assert topic_header(strange) == topic_header(strange) != topic_header(strange + "!")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"vapid_key_path": ""}, "vapid_key_path"),
        ({"vapid_key_path": "/nowhere/vapid.pem"}, "vapid_key_path"),
        ({"vapid_contact": ""}, "vapid_contact"),
        ({"vapid_contact": "steward"}, "vapid_contact"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file"),
        ({"ttl_s": "long"}, "ttl_s"),
        ({"allowed_private_origins": "x"}, "allowed_private_origins"),
    ],
)
def test_what_is_missing_is_named(push_service, vapid_key, change, named):
    with pytest.raises(ProviderNotConfigured, match=f"web_push.*{named}"):
        WebPushProvider.from_mapping(push_service.settings(vapid_key) | change)


def test_a_vapid_file_with_rubbish_is_named(push_service, vapid_key):
    vapid_key.write_text("rubbish")
    with pytest.raises(ProviderNotConfigured, match="vapid_key_path"):
        WebPushProvider.from_mapping(push_service.settings(vapid_key))
