"""The report form without scripts."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from corredor.incidents.models import Incident
from corredor.intake.models import Photo, Report
from corredor.people.models import Address
from tests.factories import make_confirmed, make_desk, make_incident

from .walker import REPORT, Walker, code_on, report_walker

pytestmark = pytest.mark.django_db


def make_photo(name: str = "IMG_2041.jpg", size=(40, 30)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_one_question_at_a_time_and_then_a_code():
    walker = Walker("/report/")
    seen = []
    while walker.step != "check":
        seen.append(walker.step)
        walker.send(**REPORT[walker.step])
    assert seen == ["what", "where", "who", "when", "danger", "contact"]
    assert not Report.objects.exists(), "nothing is stored before it is sent"
    page = walker.send(go="send")
    assert len(code_on(page).replace("-", "")) == 12
    report = Report.objects.get()
    assert report.text == "agentes con chaleco están parando carros"
    assert report.where_words == "39 y kedzie"
    assert (report.size_words, report.uniform_words) == ("unos 6, 2 carros", "chaleco POLICE ICE")
    assert (report.someone_hurt, report.irritant_used, report.children_near) == (False, True, None)
    assert (report.seen_by_sender, report.is_there_now) == (True, True)
    assert (report.source, report.language, report.is_drill) == ("WEB", "es", False)


def test_no_cookie_is_set_on_the_whole_way():
    walker = report_walker()
    walker.send(go="send")
    assert not walker.client.cookies


def test_pages_show_how_far_one_is_and_that_911_comes_first():
    walker = Walker("/report/", language="en")
    assert "Question 1 of 7" in walker.html
    assert 'href="tel:911"' in walker.html
    walker = report_walker(until="contact", language="en", danger={"hurt": "yes"})
    assert "Someone is hurt: call 911 first." in walker.html
    walker.walk(REPORT, until="check")
    walker.send(go="send")
    assert "Someone is hurt: call 911 if nobody has yet." in walker.html
    assert "finish this report" not in walker.html  # it is sent


def test_right_now_means_when_it_was_said_not_when_it_was_sent():
    with time_machine.travel("2026-10-04 15:00:00-05:00", tick=False) as clock:
        said = timezone.now()
        walker = report_walker(until="danger", when={"seen": "10"})
        clock.shift(timedelta(minutes=20))
        walker.walk(REPORT, until="check")
        walker.send(go="send")
    report = Report.objects.get()
    assert report.seen_at == said - timedelta(minutes=10)
    assert report.received_at == said + timedelta(minutes=20)


def test_another_time_is_read_on_the_clock_of_the_city():
    with time_machine.travel("2026-10-04 15:00:00-05:00", tick=False):
        report_walker(when={"seen": "OTHER", "seen_at": "2026-10-04T07:15"}).send(go="send")
    assert Report.objects.get().seen_at.isoformat() == "2026-10-04T12:15:00+00:00"


def test_the_contact_is_sealed_and_stands_nowhere_in_the_raw_report():
    report_walker(contact={"contact": "(312) 555-0142"}).send(go="send")
    report = Report.objects.get()
    assert report.reply_to is not None
    assert report.reply_to.expires_at - report.received_at == timedelta(days=7)
    assert b"555" not in bytes(report.raw)
    assert Address.objects.count() == 1


def test_raw_keeps_what_was_typed_before_any_cleaning():
    report_walker(what={"words": "  gas\u202e aquí\r\n\r\nvengan  "}).send(go="send")
    report = Report.objects.get()
    typed = json.loads(bytes(report.raw))["typed"]
    assert typed["what"]["words"] == ["  gas\u202e aquí\r\n\r\nvengan  "]
    assert report.text == "gas aquí\n\nvengan"


def test_sent_twice_is_one_report_and_shows_the_same_code():
    walker = report_walker()
    state = walker.hidden("state")
    first = walker.send(go="send")
    again = walker.client.post("/report/", {"state": state, "step": "check", "go": "send"})
    assert code_on(first) == code_on(again) != ""
    assert Report.objects.count() == 1


def test_two_people_with_the_same_words_are_two_reports():
    assert code_on(report_walker().send(go="send")) != code_on(report_walker().send(go="send"))
    assert Report.objects.count() == 2


def test_the_first_page_carries_nothing_of_its_own():
    """A cache may hand it to two people: a token in it would make the second one's report a replay."""
    one, two = Walker("/report/"), Walker("/report/")
    assert one.html == two.html
    assert one.hidden("state") == ""


def test_back_keeps_every_answer():
    walker = report_walker(until="danger")
    walker.send(go="back")
    assert walker.step == "when"
    assert re.search(r'<input[^>]*value="NOW"[^>]* checked', walker.html)
    for before in ("who", "where", "what"):
        walker.send(go="back")
        assert walker.step == before
    assert "agentes con chaleco" in walker.html
    walker.walk(REPORT, until="check")
    assert "unos 6, 2 carros" in walker.html


def test_back_keeps_even_an_answer_that_would_not_do():
    walker = report_walker(until="contact")
    walker.send(go="back", contact="312 55")
    walker.send(**REPORT["danger"])
    assert 'value="312 55"' in walker.html


def test_change_goes_to_the_page_and_comes_back_to_the_summary():
    walker = report_walker()
    walker.send(go="change-who")
    assert walker.step == "who"
    walker.send(size="unos 12")
    assert walker.step == "check"
    assert "unos 12" in walker.html
    walker.send(go="send")
    assert Report.objects.get().size_words == "unos 12"


def test_the_other_language_keeps_what_was_typed():
    walker = report_walker(until="who", language="es")
    walker.send(go="stay", query="?lang=en", size="unos 6")
    assert walker.step == "who"
    assert "Who is there?" in walker.html
    assert "unos 6</textarea>" in walker.html
    assert walker.client.cookies["lang"].value == "en"
    walker.send(**REPORT["who"])
    assert "When did you see it?" in walker.html, "the press of the switch is remembered"


def test_words_that_mean_several_places_ask_which_one():
    walker = Walker("/report/", language="en")
    walker.send(**REPORT["what"])
    walker.send(where="Kedzie and 26th or Kedzie and 31st")
    assert walker.step == "which"
    assert "None of these" in walker.html
    walker.send(which="1")
    walker.walk(REPORT, until="check")
    assert "Kedzie Ave and 31st St" in walker.html
    walker.send(go="send")
    report = Report.objects.get()
    assert report.offered_lat == pytest.approx(41.8375, abs=0.002)
    assert report.offered_lon == pytest.approx(-87.7049, abs=0.002)


def test_none_of_these_is_an_answer_too():
    walker = Walker("/report/", language="en")
    walker.send(**REPORT["what"])
    walker.send(where="Kedzie and 26th or Kedzie and 31st")
    walker.send(which="none")
    walker.walk(REPORT, until="check")
    walker.send(go="send")
    assert Report.objects.get().offered_lat is None


def test_half_a_corner_is_answered_with_one_question():
    walker = Walker("/report/", language="es")
    walker.send(**REPORT["what"])
    walker.send(where="kedzie")
    assert walker.step == "which"
    assert "Kedzie" in walker.html
    walker.send(more="la 39")
    assert walker.step == "who", "one question, not two"
    walker.walk(REPORT, until="check")
    assert "Pershing" in walker.html
    walker.send(go="send")
    report = Report.objects.get()
    assert report.where_words == "kedzie. la 39"
    assert report.offered_lat is None


def test_the_question_may_be_passed_over():
    walker = Walker("/report/", language="es")
    walker.send(**REPORT["what"])
    walker.send(where="kedzie")
    walker.send(more="")
    walker.walk(REPORT, until="check")
    assert code_on(walker.send(go="send"))
    assert Report.objects.get().where_words == "kedzie"


def test_a_clear_corner_is_read_and_shown_but_not_taken_for_a_point():
    walker = report_walker(language="en")
    assert "We read this as:" in walker.html
    assert "Pershing" in walker.html
    walker.send(go="send")
    assert Report.objects.get().offered_lat is None, "a guess of ours is no point of theirs"


def test_a_point_of_the_phone_or_the_map_goes_along():
    walker = report_walker(where={"where": "", "lat": "41.82260", "lon": "-87.70440"})
    walker.send(go="send")
    report = Report.objects.get()
    assert (report.offered_lat, report.offered_lon) == (41.8226, -87.7044)


def test_the_answer_never_tells_where_something_is_being_checked():
    desk = make_desk()
    make_incident(desk["operator"], now=timezone.now())
    assert Incident.objects.get().status == "BEING_CHECKED"
    for words in ("same place as before", "en la misma esquina", "the same corner"):
        walker = report_walker(until="where", language="en")
        walker.send(where=words)
        walker.send(go="stay")
        assert "Pershing" not in walker.html
    make_confirmed(desk, now=timezone.now())


def test_photos_go_along_and_lose_their_names(settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    walker = report_walker()
    walker.send(go="send", photos=[make_photo(), make_photo("DSC_1.jpg", (80, 60))])
    assert Photo.objects.count() == 2
    files = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert not any("IMG" in name or "DSC" in name for name in files)


def test_a_wrong_photo_loses_no_answer(settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    walker = report_walker(language="en")
    walker.send(go="send", photos=[make_photo(), SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")])
    assert "File 2 is not a picture" in walker.html
    assert "agentes con chaleco" in walker.html
    assert not Report.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    walker.send(go="send")
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x00\x00\x24ftypheic" + b"\0" * 100, "HEIC"),
        (b"GIF89a" + b"\0" * 40, "not a picture"),
    ],
)
def test_odd_photos_are_refused_with_a_way_out(content, words, settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    walker = report_walker(language="en")
    walker.send(go="send", photos=[SimpleUploadedFile("a.heic", content, "image/heic")])
    assert words in walker.html
    assert "send without them" in walker.html


def test_five_photos_are_one_too_many(settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    walker = report_walker(language="en")
    walker.send(go="send", photos=[make_photo() for _ in range(5)])
    assert "At most 4 photos" in walker.html


def test_sent_twice_with_photos_keeps_them_once(settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    walker = report_walker()
    state = walker.hidden("state")
    for _ in range(2):
        walker.client.post("/report/", {"state": state, "step": "check", "go": "send", "photos": [make_photo()]})
    assert Photo.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_pages_can_be_gone_back_to_and_the_code_is_kept_by_nobody():
    walker = report_walker()
    assert "no-store" not in walker.page["Cache-Control"]
    assert walker.send(go="send")["Cache-Control"] == "no-store"


def test_a_place_that_was_said_already_need_not_be_typed_again():
    walker = Walker("/report/")
    walker.send(words="agentes en la 39 y kedzie, echaron gas")
    assert walker.step == "where"
    assert ">39 y kedzie</textarea>" in walker.html or ">\n39 y kedzie</textarea>" in walker.html


@pytest.mark.parametrize("words", ["agentes con chaleco", "agentes por la Kedzie", "en Brighton Park"])
def test_a_place_that_is_in_doubt_is_asked_for(words):
    walker = Walker("/report/")
    walker.send(words=words)
    assert re.search(r"<textarea[^>]*name=\"where\"[^>]*>\s*</textarea>", walker.html)


def test_what_was_not_answered_is_not_put_into_anybodys_mouth():
    walker = report_walker(danger={})
    assert "Usted no sabe" not in walker.html
