"""The desk's scripts: keys, help, polling that leaves an unchanged page alone, lost connections, new reports."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.servers.deadline import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium


def control(gallery: str, query: str = "") -> dict[str, int]:
    """What the gallery's queue has done so far, after a change."""
    with urllib.request.urlopen(f"{gallery}/control/?{query}", timeout=10) as answer:
        state: dict[str, int] = json.load(answer)
    return state


@pytest.fixture
def desk_page(chromium: Browser, gallery: str) -> Iterator[Page]:
    """The gallery's desk at 1280 px, with the scripts at work."""
    control(gallery, "version=1&is_broken=0&full=0&unchanged=0")
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(gallery + "/desk/")
    wait_until(lambda: page.evaluate("document.documentElement.classList.contains('js')"), "the scripts")
    yield page
    page.context.close()


def active(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_letters_walk_the_list_search_and_press_buttons(desk_page: Page) -> None:
    desk_page.keyboard.press("j")
    assert active(desk_page) == "row-3"  # after the one that is open
    desk_page.keyboard.press("k")
    desk_page.keyboard.press("k")
    assert active(desk_page) == "row-1"
    desk_page.keyboard.press("k")
    assert active(desk_page) == "row-1"
    desk_page.keyboard.press("/")
    assert active(desk_page) == "search"
    desk_page.keyboard.type("jkc?")
    assert desk_page.locator("#search").input_value() == "jkc?"
    desk_page.keyboard.press("Escape")
    assert active(desk_page) != "search"
    desk_page.evaluate("document.querySelector('[data-key=v]').addEventListener('click', e => { e.target.id = 'hit' })")
    desk_page.keyboard.press("v")
    assert desk_page.locator("#hit").count() == 1


def test_help_lists_what_the_page_answers_to_and_gives_the_focus_back(desk_page: Page) -> None:
    panel = desk_page.locator("[data-help]")
    desk_page.keyboard.press("?")
    assert panel.is_visible()
    assert panel.get_by_text("Claim", exact=True).is_visible()
    desk_page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert desk_page.evaluate("document.activeElement.hasAttribute('data-help-toggle')")


def test_single_letters_can_be_switched_off_for_good(desk_page: Page) -> None:
    desk_page.keyboard.press("?")
    desk_page.get_by_label("Single letters act as shortcuts").uncheck()
    desk_page.keyboard.press("Escape")
    desk_page.keyboard.press("/")
    assert active(desk_page) != "search"
    desk_page.reload()
    wait_until(lambda: desk_page.evaluate("document.documentElement.classList.contains('js')"), "the scripts")
    desk_page.keyboard.press("/")
    assert active(desk_page) != "search"


def test_an_unchanged_queue_is_not_drawn_again(desk_page: Page, gallery: str) -> None:
    # the second poll is asked only once the answer to the first is in place
    wait_until(lambda: control(gallery)["unchanged"] >= 1, "a poll after the first")
    desk_page.evaluate("document.getElementById('row-3').focus(); document.getElementById('row-3').dataset.mine = '1'")
    wait_until(lambda: control(gallery)["unchanged"] >= 3, "two more polls answered 304")
    assert control(gallery)["full"] == 1
    assert desk_page.locator("#row-3").get_attribute("data-mine") == "1"
    assert active(desk_page) == "row-3"


def test_a_change_keeps_the_focus_and_counts_what_is_new(desk_page: Page, gallery: str) -> None:
    assert desk_page.title().startswith("(1) ")
    wait_until(lambda: control(gallery)["full"] >= 1, "the first poll")
    desk_page.evaluate(
        "() => { window.heard = 0;"
        "window.AudioContext = class { constructor() { window.heard += 1; throw Error('quiet') } } }"
    )
    desk_page.get_by_role("button", name="Sound").click()
    assert desk_page.evaluate("window.heard") == 1  # once, to let a person hear what it is
    desk_page.locator("#row-4").focus()
    control(gallery, "version=7")
    wait_until(lambda: control(gallery)["full"] >= 2, "the changed queue")
    wait_until(lambda: desk_page.locator("[data-new-report='7']").count() == 1, "the new row")
    assert active(desk_page) == "row-4"
    assert desk_page.evaluate("window.heard") == 2


def test_a_lost_connection_is_said_and_so_is_its_return(desk_page: Page, gallery: str) -> None:
    sign = desk_page.locator("[data-connection]")
    assert sign.inner_text() == "Up to date"
    control(gallery, "is_broken=1")
    wait_until(lambda: "Reconnecting: last heard at" in sign.inner_text(), "words of the lost connection")
    assert desk_page.locator(".row").count() == 6
    control(gallery, "is_broken=0")
    wait_until(lambda: sign.inner_text() == "Up to date", "words of its return")
