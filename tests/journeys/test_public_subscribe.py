"""Subscribing, confirming, changing and leaving: scripts on and off."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from corredor.delivery.models import TransactionalMessage
from corredor.subscriptions.models import ContactMethod, Subscription
from tests.factories import turn_channels_on
from tests.servers.push_service import Browser

from .visitor import find_barriers, press

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])

# The public push services cannot be reached from a test, so the browser is handed an address by the test.
LEND_ADDRESS = """
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async (options) => {
  window.askedWith = options.userVisibleOnly && options.applicationServerKey.byteLength;
  return { toJSON: () => (%s) };
};
"""


@pytest.fixture(autouse=True)
def _channels_on(transactional_db):
    turn_channels_on()


def second_yes(visitors) -> str:
    """The address that the message carries."""
    notice = TransactionalMessage.objects.get()
    return re.search(r"(/s/\S+/yes/\d+)", notice.link or notice.text)[1]


@BOTH
@pytest.mark.parametrize("language", ["es", "en"])
def test_sign_up_say_yes_change_and_leave(visitors, scripts, language):
    page = visitors.open("/s/", scripts=scripts, language=language)
    if scripts:
        page.fill("#area-search", "villita")
        expect(page.locator("[data-area]:visible")).to_have_count(1)
    else:
        page.get_by_text("West Side" if language == "en" else "Lado oeste", exact=True).click()
    page.check("input[value='community_area:30']")
    press(page)
    press(page)
    page.check("[name=channel][value=EMAIL]")
    page.fill("[name=address]", "ana@example.org")
    press(page)
    expect(page.locator("h1")).to_have_text("Falta un paso: confirme" if language == "es" else "One more step: say yes")
    manage = page.locator("main p a").first.get_attribute("href")

    page.goto(visitors.origin + second_yes(visitors))
    assert Subscription.objects.get().state == "PENDING"
    page.locator("main form button").click()
    expect(page.locator(".done")).to_be_visible()
    assert Subscription.objects.get().state == "ACTIVE"

    page.goto(visitors.origin + manage)
    page.check("[name=kinds][value=rumour]")
    page.locator("main form button").first.click()
    expect(page.locator("main > [role=status]")).to_be_visible()
    assert Subscription.objects.get().wants_rumour

    page.locator("main form").last.locator("button").click()
    expect(page.locator(".done")).to_be_visible()
    assert not Subscription.objects.exists()
    assert not ContactMethod.objects.exists()


def test_alerts_on_this_phone(visitors, settings, vapid_key):
    settings.CORREDOR_PROVIDERS = {**settings.CORREDOR_PROVIDERS, "web_push": {"vapid_key_path": str(vapid_key)}}
    browser = Browser("https://push.example.org/send/abc")
    page = visitors.open(None, permissions=["notifications"])
    page.add_init_script(LEND_ADDRESS % browser.address)
    page.goto(visitors.origin + "/s/")
    page.locator("summary").first.click()
    page.locator("[name=areas]").first.check()
    press(page)
    press(page)
    page.locator("[data-push-ask]").click()
    expect(page.locator("h1")).to_have_text("Falta un paso: confirme")
    assert ContactMethod.objects.get().kind == "PUSH"
    assert json.loads(browser.address)["endpoint"] not in repr(list(ContactMethod.objects.values()))
    page.goto(visitors.origin + second_yes(visitors))
    page.locator("main form button").click()
    expect(page.locator(".done")).to_be_visible()
    assert Subscription.objects.get().state == "ACTIVE"


@BOTH
def test_the_browser_s_back_button_keeps_the_areas(visitors, scripts):
    page = visitors.open("/s/", scripts=scripts)
    page.locator("summary").nth(3).click()
    page.check("input[value='community_area:30']")
    press(page)
    press(page)
    page.go_back()
    page.go_back()
    expect(page.locator("input[value='community_area:30']")).to_be_checked()


def test_a_circle_by_the_phone_s_own_place(visitors):
    page = visitors.open(
        "/s/",
        geolocation={"latitude": 41.822613, "longitude": -87.704451},
        permissions=["geolocation"],
    )
    page.locator("[data-near-me-ask]").click()
    expect(page.locator("[name=lat]")).not_to_have_value("")
    page.select_option("[name=radius]", "1600")
    press(page)
    expect(page.locator("input[name=step]")).to_have_value("wishes")


def test_the_search_knows_every_name_and_never_sends_the_form(visitors):
    page = visitors.open("/s/", language="es")
    for typed, count in (("empacadoras", 1), ("PILSEN", 1), ("nada de eso", 0), ("", 77)):
        page.fill("#area-search", typed)
        expect(page.locator("[data-area]:not([hidden])")).to_have_count(count)
    page.press("#area-search", "Enter")
    expect(page.locator("input[name=step]")).to_have_value("areas")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_whole_way(visitors, settings, vapid_key, language, scheme):
    settings.CORREDOR_PROVIDERS = {**settings.CORREDOR_PROVIDERS, "web_push": {"vapid_key_path": str(vapid_key)}}
    page = visitors.open("/s/", language=language, color_scheme=scheme)
    told = []

    def look(name: str) -> None:
        told.extend(f"{name}: {barrier}" for barrier in find_barriers(page))

    look("areas")
    press(page)
    look("areas with its error")
    page.locator("summary").first.click()
    page.locator("[name=areas]").first.check()
    look("areas open")
    press(page)
    look("wishes")
    press(page)
    look("channel")
    press(page)
    look("way with its errors")
    page.check("[name=channel][value=EMAIL]")
    page.fill("[name=address]", "ana@example.org")
    press(page)
    look("asked")
    manage = page.locator("main p a").first.get_attribute("href")
    for address in (manage, f"{manage}places/", second_yes(visitors), manage.replace("/s/", "/s/leave/")[:-1]):
        page.goto(visitors.origin + address)
        look(address)
    page.locator("main form button").first.click()
    look("left")
    assert told == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(visitors, width):
    page = visitors.open("/s/", viewport={"width": width, "height": 800})
    for summary in page.locator("summary").all():
        summary.click()
    page.locator("[name=areas]").first.check()
    wide = []
    for step in ("areas", "wishes", "channel"):
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(step)
        press(page)
    assert wide == []
