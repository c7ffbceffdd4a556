"""The whole path end to end: a report in a phone's browser, two people at two desks, a real mailbox, a push
service that decrypts, the site's own service worker showing the notification, and the correction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from corredor.delivery.models import Delivery, Route
from corredor.delivery.workers.worker import SenderThreads
from corredor.engines.webpush import make_vapid_key
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.enums import Role
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel, SubscriptionState
from corredor.subscriptions.models import Subscription
from tests.factories import NOW, contact_for, make_user
from tests.servers.chromium import ServiceWorkerPush, open_page
from tests.servers.deadline import wait_until

from .desk_screens import eventually
from .test_public_report import go_to
from .visitor import press

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
NEIGHBOUR = "vecina@example.org"
CORNER = Preferences(language="es", circle=(41.8226, -87.7044, 800))


@pytest.fixture
def sending(settings, tmp_path, push_service, mailbox) -> Iterator[None]:
    """Both channels turned on, and the threads that `corredor serve` sends with."""
    key = tmp_path / "vapid.pem"
    key.write_bytes(make_vapid_key())
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
        "web_push": push_service.settings(key),
        "email": mailbox.settings(),
    }
    Route.objects.create(channel=Channel.PUSH, provider="web_push")
    Route.objects.create(channel=Channel.EMAIL, provider="email")
    senders = SenderThreads(on_invalid=lambda ids: forget_dead_addresses(address_ids=ids, now=NOW))
    senders.start()
    yield
    senders.stop()


def say_yes(visitors, link: str) -> None:
    """Open the link that came by the way itself, and press yes."""
    page = visitors.open(None)
    page.goto(link)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def sign_up(visitors, browser, mailbox) -> None:
    """By e-mail and by push, each with its own second yes."""
    from django.utils import timezone

    for channel, address in ((Channel.EMAIL, NEIGHBOUR), (Channel.PUSH, browser.address)):
        start_subscription(preferences=CORNER, contact=contact_for(channel, address), now=timezone.now())
    (mail,) = wait_until(lambda: mailbox.to(NEIGHBOUR), "the mail that asks for a yes")
    say_yes(visitors, re.search(r"http://\S+/yes/\d+", mail.part("plain"))[0])
    (hello,) = wait_until(lambda: browser.received, "the push that asks for a yes")
    say_yes(visitors, hello.payload["link"])
    assert Subscription.objects.filter(state=SubscriptionState.ACTIVE).count() == 2


def warn(first: Page, second: Page) -> None:
    """One person takes the report to a written message; another approves it."""
    eventually(first, lambda: first.locator("[id^=row-report-]").count() == 1, "the report in the queue")
    first.locator("[id^=row-report-]").click()
    first.locator("#open-list input").first.check()
    first.locator("text=This is the place").click()
    expect(first.locator("#pane-title")).to_contain_text("Pershing Rd and Kedzie Ave")
    check(first, "CONFIRMED_ACTIVE", "ICE")
    hand_over(first)
    approve(second)


def check(page: Page, outcome: str, agency: str) -> None:
    if not page.locator("#tab-check[aria-current]").count():
        page.locator("#tab-check").click()
        expect(page.locator("#tab-check[aria-current]")).to_have_count(1)
    page.locator(f"input[name=outcome][value={outcome}]").check()
    page.locator("#id_agency").select_option(agency)
    page.keyboard.press("Control+Enter")
    # what to say: a form, or words that the finding wrote by itself
    expect(page.locator("[data-compose]:visible, .waits:visible").first).to_be_visible()


def hand_over(page: Page) -> None:
    page.keyboard.press("w")
    expect(page.locator(".compose__preview .reach")).to_have_text("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waits")).to_contain_text("Another person must approve it")


def approve(page: Page) -> None:
    eventually(page, lambda: page.locator("[id^=row-alert-]").count() == 1, "the message that waits")
    page.locator("[id^=row-alert-]").click()
    expect(page.locator(".approval")).to_be_visible()
    page.locator("[id^=approve-]").click()
    expect(page.locator("[id^=approve-]")).to_have_count(0, timeout=15_000)


def test_from_a_neighbours_words_to_the_phones_and_back(chromium, visitors, screens, sending, push_service, mailbox):
    browser = push_service.subscribe()
    sign_up(visitors, browser, mailbox)

    neighbour = visitors.open("/report/")
    go_to(neighbour, "check")
    press(neighbour, "send")
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){2}", neighbour.inner_text("#code"))

    roles = (Role.OPERATOR, Role.VERIFIER, Role.APPROVER)
    first, second = (screens.open(make_user(name, *roles)) for name in ("Ana", "Beto"))
    warn(first, second)
    pushed = wait_until(lambda: len(browser.received) == 2 and browser.received[1].payload, "the push")
    mailed = wait_until(lambda: len(mailbox.to(NEIGHBOUR)) == 2 and mailbox.to(NEIGHBOUR)[1], "the mail")
    assert pushed["title"] == "Confirmado: agentes de ICE en Brighton Park"
    assert "Pershing Rd y Kedzie Ave" in mailed.part("plain")
    assert mailed.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    phone = open_page(chromium, screens.origin, "/")
    phone.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 1)")
    shows = ServiceWorkerPush(phone)
    shows.deliver(json.dumps(pushed))
    (shown,) = shows.shown(1)
    assert (shown["title"], shown["lang"], shown["data"]["status"]) == (pushed["title"], "es", "CONFIRMED")

    check(first, "NOT_IMMIGRATION", "POLICE")
    expect(first.locator(".waits")).to_contain_text("Another person must approve it")
    approve(second)
    corrected = wait_until(lambda: len(browser.received) == 3 and browser.received[2].payload, "the correction")
    sorry = wait_until(lambda: len(mailbox.to(NEIGHBOUR)) == 3 and mailbox.to(NEIGHBOUR)[2], "the correction by mail")
    assert corrected["tag"] == pushed["tag"]
    assert "era la policía, no inmigración" in sorry.part("plain")
    shows.deliver(json.dumps(corrected))
    wait_until(lambda: shows.shown(1)[0]["data"]["status"] == "CORRECTED", "the notification that replaces the first")
    said = Delivery.objects.filter(receipt="DELIVERED").order_by("pk")
    wait_until(lambda: said.count() == 2, "the phone's word that it has shown both")
    assert set(said.values_list("channel", "receipt_code")) == {(Channel.PUSH, "SHOWN")}
    phone.context.close()

    reach = set(Delivery.objects.values_list("alert__kind", "channel", "state"))
    assert reach == {
        (kind, channel, "SENT") for kind in ("CONFIRMED", "CORRECTION") for channel in (Channel.EMAIL, Channel.PUSH)
    }
