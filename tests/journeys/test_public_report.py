"""Reporting on a phone: scripts on and off, in both languages, back and forward, and submitted twice."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from corredor.intake.models import Photo, Report

from .desk_screens import eventually
from .visitor import Wire, find_barriers, press

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 60_000
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
WORDS = "agentes en la 39 y kedzie, echaron gas"


def go_to(page, step: str, *, where: str = "39 y kedzie") -> None:
    """Answer the questions before ``step``."""
    answers = {
        "what": lambda: page.fill("[name=words]", WORDS),
        "where": lambda: page.fill("[name=where]", where),
        "who": lambda: page.fill("[name=size]", "unos 6"),
        "when": lambda: page.check("[name=seen][value=NOW]"),
        "danger": lambda: page.check("[name=gas][value=yes]"),
        "contact": lambda: None,
    }
    for name, answer in answers.items():
        if name == step:
            return
        expect(page.locator("input[name=step]")).to_have_value(name)
        answer()
        press(page)


@BOTH
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_report_and_its_answer(visitors, scripts, language):
    page = visitors.open("/", scripts=scripts, language=language)
    page.locator("a.button", has_text="Diga lo que ve" if language == "es" else "Say what you see").click()
    go_to(page, "check")
    press(page, "send")
    code = page.inner_text("#code")
    report = Report.objects.get()
    assert (report.text, report.language) == (WORDS, language)

    press(page, "open")  # the page still knows the code: nobody types it at once
    expect(page.locator("h1")).to_contain_text(str(report.pk))
    page.goto(visitors.origin + "/r/")
    page.fill("[name=code]", code.lower().replace("-", " "))
    press(page, "open")
    page.fill("#say_text", "Llegó otra camioneta")
    press(page, "add")
    expect(page.locator(".timeline")).to_contain_text("Llegó otra camioneta")
    press(page, "sure")
    press(page, "withdraw")
    report.refresh_from_db()
    assert report.state == "WITHDRAWN"


@BOTH
def test_the_browser_s_own_back_button_loses_nothing(visitors, scripts):
    page = visitors.open("/report/", scripts=scripts)
    go_to(page, "danger")
    for step in ("when", "who", "where"):
        page.go_back()
        expect(page.locator("input[name=step]")).to_have_value(step)
    expect(page.locator("[name=where]")).to_have_value("39 y kedzie")
    page.fill("[name=where]", "kedzie y la 26")
    press(page)
    expect(page.locator("input[name=step]")).to_have_value("who")
    page.fill("[name=size]", "unos 8")
    press(page)
    page.check("[name=seen][value=NOW]")
    press(page)
    press(page)
    press(page)
    press(page, "send")
    assert page.inner_text("#code")
    report = Report.objects.get()
    assert (report.text, report.where_words, report.size_words) == (WORDS, "kedzie y la 26", "unos 8")


@BOTH
def test_pressed_twice_is_one_report_with_one_code(visitors, scripts):
    page = visitors.open("/report/", scripts=scripts)
    go_to(page, "check")
    page.locator("main button[value=send]").first.dblclick(no_wait_after=True)
    expect(page.locator("#code")).to_be_visible()
    code = page.inner_text("#code")
    page.reload()  # asks nothing in a test; the form is sent again
    expect(page.locator("#code")).to_have_text(code)
    assert Report.objects.count() == 1


@BOTH
def test_going_back_after_sending_and_pressing_again_is_still_one_report(visitors, scripts):
    page = visitors.open("/report/", scripts=scripts)
    go_to(page, "check")
    press(page, "send")
    code = page.inner_text("#code")
    page.go_back()
    press(page, "send")
    expect(page.locator("#code")).to_have_text(code)
    assert Report.objects.count() == 1


@BOTH
def test_the_other_language_in_the_middle_keeps_everything(visitors, scripts):
    page = visitors.open("/report/", scripts=scripts, language="es")
    go_to(page, "who")
    page.fill("[name=uniform]", "chaleco POLICE")
    page.locator(".language button", has_text="English").click()
    expect(page.locator("h1")).to_have_text("Who is there?")
    expect(page.locator("[name=uniform]")).to_have_value("chaleco POLICE")
    press(page)
    expect(page.locator("main")).to_contain_text("When did you see it?")


@BOTH
def test_someone_is_hurt_is_answered_at_once_with_911(visitors, scripts):
    page = visitors.open("/report/", scripts=scripts, language="es")
    expect(page.locator("main a[href='tel:911']")).to_be_visible()
    go_to(page, "danger")
    page.check("[name=hurt][value=yes]")
    press(page)
    expect(page.locator(".inset--urgent")).to_contain_text("llame primero al 911")


@BOTH
def test_photos_go_with_the_report(visitors, scripts):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    picture = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    page = visitors.open("/report/", scripts=scripts, language="en")
    go_to(page, "check")
    page.set_input_files("#photos", [{**picture, "buffer": b"no picture"}])
    press(page, "send")
    expect(page.locator(".error-summary")).to_contain_text("File 1 is not a picture")
    page.set_input_files("#photos", [picture, picture])
    press(page, "send")
    assert page.inner_text("#code")
    assert Photo.objects.count() == 2


def test_near_me_leaves_the_phone_only_coarsely_and_only_when_sent(visitors):
    page = visitors.open(
        "/report/",
        geolocation={"latitude": 41.822613, "longitude": -87.704451},
        permissions=["geolocation"],
    )
    go_to(page, "where")
    page.locator("[data-near-me-ask]").click()
    expect(page.locator("[name=lat]")).not_to_have_value("")
    press(page)
    page.fill("[name=size]", "4")
    press(page)
    page.check("[name=seen][value=NOW]")
    for _ in range(3):
        press(page)
    press(page, "send")
    report = Report.objects.get()
    assert report.offered_lat == pytest.approx(41.8226, abs=0.0006)
    assert report.offered_lat != 41.822613


def test_a_tap_on_the_map_goes_along(visitors):
    page = visitors.open("/report/")
    go_to(page, "where")
    page.locator("[data-map-open]").click()
    expect(page.locator("#place-map canvas")).to_be_visible(timeout=20_000)
    box = page.locator("#place-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[name=lat]")).not_to_have_value("")
    press(page)
    expect(page.locator("input[name=step]")).to_have_value("who")


def test_a_draft_comes_back_after_the_page_was_lost_and_goes_once_sent(visitors):
    page = visitors.open("/report/")
    page.fill("[name=words]", WORDS)
    eventually(page, lambda: page.evaluate("!!localStorage.getItem('corredor-draft-report')"), "the draft")
    page.goto(visitors.origin + "/")
    page.goto(visitors.origin + "/report/")
    expect(page.locator("[name=words]")).to_have_value(WORDS)
    go_to(page, "check")
    press(page, "send")
    expect(page.locator("#code")).to_be_visible()
    assert WORDS not in page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_whole_way(visitors, language, scheme):
    page = visitors.open("/report/", language=language, color_scheme=scheme)
    told = []
    for step in ("what", "where", "who", "when", "danger", "contact", "check"):
        if page.locator("input[name=step]").input_value() != step:
            pytest.fail(f"expected {step}")
        told += [f"{step}: {barrier}" for barrier in find_barriers(page)]
        if step == "what":
            press(page)  # empty: the page with its error
            told += [f"error: {barrier}" for barrier in find_barriers(page)]
            page.fill("[name=words]", WORDS)
        elif step == "where":
            page.fill("[name=where]", "kedzie")
            press(page)
            told += [f"which: {barrier}" for barrier in find_barriers(page)]
        elif step == "when":
            page.check("[name=seen][value=NOW]")
        elif step == "danger":
            page.check("[name=hurt][value=yes]")
        press(page, "send" if step == "check" else "next")
    told += [f"sent: {barrier}" for barrier in find_barriers(page)]
    code = page.inner_text("#code")
    page.goto(visitors.origin + "/r/")
    told += [f"ask: {barrier}" for barrier in find_barriers(page)]
    page.fill("[name=code]", code)
    press(page, "open")
    told += [f"receipt: {barrier}" for barrier in find_barriers(page)]
    assert told == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(visitors, width):
    page = visitors.open("/report/", viewport={"width": width, "height": 800})
    wide = []
    for step in ("what", "where", "who", "when", "danger", "contact", "check"):
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(step)
        if step == "what":
            page.fill("[name=words]", "x" * 300)
        elif step == "where":
            page.fill("[name=where]", "39 y kedzie")
        elif step == "when":
            page.check("[name=seen][value=NOW]")
        press(page, "send" if step == "check" else "next")
    assert wide == []


def test_the_report_page_is_light_on_the_wire(visitors):
    """Every byte of the first visit, uncompressed as the test's server sends it, icons and worker included."""
    page = visitors.open(None)
    wire = Wire(page)
    page.goto(visitors.origin + "/report/", wait_until="networkidle")
    assert 5_000 < wire.bytes <= MOST_BYTES, sorted(set(wire.files.values()))
