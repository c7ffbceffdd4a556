"""The telephone form."""

from __future__ import annotations

import json
import re

import pytest

from corredor.intake.models import Report
from corredor.kit.ids import ALPHABET
from corredor.kit.languages import CODES
from corredor.people.models import Address
from corredor.web.desk.call_form import CallForm
from corredor.web.desk.call_script import lines_for, load, spell

CALL = {"call_id": "one-call", "language": "es", "seen": "5", "where_words": "39 y kedzie", "text": "echaron gas"}


def test_a_call_becomes_a_report_in_the_operator_s_hand(seats):
    answer = seats["operator"].client.post(
        "/desk/call/",
        {**CALL, "someone_hurt": "no", "irritant_used": "yes", "offered_lat": "41.82277", "offered_lon": "-87.70445"},
    )
    report = Report.objects.get()
    assert answer.status_code == 200
    assert (report.source, report.language, report.taken_by) == ("PHONE", "es", seats["operator"].user)
    assert (report.someone_hurt, report.irritant_used, report.is_there_now) == (False, True, None)
    assert report.offered_lat == 41.82277
    groups = re.findall(r'<span class="spelled__code">(\w+)</span>', answer.content.decode())
    assert [len(group) for group in groups] == [4, 4, 4]
    assert json.loads(bytes(report.raw))["where_words"] == "39 y kedzie"


def test_pressing_twice_saves_once_and_shows_the_same_code(seats):
    first = seats["operator"].client.post("/desk/call/", CALL).content.decode()
    second = seats["operator"].client.post("/desk/call/", CALL).content.decode()
    codes = [re.findall(r'<span class="spelled__code">(\w+)</span>', page) for page in (first, second)]
    assert Report.objects.count() == 1
    assert codes[0] == codes[1] != []


def test_the_number_is_sealed_and_not_in_what_is_kept(seats):
    seats["operator"].client.post("/desk/call/", {**CALL, "contact": "(312) 555-0142"})
    report = Report.objects.get()
    assert report.reply_to == Address.objects.get()
    assert b"555" not in bytes(report.raw)
    assert b"call_id" not in bytes(report.raw)


def test_a_number_nobody_can_call_is_said_and_nothing_is_lost(seats):
    answer = seats["operator"].client.post("/desk/call/", {**CALL, "contact": "12"})
    assert answer.status_code == 422
    assert "not a telephone number" in answer.content.decode()
    assert "echaron gas" in answer.content.decode()
    assert not Report.objects.exists()


def test_where_or_what_is_enough_and_one_is_needed(seats):
    answer = seats["operator"].client.post("/desk/call/", {"call_id": "x", "language": "en", "seen": "0"})
    assert answer.status_code == 422
    assert "One of the two is enough" in answer.content.decode()
    assert seats["operator"].client.post("/desk/call/", {**CALL, "text": ""}).status_code == 200


def test_candidates_come_while_typing(seats):
    body = seats["operator"].get("/desk/places/?where_words=la 39 y kedzie&name=point").content.decode()
    assert "Pershing" in body
    assert 'value="41.8' in body
    assert seats["operator"].get("/desk/places/?q=").content.strip() == b""


@pytest.mark.parametrize(
    "query", ["q=" + "a" * 5000, "q=%00%01%02", "at=91,181", "at=x", "q=🚓🚓", "near=zzz&q=kedzie"]
)
def test_candidates_bear_nonsense(seats, query):
    answer = seats["operator"].get(f"/desk/places/?{query}")
    assert answer.status_code == 200


def test_a_candidates_field_has_one_of_our_own_names(seats):
    body = seats["operator"].get("/desk/places/?q=39 y kedzie&name=<b>").content.decode()
    assert 'name="point"' in body
    assert "<b>" not in body


def test_every_field_has_its_line_in_both_languages():
    for name in CallForm().fields:
        if name in ("call_id", "language", "offered_lat", "offered_lon"):
            continue
        assert set(lines_for(name)) == set(CODES), name


def test_every_letter_of_a_code_can_be_spelt():
    letters = {sign for sign in ALPHABET if sign.isalpha()}
    assert {language: set(load(language)["spelling"]) for language in CODES} == dict.fromkeys(CODES, letters)
    first, _second = spell("7KQF-3HTX", language="es")
    assert [sign.word for sign in first] == [
        "",
        "kilo",
        "queso",
        "foca",
    ]


def test_nobody_is_asked_for_a_name_or_a_status():
    said = json.dumps([load(language) for language in CODES], ensure_ascii=False).lower()
    for word in ("papeles", "estatus", "immigration status", "legal", "nacionalidad", "last name", "apellido"):
        assert word not in said
