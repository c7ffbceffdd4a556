"""Malformed input: a clear answer in the person's language, nothing lost and nothing half-written."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from corredor.delivery.models import Route
from corredor.intake.models import Note, Photo, Report

from .walker import REPORT, Walker, code_on, report_walker

pytestmark = pytest.mark.django_db


def test_an_empty_report_says_what_is_missing_in_both_languages():
    for language, words in (("es", "Escriba unas palabras aquí."), ("en", "Write a few words here.")):
        walker = Walker("/report/", language=language)
        page = walker.send(words="   \n ")
        assert page.status_code == 200
        assert words in walker.html
        assert walker.step == "what"


def test_too_many_words_are_counted_and_kept_on_the_page():
    walker = Walker("/report/", language="en")
    walker.send(words="a" * 2001)
    assert "at most 2000 letters. This has 2001." in walker.html
    assert "a" * 2001 in walker.html
    walker.send(words="a" * 2000)
    assert walker.step == "where"


@pytest.mark.parametrize(
    "words",
    [
        "🚨🚓 agents at 26th 🙏",
        "عملاء الهجرة في شارع كيدزي",
        "סוכנים ברחוב קדזי",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "{{ settings.SECRET_KEY }} {% load x %} %(name)s {0}",
        "'; DROP TABLE intake_report; --",
        "a\u0301\u0302\u0303" * 40,
        "line one\r\nline two",
        "\u200bzero\u200dwidth\ufeff",
    ],
    ids=["emoji", "arabic", "hebrew", "script", "template", "sql", "stacked", "lines", "zero width"],
)
def test_any_script_and_any_sign_is_taken_and_shown_as_words(words):
    walker = report_walker(what={"words": words})
    assert escape(words.replace("\r\n", "\n").strip()) in walker.html.replace("<br>", "\n")
    assert "<script>alert(1)</script>" not in walker.html
    assert "<img src=x" not in walker.html
    assert code_on(walker.send(go="send"))
    assert Report.objects.get().text == words.replace("\r\n", "\n").strip()


def test_marks_that_turn_the_writing_direction_are_taken_out():
    report_walker(what={"words": "agentes \u202eeizdeK\u202c y \u2066Pershing\u2069"}).send(go="send")
    assert Report.objects.get().text == "agentes eizdeK y Pershing"


def test_bytes_that_are_no_words_are_refused_kindly():
    walker = Walker("/report/", language="en")
    walker.send(words="\x00\x01\x02\x03 ab")
    assert "cannot be read" in walker.html
    walker.send(words="gas\x00 here")
    assert walker.step == "where", "one stray sign is no reason to refuse"


def test_a_body_in_another_encoding_loses_only_what_cannot_be_read(client):
    body = b"step=what&go=next&words=agentes en la esqu\xedna de la panader\xeda, vengan"
    page = client.post("/report/", body, content_type="application/x-www-form-urlencoded")
    assert 'name="step" value="where"' in page.content.decode()
    body = b"step=what&go=next&words=" + "señora herida".encode("utf-16")
    page = client.post(
        "/report/", body, content_type="application/x-www-form-urlencoded", headers={"Accept-Language": "en"}
    )
    assert "cannot be read" in page.content.decode()


def test_a_huge_body_is_refused_without_being_read(client):
    page = client.post(
        "/report/",
        "x",
        content_type="application/x-www-form-urlencoded",
        headers={"Accept-Language": "es"},
        CONTENT_LENGTH="99999999999",
    )
    assert page.status_code == 413
    assert "Es más de lo que cabe" in page.content.decode()


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_a_length_that_is_no_length_is_refused(client, length):
    page = client.post("/report/", "x", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length)
    assert page.status_code in (400, 413)


def test_too_many_fields_and_too_much_text_are_refused_with_words(client):
    for body in ("&".join(f"f{n}=1" for n in range(1000)), "words=" + "a" * 400_000):
        page = client.post(
            "/report/",
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"Accept-Language": "en"},
        )
        assert page.status_code == 413
        assert "too much at once" in page.content.decode()


def test_a_torn_upload_is_refused_with_words(client):
    page = client.post("/report/", b"--x\r\ncut", content_type="multipart/form-data", headers={"Accept-Language": "en"})
    assert page.status_code == 413
    assert "cut off on its way" in page.content.decode()


@pytest.mark.parametrize("state", ["x", "a:b:c", "🚨", "e30:1abc:xyz", "." * 5000])
def test_a_forged_or_damaged_state_begins_anew_and_sends_nothing(state):
    walker = Walker("/report/", language="en")
    walker.page = walker.client.post(
        "/report/", {"state": state, "step": "check", "go": "send"}, headers=walker.headers
    )
    assert walker.page.status_code == 200
    assert "begin again" in walker.html
    assert not Report.objects.exists()


def test_a_state_of_another_form_does_not_fit():
    Route.objects.create(channel="EMAIL", provider="email")
    other = Walker("/s/", language="en")
    other.send(areas="community_area:58")
    walker = Walker("/report/", language="en")
    walker.page = walker.client.post(
        "/report/", {"state": other.hidden("state"), "step": "what", "words": "x"}, headers=walker.headers
    )
    assert "begin again" in walker.html


@pytest.mark.parametrize("step", ["", "nothing", "../where", "check"])
def test_an_unknown_page_shows_the_first_question(step):
    page = Client().post("/report/", {"step": step, "go": "next"}, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert not Report.objects.exists()


def test_sending_before_everything_was_asked_shows_the_first_unanswered_page():
    walker = report_walker(until="who")
    walker.page = walker.client.post(
        "/report/", {"state": walker.hidden("state"), "step": "check", "go": "send"}, headers=walker.headers
    )
    assert walker.step == "who"
    assert not Report.objects.exists()


def test_a_time_ahead_and_a_time_long_ago_are_refused():
    ahead = timezone.localtime() + timedelta(hours=3)
    for moment, words in (
        (f"{ahead:%Y-%m-%dT%H:%M}", "has not come yet"),
        ("2019-01-01T12:00", "more than two months ago"),
        ("yesterday", "Write the day and time like this"),
        ("", "choose one of the answers above"),
    ):
        walker = report_walker(until="when", language="en")
        walker.send(seen="OTHER", seen_at=moment)
        assert words in walker.html
        assert walker.step == "when"


def test_no_time_at_all_is_asked_for():
    walker = report_walker(until="when", language="es")
    walker.send()
    assert "Elija cuándo lo vio." in walker.html


@pytest.mark.parametrize(
    ("lat", "lon"), [("north", "west"), ("1e400", "0"), ("nan", "nan"), ("91", "0"), ("41.8", ""), ("", "-87")]
)
def test_a_point_that_is_none_counts_as_none(lat, lon):
    walker = report_walker(until="where", language="en")
    walker.send(where="", lat=lat, lon=lon)
    assert "Write a street or a place" in walker.html


def test_a_point_outside_the_city_is_taken_as_it_is():
    report_walker(where={"where": "", "lat": "19.43", "lon": "-99.13"}).send(go="send")
    assert Report.objects.get().offered_lat == 19.43, "a person at the desk looks at it; nobody is turned away"


@pytest.mark.parametrize("contact", ["call me", "911", "+1 312", "a@b", "ana@@example.org", "5" * 100])
def test_a_contact_that_is_none_is_refused_and_may_be_left_out(contact):
    walker = report_walker(until="contact", language="es")
    walker.send(contact=contact)
    assert walker.step == "contact"
    assert "no es un teléfono" in walker.html
    walker.send(contact="")
    assert walker.step == "check"


@pytest.mark.parametrize("answer", ["maybe", "yes\x00", "<b>"])
def test_an_answer_that_was_not_offered_is_refused(answer):
    walker = report_walker(until="danger")
    assert walker.send(hurt=answer).status_code == 200
    assert walker.step == "danger"


def test_another_site_s_page_cannot_send_in_a_person_s_name(client):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        page = client.post("/report/", {"step": "what", "words": "x"}, headers=headers)
        assert page.status_code == 403
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}):
        assert client.post("/report/", {"step": "what", "words": "x"}, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client, method):
    for address in ("/report/", "/r/", "/s/", "/"):
        assert getattr(client, method)(address).status_code == 405


def fail_with(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_a_locked_database_says_so_and_loses_no_answer(monkeypatch):
    walker = report_walker(language="es")
    state = walker.hidden("state")
    locked = OperationalError("database is locked")
    locked.__cause__ = sqlite3.OperationalError("database is locked")
    locked.__cause__.sqlite_errorname = "SQLITE_BUSY"
    monkeypatch.setattr("corredor.web.public.report_views.receive_report", fail_with(locked))
    page = walker.send(go="send")
    assert page.status_code == 503
    assert page["Retry-After"]
    monkeypatch.undo()
    again = walker.client.post("/report/", {"state": state, "step": "check", "go": "send"})
    assert code_on(again)
    assert Report.objects.count() == 1


def test_a_full_disk_says_so_and_leaves_no_file(monkeypatch, settings, tmp_path):
    from .test_report import make_photo

    settings.PHOTO_ROOT = tmp_path
    walker = report_walker(language="es")
    monkeypatch.setattr("os.fsync", fail_with(OSError(28, "No space left on device")))
    page = walker.send(go="send", photos=[make_photo()])
    assert page.status_code == 507
    assert "disco" in page.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Report.objects.exists()
    assert not Photo.objects.exists()


def test_a_fault_in_the_middle_leaves_nothing_half_written(monkeypatch, settings, tmp_path):
    from .test_report import make_photo

    settings.PHOTO_ROOT = tmp_path
    walker = report_walker()
    monkeypatch.setattr("corredor.flows.report.receive.record", fail_with(DatabaseError("gone")))
    walker.client.raise_request_exception = False
    assert walker.send(go="send", photos=[make_photo()]).status_code == 500
    assert not Report.objects.exists()
    assert not Note.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_log_of_a_fault_holds_nothing_of_the_report(monkeypatch, caplog):
    walker = report_walker(what={"words": "unmistakable-words"}, contact={"contact": "312 555 0142"})
    monkeypatch.setattr("corredor.web.public.report_views.receive_report", fail_with(DatabaseError("x")))
    walker.client.raise_request_exception = False
    walker.send(go="send")
    assert "unmistakable" not in caplog.text
    assert "5550142" not in caplog.text


@pytest.mark.parametrize("given", ["", "[]", "null", '{"subscription": 1}', "{" * 5000, '"\\ud800"', "\x00"])
def test_a_push_address_that_is_none_is_refused_as_json(client, given):
    answer = client.post("/s/push/", given, content_type="application/json", headers={"Accept-Language": "es"})
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"]
    assert client.post("/push/renew/", given, content_type="application/json").status_code == 400


def test_report_words_reach_the_page_of_the_walker_only_escaped():
    walker = report_walker(until="where", what={"words": "x"})
    walker.send(where='"><script>alert(1)</script>')
    walker.send(go="back")
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in walker.html
    assert "<script>alert(1)" not in walker.html


def test_every_question_s_errors_are_said_in_spanish():
    walker = Walker("/report/", language="es")
    walker.send(words="")
    assert "This field" not in walker.html
    walker.walk(REPORT, until="when")
    walker.send(seen="NEVER", witness="x")
    assert "Select a valid choice" not in walker.html
