"""Texts through a real Kannel to an SMPP carrier, and the receipts."""

from urllib.parse import parse_qsl

import pytest

from corredor.bench.parts.own_servers import free_port
from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.inbound import BadInbound, InboundText, Receipt
from corredor.channels.sms.gateway import inbound as gateway
from corredor.channels.sms.gateway.provider import GatewayProvider
from tests.channels.message import make_message
from tests.servers.deadline import wait_until
from tests.servers.kannel import Kannel

SPANISH = "¡Atención! ¿Dónde está? Quédese dentro, señora Núñez. Costo: 5€ [fin]"


@pytest.fixture
def provider(kannel):
    made = GatewayProvider.from_mapping(kannel.settings())
    yield made
    made.close()


def arrived(carrier, number):
    return wait_until(lambda: [t for t in carrier.texts if t.number.lstrip("+") == number.lstrip("+")], "the text")


def receipts_for(kannel, reference):
    calls = [q for q in kannel.called("/receipt") if q.get("reference") == reference]
    return [gateway.parse_kannel_receipt(q) for q in calls]


@pytest.mark.kannel
def test_a_spanish_text_arrives_in_the_cheap_alphabet(provider, carrier):
    (outcome,) = provider.send_many([make_message(901, "+13125550101", standard=SPANISH, link="")])
    assert (outcome.result, outcome.code, outcome.reference) == (Result.ACCEPTED, "202", "d901")
    (text,) = arrived(carrier, "+13125550101")
    assert text.text == "¡Atencion! ¿Donde esta? Quédese dentro, señora Nuñez. Costo: 5€ [fin]"
    assert (text.coding, text.segments, outcome.segments) == (0, 1, 1)


@pytest.mark.kannel
def test_a_long_text_arrives_whole_in_the_segments_we_planned(provider, carrier):
    words = "Quédese dentro. Pershing y Kedzie; visto 10:42. " * 7
    (outcome,) = provider.send_many([make_message(902, "+13125550102", standard=words[:340], link="")])
    (text,) = arrived(carrier, "+13125550102")
    assert text.text == words[:340].strip()
    assert text.segments == outcome.segments == 3


@pytest.mark.kannel
def test_another_script_arrives_in_the_long_alphabet(provider, carrier):
    words = "Увага: залишайтеся вдома. Pershing / Kedzie."
    (outcome,) = provider.send_many([make_message(903, "+13125550103", standard=words, link="")])
    (text,) = arrived(carrier, "+13125550103")
    assert (text.text, text.coding, text.segments, outcome.segments) == (words, 8, 1, 1)


@pytest.mark.kannel
def test_the_link_is_added_once(provider, carrier):
    with_link = make_message(904, "+13125550104", standard="Vea https://corredor.example/i/7kq ahora")
    list(provider.send_many([with_link, make_message(905, "+13125550105", standard="Confirmado.")]))
    assert arrived(carrier, "+13125550104")[0].text == "Vea https://corredor.example/i/7kq ahora"
    assert arrived(carrier, "+13125550105")[0].text == "Confirmado. https://corredor.example/i/7kq"


@pytest.mark.kannel
def test_receipts_come_back_with_our_reference(provider, kannel):
    list(provider.send_many([make_message(906, "+13125550106"), make_message(907, "+13125550199")]))
    good = wait_until(lambda: [r for r in receipts_for(kannel, "d906") if r.is_final], "the receipt")
    bad = wait_until(lambda: [r for r in receipts_for(kannel, "d907") if r.is_final], "the receipt")
    assert (good[-1].result, bad[-1].result) == (Result.ACCEPTED, Result.FAILED)
    assert bad[-1].code == "027"


@pytest.mark.kannel
def test_a_hundred_texts_each_once(provider, carrier):
    numbers = [f"+1312556{n:04d}" for n in range(100)]
    outcomes = list(provider.send_many([make_message(2000 + i, n) for i, n in enumerate(numbers)]))
    assert sorted(o.delivery_id for o in outcomes) == list(range(2000, 2100))
    assert {o.result for o in outcomes} == {Result.ACCEPTED}
    wait_until(lambda: sum("312556" in t.number for t in carrier.texts) >= 100, "all texts")
    assert sorted(t.number.lstrip("+") for t in carrier.texts if "312556" in t.number) == [
        n.lstrip("+") for n in numbers
    ]


def read_bytes(raw):
    pairs = parse_qsl(raw, keep_blank_values=True, encoding="latin-1")
    return {name: value.encode("latin-1") for name, value in pairs}


@pytest.mark.kannel
@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("13125550107", "agentes en la 39 y kedzie, ¿qué hago? señora"),
        ("13125550117", "ayúdame, está aquí 🙏"),
        ("13125550127", "señora, ALTO ñ @ è"),
        ("13125550137", "stop"),
    ],
)
def test_a_text_from_a_phone_reaches_our_page(kannel, carrier, sender, words):
    carrier.say(sender, "3125550100", words)
    (raw,) = wait_until(lambda: [q for q in kannel.raw_queries("/text") if sender in q], "the text")
    text = gateway.parse_kannel_text(read_bytes(raw))
    assert text.text == words
    assert text.sender.endswith(sender)
    assert text.recipient.endswith("3125550100")
    assert text.reference


@pytest.mark.kannel
def test_a_wrong_password_is_tried_again_later(kannel):
    provider = GatewayProvider.from_mapping(kannel.settings(password="wrong"))
    (outcome,) = provider.send_many([make_message(1, "+13125550108")])
    provider.close()
    assert (outcome.result, outcome.code, outcome.retry_after_s) == (Result.RETRY, "403", 60.0)


@pytest.mark.kannel
def test_kannels_fake_carrier_gets_the_line(tmp_path):
    with Kannel(tmp_path) as kannel, kannel.fake_phone() as phone:
        provider = GatewayProvider.from_mapping(kannel.settings(form="short"))
        (outcome,) = provider.send_many([make_message(1, "+13125550109", short="Confirmado.", link="")])
        provider.close()
        assert outcome.result is Result.ACCEPTED
        line = phone.makefile("rb").readline()
    assert line.split()[1:2] == [b"+13125550109"]
    assert b"Confirmado." in line


def test_a_gateway_that_is_down_loses_nobody():
    provider = GatewayProvider.from_mapping(
        {"url": f"http://127.0.0.1:{free_port()}/send", "user": "u", "password": "p"}
    )
    outcomes = list(provider.send_many([make_message(n, "+13125550110") for n in range(30)]))
    provider.close()
    assert {o.result for o in outcomes} == {Result.RETRY}
    assert len(outcomes) == 30


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, "url"),
        ({"url": "gateway"}, "url"),
        ({"url": "http://h/s", "password": "p"}, "user"),
        ({"url": "http://h/s", "user": "u"}, "password"),
        ({"url": "http://h/s", "user": "u", "password": "p", "dialect": "morse"}, "dialect"),
        ({"url": "http://h/s", "user": "u", "password": "p", "form": "long"}, "form"),
    ],
)
def test_what_is_missing_is_named(values, named):
    with pytest.raises(ProviderNotConfigured, match=f"sms_gateway.*'{named}'"):
        GatewayProvider.from_mapping(values)


@pytest.mark.parametrize(
    ("kind", "result", "is_final", "reason"),
    [
        ("1", "ACCEPTED", True, ""),
        ("2", "FAILED", True, "OTHER"),
        ("4", "ACCEPTED", False, ""),
        ("8", "ACCEPTED", False, ""),
        ("16", "FAILED", True, "FILTERED"),
    ],
)
def test_kinds_of_receipt(kind, result, is_final, reason):
    receipt = gateway.parse_kannel_receipt({"reference": "d5", "kind": kind, "answer": "NACK/x"})
    assert receipt == Receipt("d5", Result(result), is_final, code=kind, reason=reason)


def test_only_the_carrier_s_own_dead_codes_make_a_dead_number():
    query = {"reference": "d5", "kind": "2", "answer": "id:1 stat:UNDELIV err:001 text:"}
    assert gateway.parse_kannel_receipt(query).result is Result.FAILED
    dead = gateway.parse_kannel_receipt(query, dead_codes=("001",))
    assert (dead.result, dead.reason, dead.code) == (Result.INVALID_ADDRESS, "DEAD_NUMBER", "001")
    arrived = gateway.parse_kannel_receipt(query | {"kind": "1"}, dead_codes=("001",))
    assert arrived.result is Result.ACCEPTED


@pytest.mark.parametrize(
    "query",
    [{}, {"kind": "1"}, {"reference": "d1"}, {"reference": "d1", "kind": "3"}, {"reference": "x" * 65, "kind": "1"}],
)
def test_receipts_that_lack_something(query):
    with pytest.raises(BadInbound):
        gateway.parse_kannel_receipt(query)


@pytest.mark.parametrize("query", [{}, {"from": b"+1312"}, {"text": b"x"}, {"from": b"x" * 33, "text": b"x"}])
def test_texts_that_lack_something(query):
    with pytest.raises(BadInbound):
        gateway.parse_kannel_text(query)


@pytest.mark.parametrize(
    ("text", "charset", "words"),
    [
        ("alto".encode("utf-16-be"), b"UTF-16BE", "alto"),  # readable as UTF-8 too, and wrong so
        ("está".encode(), b"UTF-8", "está"),
        ("está".encode(), b"", "está"),
        ("está".encode("latin-1"), b"", "está"),
        ("está".encode("latin-1"), b"ISO-8859-1", "está"),
        (b"\xff\xfe\x81", b"no-such-charset", "ÿþ\ufffd"),
        (b"", b"UTF-16BE", ""),
    ],
)
def test_the_charset_that_is_named_is_believed(text, charset, words):
    fields = {"from": b"+13125550101", "text": text, "charset": charset}
    assert gateway.parse_kannel_text(fields).text == words


def test_the_token_opens_only_when_it_is_the_one():
    assert gateway.is_token_right("abc", "abc")
    assert not gateway.is_token_right("abd", "abc")
    assert not gateway.is_token_right("", "")
    assert not gateway.is_token_right("ñ", "abc")


ANDROID_BODY = b'{"event":"sms:received","id":"e1","payload":{"message":"ALTO","phoneNumber":"+13125550111"}}'
# hmac-sha256("key", body + "1741912196"), computed with openssl
ANDROID_SIGNATURE = "056e78d14ed988f90e3fd97c2f988d481ece1dc3d8ef567565419854f5756b64"


def test_the_android_signature():
    given = {"timestamp": "1741912196", "signature": ANDROID_SIGNATURE, "key": "key"}
    assert gateway.is_android_signed(ANDROID_BODY, **given, now_s=1741912200)
    assert gateway.is_android_signed(ANDROID_BODY, **given | {"signature": ANDROID_SIGNATURE.upper()}, now_s=1741912200)
    assert not gateway.is_android_signed(ANDROID_BODY + b" ", **given, now_s=1741912200)
    assert not gateway.is_android_signed(ANDROID_BODY, **given, now_s=1741912196 + 301)
    assert not gateway.is_android_signed(ANDROID_BODY, **given | {"key": ""}, now_s=1741912200)
    assert not gateway.is_android_signed(ANDROID_BODY, **given | {"timestamp": "now"}, now_s=1741912200)


def test_android_events():
    text = {"event": "sms:received", "id": "e1", "payload": {"message": "ALTO", "phoneNumber": "+13125550111"}}
    assert gateway.parse_android(text) == InboundText("+13125550111", "", "ALTO", "e1")
    there = {"event": "sms:delivered", "payload": {"messageId": "d7", "phoneNumber": "+13125550111"}}
    assert gateway.parse_android(there) == Receipt("d7", Result.ACCEPTED, True, "DELIVERED")
    lost = {"event": "sms:failed", "payload": {"messageId": "d7", "reason": "x"}}
    assert gateway.parse_android(lost) == Receipt("d7", Result.FAILED, True, "FAILED", "OTHER")
    assert gateway.parse_android({"event": "system:ping"}) is None
    for broken in (
        {"event": "sms:received"},
        {"event": "sms:received", "payload": {}},
        {"event": "sms:failed", "payload": {}},
        {"event": "sms:sent", "payload": []},
    ):
        with pytest.raises(BadInbound):
            gateway.parse_android(broken)
