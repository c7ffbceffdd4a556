"""Calls: script and voice, keys pressed, and call status."""

from xml.etree.ElementTree import fromstring

import pytest

from corredor.channels.base import Result
from corredor.channels.inbound import BadInbound, Receipt
from corredor.channels.voice.inbound import KeyPress, parse_key, parse_receipt
from corredor.channels.voice.provider import VoiceProvider
from corredor.channels.voice.script import render_call, render_last_words
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

KEYS = "https://corredor.example/hooks/voice/keys"


def call_one(**changes):
    with ProviderServer((201, {}, '{"sid": "CA1"}')) as remote:
        values = {"url": remote.url, "account": "AC1", "token": "t", "sender": "+13125550100", "keys_url": KEYS}
        provider = VoiceProvider.from_mapping(values)
        (outcome,) = provider.send_many([make_message(7, "+13125550101", **changes)])
        provider.close()
    return outcome, remote.asked


def test_what_is_posted():
    outcome, (asked,) = call_one()
    assert (outcome.result, outcome.reference) == (Result.ACCEPTED, "CA1")
    assert asked.path == "/2010-04-01/Accounts/AC1/Calls.json"
    assert (asked.form["To"], asked.form["From"]) == ("+13125550101", "+13125550100")


@pytest.mark.parametrize(("language", "voice", "words"), [("es", "es-MX", "marque el 9"), ("en", "en-US", "press 9")])
def test_it_is_said_twice_in_the_persons_language_and_a_key_ends_it(language, voice, words):
    _, (asked,) = call_one(language=language, standard="Ya se fueron & <ya>.\n\0 Fin.")
    (gather,) = fromstring(asked.form["Twiml"])
    assert gather.attrib["action"] == f"{KEYS}?language={language}"
    said = [one for one in gather if one.tag == "Say"]
    assert len(said) == 2
    for one in said:
        assert one.attrib["language"] == voice
        assert one.text.startswith("Ya se fueron & <ya>. Fin.")
        assert words in one.text


def test_a_link_is_not_read_out():
    assert "corredor.example/i/" not in render_call(make_message(1, "x"), keys_url="")


def test_what_cannot_be_said_is_not_called():
    assert call_one(standard=" ")[0].code == "EMPTY"
    outcome, asked = call_one(standard="a" * 3000)
    assert (outcome.result, outcome.code, asked) == (Result.FAILED, "TOO_LONG", [])


def test_last_words_close_the_line():
    said = fromstring(render_last_words("Adiós & <fin>", "es"))
    assert [one.tag for one in said] == ["Say", "Hangup"]
    assert said[0].text == "Adiós & <fin>"
    assert [one.tag for one in fromstring(render_last_words("", "es"))] == ["Hangup"]


def test_keys():
    assert parse_key({"To": "+13125550101", "From": "+1", "Digits": "9"}) == KeyPress("+13125550101", "9")
    called_back = {"To": "+1", "From": "+13125550101", "Digits": "95", "Direction": "inbound"}
    assert parse_key(called_back) == KeyPress("+13125550101", "9")
    with pytest.raises(BadInbound):
        parse_key({"Digits": "9"})


@pytest.mark.parametrize(
    ("status", "result", "is_final"),
    [
        ("ringing", Result.ACCEPTED, False),
        ("completed", Result.ACCEPTED, True),
        ("busy", Result.RETRY, True),
        ("no-answer", Result.RETRY, True),
        ("failed", Result.FAILED, True),
    ],
)
def test_receipts(status, result, is_final):
    assert parse_receipt({"CallSid": "CA1", "CallStatus": status}) == Receipt("CA1", result, is_final, status.upper())


@pytest.mark.parametrize(
    "params", [{}, {"CallSid": "CA1"}, {"CallStatus": "busy"}, {"CallSid": "C", "CallStatus": "?"}]
)
def test_receipts_that_lack_something(params):
    with pytest.raises(BadInbound):
        parse_receipt(params)
