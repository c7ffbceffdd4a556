"""The channel contract, kept by every provider of the catalogue, on real or recorded replies."""

import dataclasses
import json
import logging

import pytest

from corredor.bench.parts.own_servers import free_port
from corredor.channels.base import Outcome, Result
from corredor.channels.catalogue import list_providers
from corredor.channels.fence import FencedProvider
from corredor.channels.sms.text import render_sms
from tests.servers.deadline import wait_until

from .cases import HTTP_PROVIDERS, QUIET, REACHING, SECRET, list_reaching, open_case


@pytest.fixture(params=list_providers())
def case(request):
    with open_case(request.param, request) as found:
        yield found


def test_no_channel_is_left_out():
    assert set(REACHING) == list_reaching()
    assert set(HTTP_PROVIDERS) == list_reaching() - {"web_push", "email"}


def test_its_name_and_capabilities_are_told(case):
    provider = case.build()
    assert provider.name == case.name
    assert 1 <= provider.capabilities.batch <= 1000
    provider.close()


def test_exactly_one_outcome_for_each_message(case):
    provider = case.build()
    outcomes = list(provider.send_many(case.messages(40)))
    provider.close()
    assert sorted(o.delivery_id for o in outcomes) == list(range(500, 540))
    assert {o.result for o in outcomes} == {Result.ACCEPTED}
    assert all(isinstance(o, Outcome) and o.code for o in outcomes)
    assert all(len(o.code) <= 32 and len(o.reference) <= 128 for o in outcomes)


def test_nothing_to_send_is_fine(case):
    provider = case.build()
    assert list(provider.send_many([])) == []
    provider.close()


def test_it_is_used_again_and_again(case):
    provider = case.build()
    for _ in range(3):
        assert len(list(provider.send_many(case.messages(5)))) == 5
    provider.close()


def test_drills_and_real_messages_never_mix(case):
    provider = case.build()
    assert isinstance(provider, FencedProvider)
    assert provider.takes_drills is (case.name == "drill_sink")
    wrong = [dataclasses.replace(m, is_drill=not m.is_drill) for m in case.messages(6)]
    outcomes = list(provider.send_many(wrong))
    assert {o.result for o in outcomes} == {Result.FAILED}
    assert {o.code for o in outcomes} == {"NOT_A_DRILL" if case.is_drill else "DRILL"}
    assert len(outcomes) == 6
    assert case.left() == 0
    mixed = [*case.messages(6)[:3], *wrong[3:]]
    assert sorted(o.result for o in provider.send_many(mixed)) == [Result.ACCEPTED] * 3 + [Result.FAILED] * 3
    provider.close()


HOSTILE_TEXTS = [
    "",
    "\0",
    "\r\n\r\n",
    "ñ" * 360,
    "مرحبا",
    "🙏🏽" * 60,
    "<script>alert(1)</script>",
    "\ud800",
    "%d %s {x}",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_breaks_it(case, text):
    provider = case.build()
    changes = {"title": text, "short": text, "standard": text, "long": text, "topic": text[:40]}
    outcomes = list(provider.send_many(case.messages(1, **changes)))
    provider.close()
    assert len(outcomes) == 1
    assert outcomes[0].result in (Result.ACCEPTED, Result.FAILED)


HOSTILE_ADDRESSES = ["", "\0", "x\r\nBcc: y@z.org", "ñ", "{}", "null", "\ud800", "a" * 5000, "+1 (312) 555"]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_no_address_breaks_it_or_comes_back(case, address, caplog):
    provider = case.build()
    with caplog.at_level(logging.DEBUG):
        (outcome,) = provider.send_many([dataclasses.replace(case.messages(1)[0], address=address)])
    provider.close()
    if len(address) > 3:
        assert address not in repr(outcome)
        assert not any(address in record.getMessage() for record in caplog.records)


def test_logs_and_outcomes_hold_nothing_personal(case, caplog):
    provider = case.build()
    messages = case.messages(3)
    with caplog.at_level(logging.DEBUG):
        outcomes = list(provider.send_many(messages))
    provider.close()
    lines = [r.getMessage() for r in caplog.records if r.name != "mail.log"]  # that is the test's own server
    told = " ".join([*lines, *map(repr, outcomes)])
    for secret in (messages[0].address, SECRET, "Quédese", "Quedese", "corredor.example"):
        assert secret not in told


def test_a_dead_provider_is_an_outcome_and_no_error(case):
    if case.name in QUIET:
        assert len(list(case.build().send_many(case.messages(2)))) == 2  # they have no provider
        return
    port = free_port()
    if case.name == "web_push":
        addresses = [json.dumps(json.loads(a) | {"endpoint": f"https://localhost:{port}/x"}) for a in case.addresses]
        provider = case.build(allowed_private_origins=[f"https://localhost:{port}"])
    else:
        addresses = case.addresses
        provider = case.build(host="127.0.0.1", port=port, url=f"http://127.0.0.1:{port}")
    messages = [dataclasses.replace(m, address=a) for m, a in zip(case.messages(12), addresses, strict=False)]
    outcomes = list(provider.send_many(messages))
    provider.close()
    assert sorted(o.delivery_id for o in outcomes) == [m.delivery_id for m in messages]
    assert {o.result for o in outcomes} == {Result.RETRY}


def test_what_a_message_takes_is_counted(case):
    provider, message = case.build(), case.messages(1, standard="Está aquí. " * 30)[0]
    (outcome,) = provider.send_many([message])
    provider.close()
    expected = render_sms(message)[1].segments if case.name.startswith("sms_") else 1
    assert outcome.segments == expected


def test_nothing_stays_open_behind_it(case):
    provider = case.build()
    list(provider.send_many(case.messages(5)))
    if case.remote is not None:
        assert case.remote.connected > 0  # kept for the next batch
    provider.close()
    if case.remote is not None:
        wait_until(lambda: case.remote.connected == 0, "the provider to be left")


def test_what_it_must_not_log_is_declared(case):
    provider = case.build()
    if case.settings:
        assert "address" in provider.redact
    provider.close()
    provider.close()  # a second time does no harm
