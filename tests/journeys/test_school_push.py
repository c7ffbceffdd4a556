"""A parent's phone from following to leaving a school: the site's own service worker, a push service that
decrypts, two people who send, and an expired push subscription.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.corridors.enums import MessageKind
from corredor.delivery.models import Route, TransactionalMessage
from corredor.delivery.workers.worker import SenderThreads
from corredor.engines.webpush import make_vapid_key
from corredor.flows.school import tell
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.people.models import Address
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import Subscription
from tests.flows.school_day import SchoolDay, make_school_day
from tests.servers.chromium import ServiceWorkerPush
from tests.servers.deadline import wait_until

from .visitor import PHONE, find_barriers

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

# The public push services cannot be reached from a test: the browser is handed an address of the test's own, and keeps
# it as a browser does until it gives it up.
LEND_ADDRESS = """
const lent = () => ({ options: {}, toJSON: () => (%s), unsubscribe: async () => localStorage.removeItem("lent") });
PushManager.prototype.getSubscription = async () => (localStorage.getItem("lent") ? lent() : null);
PushManager.prototype.subscribe = async () => { localStorage.setItem("lent", "1"); return lent(); };
"""
WORDS = {
    "es": ("Avísenme en este teléfono", "A este teléfono le avisamos.", "Ya no avisar a este teléfono"),
    "en": ("Tell me on this phone", "This phone is told.", "Stop telling this phone"),
}
HELD = {"es": "sus hijos están a salvo dentro de la escuela", "en": "your children are safe inside the school"}


@pytest.fixture
def sending(settings, tmp_path, push_service, visitors) -> Iterator[None]:
    """Web push turned on, and the threads that `corredor serve` sends with."""
    key = tmp_path / "vapid.pem"
    key.write_bytes(make_vapid_key())
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"web_push": push_service.settings(key)}
    senders = SenderThreads(on_invalid=lambda ids: forget_dead_addresses(address_ids=ids, now=timezone.now()))
    senders.start()
    yield
    senders.stop()


def make_school() -> SchoolDay:
    at = make_school_day(now=timezone.now(), volunteers=0)
    Route.objects.exclude(channel=Channel.PUSH).delete()
    Route.objects.update_or_create(channel=Channel.PUSH, defaults={"provider": "web_push"})
    return at


def open_phone(visitors, browser, path: str, language: str) -> Page:
    page = visitors.open(None, language=language, permissions=["notifications"])
    page.add_init_script(LEND_ADDRESS % browser.address)
    page.goto(visitors.origin + path)
    return page


def tell_parents(at: SchoolDay, kind: MessageKind) -> None:
    now = timezone.now()
    dismissal = at.dismissal if TransactionalMessage.objects.filter(kind="SCHOOL").exists() else at.planned()
    message = tell.write_to_parents(dismissal, kind, proposal=None, by=at.lead, now=now)
    tell.send_to_parents(message_id=message.pk, by=at.co_lead, now=now)


@pytest.mark.parametrize("language", ["es", "en"])
def test_one_tap_to_be_told_and_one_to_leave(visitors, sending, push_service, language):
    at, (follow, told, stop) = make_school(), WORDS[language]
    here, browser = f"/school/{at.school.slug}/", push_service.subscribe()
    phone = open_phone(visitors, browser, here, language)
    shows = ServiceWorkerPush(phone)
    assert find_barriers(phone) == []

    phone.get_by_role("button", name=follow).click()
    (hello,) = wait_until(lambda: browser.received, "the first notice")
    expect(phone.get_by_text(told)).to_be_hidden()
    assert Subscription.objects.get().state == "PENDING"
    shows.deliver(json.dumps(hello.payload))
    expect(phone.get_by_text(told)).to_be_visible()
    assert (Subscription.objects.get().state, Subscription.objects.get().language) == ("ACTIVE", language)

    tell_parents(at, MessageKind.HELD)
    held = wait_until(lambda: len(browser.received) == 2 and browser.received[1].payload, "the school's text")
    assert HELD[language] in held["body"]
    shows.deliver(json.dumps(held))
    (shown,) = [one for one in shows.shown(2) if one["title"] == at.school.name]
    assert (shown["body"], shown["lang"]) == (held["body"], language)
    tell_parents(at, MessageKind.REOPENED)
    opened = wait_until(lambda: len(browser.received) == 3 and browser.received[2].payload, "the next text")
    shows.deliver(json.dumps(opened))
    wait_until(lambda: opened["body"] in [one["body"] for one in shows.shown(2)], "it takes the place of the first")

    worker = phone.context.service_workers[0]
    phone.goto(worker.evaluate("ownAddress", shown["data"]["link"]))
    assert phone.url == visitors.origin + here
    expect(phone.get_by_text(told)).to_be_visible()  # a new page finds out by itself
    assert find_barriers(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.get_by_role("button", name=stop).click()
    expect(phone.get_by_role("button", name=follow)).to_be_visible()
    assert not Subscription.objects.exists()
    assert not Address.objects.filter(kind="PUSH").exists()
    assert phone.evaluate("localStorage.getItem('lent')") is None, "the browser gave its address up too"
    assert push_service.refusals == []


def test_a_phone_that_is_gone_is_erased(visitors, sending, push_service):
    at = make_school()
    browser = push_service.subscribe()
    phone = open_phone(visitors, browser, f"/school/{at.school.slug}/", "es")
    phone.get_by_role("button", name=WORDS["es"][0]).click()
    (hello,) = wait_until(lambda: browser.received, "the first notice")
    ServiceWorkerPush(phone).deliver(json.dumps(hello.payload))
    expect(phone.get_by_text(WORDS["es"][1])).to_be_visible()
    browser.answers.append((410, {}))
    tell_parents(at, MessageKind.HELD)
    wait_until(lambda: not Subscription.objects.exists(), "the dead phone's following to be erased")
    assert not Address.objects.filter(kind="PUSH").exists()
    assert TransactionalMessage.objects.get(kind="SCHOOL").state == "INVALID_ADDRESS"


def test_without_scripts_the_other_ways_are_offered(visitors, sending):
    at = make_school()
    page = visitors.open(f"/school/{at.school.slug}/", scripts=False, language="es")
    expect(page.get_by_role("button", name=WORDS["es"][0])).to_be_hidden()
    expect(page.get_by_role("link", name="Seguir a esta escuela")).to_be_visible()
