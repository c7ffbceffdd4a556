"""Signing up by channels other than text message and e-mail, on a phone, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from corredor.delivery.models import Route, TransactionalMessage
from corredor.subscriptions.enums import REAL_CHANNELS
from corredor.subscriptions.models import Subscription

from .visitor import find_barriers, press

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture(autouse=True)
def _channels_on(transactional_db, settings):
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
        "telegram": {"token": "1:a", "bot": "red_bot"},
        "ntfy": {"url": "https://ntfy.example.org"},
    }
    for channel in REAL_CHANNELS:
        Route.objects.update_or_create(channel=channel, defaults={"provider": "console"})


def choose(page, channel, address=""):
    """Through the pages to the end, by this way."""
    page.get_by_text(re.compile("^(Lado oeste|West Side)$")).click()
    page.check("input[value='community_area:30']")
    press(page)
    press(page)
    page.check(f"[name=channel][value={channel}]")
    page.fill("[name=address]", address)


@BOTH
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_house_phone_is_signed_up_by_the_code_that_is_spoken(visitors, scripts, language):
    page = visitors.open("/s/", scripts=scripts, language=language)
    choose(page, "VOICE", "312 555 0142")
    assert not scripts or find_barriers(page) == []
    press(page)
    expect(page.locator("[name=code]")).to_be_visible()
    code = re.sub(r"\D", "", re.search(r"(\d, ){5}\d", TransactionalMessage.objects.get().text)[0])
    page.fill("[name=code]", "000000" if code != "000000" else "000001")
    page.locator("main form button").click()
    expect(page.locator(".field--error")).to_be_visible()
    page.fill("[name=code]", code)
    page.locator("main form button").click()
    expect(page.locator(".done")).to_be_visible()
    assert Subscription.objects.get().state == "ACTIVE"


@pytest.mark.parametrize("channel", ["NTFY", "TELEGRAM", "MATRIX", "SIGNAL"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_what_to_do_next_fits_on_a_phone(visitors, channel, language):
    page = visitors.open("/s/", language=language)
    choose(page, channel, {"MATRIX": "@vecina:example.org", "SIGNAL": "312 555 0142"}.get(channel, ""))
    press(page)
    expect(page.locator(".done")).to_be_visible()
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(page.locator("[name=code]")).to_have_count(0 if channel == "TELEGRAM" else 1)
