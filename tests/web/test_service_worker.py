"""The real service worker in Chromium: alerts as sent, drills marked, links of this site only, a page offline."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.chromium import ServiceWorkerPush, open_page
from tests.servers.deadline import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium
ALERT: dict[str, Any] = {
    "title": "Confirmado: Pershing y Kedzie",
    "body": "Quédese adentro, puertas cerradas.",
    "lang": "es",
    "tag": "incident-7",
    "link": "/i/7/",
    "status": "CONFIRMED",
    "drill": False,
    "sent_at": "2025-10-04T15:04:00-05:00",
}


@pytest.fixture
def phone(chromium: Browser, gallery: str) -> Iterator[Page]:
    """A phone of its own, at the first page, with the service worker at work."""
    page = open_page(chromium, gallery, "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    page.context.close()


def test_an_alert_is_shown_as_it_was_sent(phone: Page) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT))
    [shown] = push.shown(1)
    assert (shown["title"], shown["body"], shown["tag"], shown["lang"]) == (
        ALERT["title"],
        ALERT["body"],
        ALERT["tag"],
        "es",
    )
    assert shown["data"] == {"link": "/i/7/", "leave": "", "status": "CONFIRMED", "drill": False}


def test_a_correction_takes_the_place_of_what_it_corrects(phone: Page) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT))
    push.shown(1)
    push.deliver(json.dumps(ALERT | {"status": "CORRECTED", "title": "Corregido: Pershing y Kedzie"}))
    wait_until(lambda: push.shown(1)[0]["data"]["status"] == "CORRECTED", "the correction")


def test_a_drill_is_marked_even_if_its_text_forgot(phone: Page) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT | {"drill": True}))
    [shown] = push.shown(1)
    assert shown["title"] == "Simulacro: Confirmado: Pershing y Kedzie"


@pytest.mark.parametrize("payload", ["", "not json", '{"title": 7, "link": {"a": 1}}'])
def test_a_broken_message_still_says_there_is_news(phone: Page, payload: str) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(payload)
    [shown] = push.shown(1)
    assert shown["title"] == "Corredor"
    assert shown["body"] == "There is news near you. Open to read it."


def test_a_press_opens_this_site_only(phone: Page, gallery: str) -> None:
    worker = phone.context.service_workers[0]
    links = ["/i/7/", "https://elsewhere.example/i/7/", "//elsewhere.example/", "javascript:alert(1)", "https://", ""]
    opened = worker.evaluate("links => links.map(ownAddress)", links)
    assert opened == [gallery + "/i/7/", *[gallery + "/"] * 5]


def test_without_network_the_kept_page_is_shown_with_its_style(phone: Page, gallery: str) -> None:
    kept = "caches.open('corredor-1').then(cache => cache.match('/offline/')).then(Boolean)"
    wait_until(lambda: phone.evaluate(kept), "the kept page")
    phone.context.set_offline(True)
    phone.goto(gallery + "/p/now/")
    assert phone.get_by_role("heading", name="No connection right now").is_visible()
    colour = phone.evaluate("getComputedStyle(document.querySelector('.button')).backgroundColor")
    assert colour == "rgb(27, 75, 130)"


def test_staff_pages_are_never_kept_or_replaced(phone: Page, gallery: str) -> None:
    phone.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto(gallery + "/desk/")


_WORD = "AbCdEfGhIjKl_-09"
_numbers = itertools.count(7)


@pytest.fixture
def receipt() -> str:
    """Another one for each test: the gallery remembers what the phones of all tests have said."""
    return f"d{next(_numbers)}-{_WORD}"


def confirmed(phone: Page, body: str) -> list[dict[str, str]]:
    all_of_them = phone.evaluate("fetch('/hooks/push/list', {cache: 'no-store'}).then(a => a.json())")["shown"]
    return [one for one in all_of_them if one["body"] == body]


def test_a_phone_says_once_that_it_has_shown_an_alert_and_nothing_of_itself(phone: Page, receipt: str) -> None:
    phone.context.add_cookies([{"name": "lang", "value": "es", "url": phone.url}])
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT | {"receipt": receipt}))
    push.shown(1)
    [said] = wait_until(lambda: confirmed(phone, receipt), "the phone's word")
    assert said == {"body": receipt, "Cookie": "", "Referer": "", "Content-Type": "text/plain"}


def test_of_a_notice_it_says_so_too(phone: Page, receipt: str) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT | {"receipt": "n" + receipt[1:], "tag": "school"}))
    push.shown(1)
    wait_until(lambda: confirmed(phone, "n" + receipt[1:]), "the phone's word")


@pytest.mark.parametrize("strange", [7, "", "x", "d7-short", "../../elsewhere", {"a": 1}])
def test_a_strange_receipt_is_not_sent_anywhere(phone: Page, receipt: str, strange: object) -> None:
    push = ServiceWorkerPush(phone)
    push.deliver(json.dumps(ALERT | {"receipt": strange, "tag": "strange"}))
    push.deliver(json.dumps(ALERT | {"receipt": receipt, "tag": "good"}))
    push.shown(2)
    wait_until(lambda: confirmed(phone, receipt), "the good one")
    everything = phone.evaluate("fetch('/hooks/push/list').then(a => a.json())")["shown"]
    assert all(re.fullmatch(rf"[dn]\d+-{_WORD}", one["body"]) for one in everything)


def test_an_alert_without_a_receipt_is_shown_all_the_same_without_network(phone: Page, receipt: str) -> None:
    push = ServiceWorkerPush(phone)
    phone.context.set_offline(True)
    push.deliver(json.dumps(ALERT | {"receipt": receipt, "tag": "offline"}))
    [shown] = push.shown(1)
    assert shown["tag"] == "offline"
