"""Scripts on the phone: a coarse location, a saved draft, a single submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.deadline import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium
KEDZIE = {"latitude": 41.822613, "longitude": -87.704432, "accuracy": 20}


def until(page: Page, expression: str) -> None:
    """Playwright's own wait would need eval, which the pages forbid."""
    wait_until(lambda: page.evaluate(expression), expression)


def open_step(browser: Browser, gallery: str, path: str = "/step/", **options: object) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(gallery + path)
    until(page, "document.documentElement.classList.contains('js')")
    return page


def test_near_me_is_coarse_and_leaves_the_phone_only_with_the_form(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery, geolocation=KEDZIE, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="It is where I am now").click()
    page.get_by_text("It is sent only when you press").wait_for()
    lat, lon = (float(page.locator(f"[name={name}]").input_value()) for name in ("lat", "lon"))
    assert (lat, lon) != (KEDZIE["latitude"], KEDZIE["longitude"])
    assert abs(lat - KEDZIE["latitude"]) * 111_320 <= 25.5
    assert abs(lon - KEDZIE["longitude"]) * 82_990 <= 25.5
    assert asked == []
    page.get_by_role("button", name="Take it out").click()
    assert page.locator("[name=lat]").input_value() == ""
    page.context.close()


def test_two_people_in_one_square_send_the_same_place(chromium: Browser, gallery: str) -> None:
    places = set()
    for step in (0.0, 0.00002):
        here = KEDZIE | {"latitude": KEDZIE["latitude"] + step}
        page = open_step(chromium, gallery, geolocation=here, permissions=["geolocation"])
        page.get_by_role("button", name="It is where I am now").click()
        page.get_by_text("It is sent only when you press").wait_for()
        places.add(page.locator("[name=lat]").input_value())
        page.context.close()
    assert len(places) == 1


def test_a_phone_that_does_not_share_says_what_to_do(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery)
    page.get_by_role("button", name="It is where I am now").click()
    page.get_by_text("Write two streets or a place people know").wait_for()
    page.context.close()


def test_a_draft_stays_until_it_is_erased(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery)
    page.get_by_label("Where is it?").fill("39 y Kedzie")
    until(page, "localStorage.getItem('corredor-draft-report')")
    page.reload()
    page.get_by_text("was kept on this phone").wait_for()
    assert page.get_by_label("Where is it?").input_value() == "39 y Kedzie"
    page.get_by_role("button", name="Erase it").click()
    assert page.evaluate("localStorage.getItem('corredor-draft-report')") is None
    page.context.close()


def test_a_draft_older_than_a_day_is_gone(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery)
    page.evaluate(
        "localStorage.setItem('corredor-draft-report',"
        "JSON.stringify({at: Date.now() - 86400001, values: {place: 'x'}}))"
    )
    page.reload()
    until(page, "document.documentElement.classList.contains('js')")
    assert page.get_by_label("Where is it?").input_value() == ""
    assert page.evaluate("localStorage.getItem('corredor-draft-report')") is None
    page.context.close()


def test_without_a_connection_nothing_is_sent_and_the_words_say_so(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery)
    page.get_by_label("Where is it?").fill("39 y Kedzie")
    page.context.set_offline(True)
    page.get_by_text("What you write stays on this phone").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("so nothing was sent").wait_for()
    assert page.url == gallery + "/step/"
    page.context.close()


def test_pressing_twice_sends_once(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery)
    sent: list[str] = []
    page.route("**/step/", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))
    page.get_by_label("Where is it?").fill("39 y Kedzie")
    button = page.get_by_role("button", name="Continue")
    button.dblclick()
    page.get_by_text("Sending…").wait_for()
    button.click()
    assert sent == ["POST"]
    page.context.close()


def test_offline_words_come_back_in_the_form(chromium: Browser, gallery: str) -> None:
    page = open_step(chromium, gallery, "/offline/")
    page.get_by_label("What do you see, where, and when?").fill("echaron gas")
    until(page, "localStorage.getItem('corredor-draft-report')")
    page.goto(gallery + "/report/")
    until(page, "document.querySelector('[name=words]').value === 'echaron gas'")
    page.context.close()
