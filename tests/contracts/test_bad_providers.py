"""The channel contract when the provider refuses, stalls, misleads or breaks: one outcome per message, in time."""

import json
import logging

import pytest

from corredor.channels.base import Result
from tests.servers import hostile
from tests.servers.provider import ProviderServer

from .cases import HTTP_PROVIDERS, REACHING, SECRET, open_case
from .recorded import REFUSALS


@pytest.fixture(params=REACHING)
def case(request):
    with open_case(request.param, request) as found:
        yield found


@pytest.fixture(params=HTTP_PROVIDERS)
def http_case(request):
    with open_case(request.param, request) as found:
        yield found


def send_all(provider, messages):
    outcomes = list(provider.send_many(messages))
    provider.close()
    assert sorted(o.delivery_id for o in outcomes) == sorted(m.delivery_id for m in messages)
    return outcomes


@pytest.mark.parametrize("recorded", REFUSALS, ids=lambda r: f"{r.provider}-{r.code}")
def test_recorded_refusals(recorded, request):
    with open_case(recorded.provider, request) as case:
        case.remote.answers = [recorded.answer]
        (outcome,) = send_all(case.build(), case.messages(1))
    assert (outcome.result, outcome.code) == (recorded.result, recorded.code)
    if recorded.after_s is not None:
        assert outcome.retry_after_s == recorded.after_s
    assert (outcome.retry_after_s is not None) is (recorded.result is Result.RETRY)


def test_every_http_channel_has_recorded_refusals():
    assert {r.provider for r in REFUSALS} == set(HTTP_PROVIDERS)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_provider_is_tried_again_when_it_says(http_case, status):
    http_case.remote.answers = [(status, {"Retry-After": "42"}, "<html>busy</html>")]
    outcomes = send_all(http_case.build(), http_case.messages(3))
    assert {o.result for o in outcomes} == {Result.RETRY}
    if http_case.name != "signal" or status != 429:  # which has a wait of its own for that
        assert {o.retry_after_s for o in outcomes} == {42.0}
    assert all(o.outcome_unknown for o in outcomes) or status != 504  # a proxy gave up: it may have gone


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refusal_without_reason_erases_nobody(http_case, status):
    http_case.remote.answers = [(status, {}, "")]
    outcomes = send_all(http_case.build(), http_case.messages(3))
    assert Result.INVALID_ADDRESS not in {o.result for o in outcomes}


BODIES = ["", "null", "[]", "[" * 9000, '"x"', "{", '{"errors": 7, "data": [], "code": {}, "result": null}', "\x00\xff"]


@pytest.mark.parametrize("body", BODIES, ids=lambda b: repr(b[:12]))
@pytest.mark.parametrize("status", [200, 201, 202, 400, 500])
def test_an_answer_that_makes_no_sense_is_an_outcome(http_case, status, body):
    http_case.remote.answers = [(status, {}, body)]
    outcomes = send_all(http_case.build(), http_case.messages(2))
    assert Result.INVALID_ADDRESS not in {o.result for o in outcomes}
    if status >= 500:
        assert {o.result for o in outcomes} == {Result.RETRY}


def test_a_provider_that_repeats_address_and_key_is_not_quoted(http_case, caplog):
    message = http_case.messages(1)[0]
    told = f"{message.address} {SECRET} {message.standard}"
    everything = {name: told for name in ("sid", "id", "code", "message", "error", "errcode", "description")}
    everything |= {"data": {"id": told}, "errors": [{"code": told}], "event_id": told, "timestamp": told}
    for status in (200, 400, 500):
        http_case.remote.answers = [(status, {}, json.dumps(everything))]
        with caplog.at_level(logging.DEBUG):
            (outcome,) = send_all(http_case.build(), [message])
        lines = " ".join([repr(outcome), *(record.getMessage() for record in caplog.records)])
        assert message.address not in lines
        assert SECRET not in lines


def test_nobody_is_led_elsewhere(http_case):
    with ProviderServer() as inside:
        for status in (301, 302, 307, 308):
            http_case.remote.answers = [(status, {"Location": f"{inside.url}/latest/meta-data"}, "")]
            (outcome,) = send_all(http_case.build(), http_case.messages(1))
            assert outcome.result in (Result.RETRY, Result.FAILED)
        assert inside.asked == []


SCRIPTS = [
    hostile.stall,
    hostile.drip,
    hostile.drip_body,
    hostile.flood_body,
    hostile.flood_head,
    hostile.redirect,
    hostile.rubbish,
    hostile.hang_up,
]
LOST = (hostile.stall, hostile.drip, hostile.hang_up, hostile.rubbish, hostile.flood_head)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.__name__)
def test_servers_that_mean_harm(case, certificate, script):
    is_clear = case.name == "email"
    with hostile.HostileServer(None if is_clear else certificate, script) as server:
        provider, messages = case.turn_to(server.origin, ca_file="" if is_clear else str(certificate.cert))
        outcomes = send_all(provider, messages)
    assert Result.INVALID_ADDRESS not in {o.result for o in outcomes}
    if script in LOST:
        assert {o.result for o in outcomes} == {Result.RETRY}
        if not is_clear:  # a mail server that does not greet has been given no mail
            assert any(o.outcome_unknown for o in outcomes)


def test_a_certificate_of_somebody_else_gets_no_secret(case, certificate):
    if case.name == "email":
        return  # its certificates have tests of their own, with a mail server
    asked = []
    with hostile.HostileServer(certificate, lambda sock, stop: asked.append(sock.recv(100))) as server:
        provider, messages = case.turn_to(server.origin)
        outcomes = send_all(provider, messages)
    assert {o.result for o in outcomes} == {Result.RETRY}
    assert asked == []
