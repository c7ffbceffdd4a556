"""One set of promises, kept by every channel in the registry: what the port says, on real or recorded replies."""

import dataclasses
import json
import logging
from collections.abc import Callable

import pytest

from corredor.channels.base import Channel, Message, Outcome, Result
from corredor.channels.fence import FencedChannel
from corredor.channels.registry import build_channel, list_channels
from tests.channels.message import make_message
from tests.servers.binary import free_port
from tests.servers.provider import Provider

TWILIO = (201, {}, json.dumps({"sid": "SM" + "a" * 32, "status": "queued"}))
KANNEL = (202, {}, "0: Accepted for delivery")
NUMBERS = [f"+1312555{n:04d}" for n in range(100, 140)]


@dataclasses.dataclass
class Case:
    """A working channel, its settings, addresses it can reach, and how to count what left the machine."""

    name: str
    settings: dict[str, object]
    addresses: list[str]
    left: Callable[[], int]
    is_drill: bool = False

    def build(self, **changes: object) -> Channel:
        return build_channel(self.name, {self.name: {**self.settings, **changes}})

    def messages(self, count: int, **changes: object) -> list[Message]:
        return [make_message(500 + n, self.addresses[n], is_drill=self.is_drill, **changes) for n in range(count)]


@pytest.fixture(params=list_channels())
def case(request):
    name = request.param
    if name == "web_push":
        service = request.getfixturevalue("push_service")
        browsers = [service.subscribe() for _ in range(40)]
        key = request.getfixturevalue("vapid_key")
        yield Case(
            name, service.settings(key), [b.address for b in browsers], lambda: sum(len(b.received) for b in browsers)
        )
    elif name == "email":
        box = request.getfixturevalue("mailbox")
        yield Case(name, box.settings(), [f"p{n}@example.org" for n in range(40)], lambda: len(box.mails))
    elif name.startswith("sms_"):
        with Provider(TWILIO if name == "sms_twilio" else KANNEL) as provider:
            settings = {
                "url": provider.url,
                "user": "u",
                "password": "secret-word",
                "account": "AC1",
                "token": "secret-word",
                "sender": "+13125550100",
            }
            yield Case(name, settings, NUMBERS, lambda: len(provider.asked))
    else:
        yield Case(name, {}, NUMBERS, lambda: 0, is_drill=name == "drill_sink")


def test_its_name_and_capabilities_are_told(case):
    channel = case.build()
    assert channel.name == case.name
    assert 1 <= channel.capabilities.batch <= 1000
    channel.close()


def test_exactly_one_outcome_for_each_message(case):
    channel = case.build()
    outcomes = list(channel.send_many(case.messages(40)))
    channel.close()
    assert sorted(o.delivery_id for o in outcomes) == list(range(500, 540))
    assert {o.result for o in outcomes} == {Result.ACCEPTED}
    assert all(isinstance(o, Outcome) and o.code for o in outcomes)
    assert all(len(o.code) <= 32 and len(o.reference) <= 128 for o in outcomes)


def test_nothing_to_send_is_fine(case):
    channel = case.build()
    assert list(channel.send_many([])) == []
    channel.close()


def test_it_is_used_again_and_again(case):
    channel = case.build()
    for _ in range(3):
        assert len(list(channel.send_many(case.messages(5)))) == 5
    channel.close()


def test_drills_and_real_messages_never_mix(case):
    channel = case.build()
    assert isinstance(channel, FencedChannel)
    assert channel.takes_drills is (case.name == "drill_sink")
    wrong = [dataclasses.replace(m, is_drill=not m.is_drill) for m in case.messages(6)]
    outcomes = list(channel.send_many(wrong))
    assert {o.result for o in outcomes} == {Result.FAILED}
    assert {o.code for o in outcomes} == {"NOT_A_DRILL" if case.is_drill else "DRILL"}
    assert len(outcomes) == 6
    assert case.left() == 0
    mixed = [*case.messages(6)[:3], *wrong[3:]]
    assert sorted(o.result for o in channel.send_many(mixed)) == [Result.ACCEPTED] * 3 + [Result.FAILED] * 3
    channel.close()


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
    channel = case.build()
    changes = {"title": text, "short": text, "standard": text, "long": text, "topic": text[:40]}
    outcomes = list(channel.send_many(case.messages(1, **changes)))
    channel.close()
    assert len(outcomes) == 1
    assert outcomes[0].result in (Result.ACCEPTED, Result.FAILED)


HOSTILE_ADDRESSES = ["", "\0", "x\r\nBcc: y@z.org", "ñ", "{}", "null", "\ud800", "a" * 5000, "+1 (312) 555"]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_no_address_breaks_it_or_comes_back(case, address, caplog):
    channel = case.build()
    with caplog.at_level(logging.DEBUG):
        (outcome,) = channel.send_many([dataclasses.replace(case.messages(1)[0], address=address)])
    channel.close()
    if len(address) > 3:
        assert address not in repr(outcome)
        assert not any(address in record.getMessage() for record in caplog.records)


def test_logs_and_outcomes_hold_nothing_personal(case, caplog):
    channel = case.build()
    messages = case.messages(3)
    with caplog.at_level(logging.DEBUG):
        outcomes = list(channel.send_many(messages))
    channel.close()
    lines = [r.getMessage() for r in caplog.records if r.name != "mail.log"]  # that is the test's own server
    told = " ".join([*lines, *map(repr, outcomes)])
    for secret in (messages[0].address, "secret-word", "Quédese", "Quedese", "corredor.example"):
        assert secret not in told


def test_a_dead_provider_is_an_outcome_and_no_error(case):
    if case.name in ("blackhole", "console", "drill_sink"):
        assert len(list(case.build().send_many(case.messages(2)))) == 2  # they have no provider
        return
    port = free_port()
    if case.name == "web_push":
        addresses = [json.dumps(json.loads(a) | {"endpoint": f"https://localhost:{port}/x"}) for a in case.addresses]
        channel = case.build(allowed_private_origins=[f"https://localhost:{port}"])
    else:
        addresses = case.addresses
        channel = case.build(host="127.0.0.1", port=port, url=f"http://127.0.0.1:{port}")
    messages = [dataclasses.replace(m, address=a) for m, a in zip(case.messages(12), addresses, strict=False)]
    outcomes = list(channel.send_many(messages))
    channel.close()
    assert sorted(o.delivery_id for o in outcomes) == [m.delivery_id for m in messages]
    assert {o.result for o in outcomes} == {Result.RETRY}


def test_what_it_must_not_log_is_declared(case):
    channel = case.build()
    if case.settings:
        assert "address" in channel.redact
    channel.close()
    channel.close()  # a second time does no harm
