"""The JSON endpoint of a school's page for push on a phone."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from corredor.corridors.models import Following
from corredor.delivery.models import Route, TransactionalMessage
from corredor.subscriptions.models import Subscription
from tests.factories import push_address
from tests.flows.school_day import SchoolDay, make_school_day

pytestmark = pytest.mark.django_db
PHONE = json.loads(push_address(1))


@pytest.fixture
def at(db) -> SchoolDay:
    return make_school_day(volunteers=0)


def ask(at: SchoolDay, body: object, **headers: str):
    address = f"/school/{at.school.slug}/phone/"
    return Client().post(address, json.dumps(body), content_type="application/json", headers=headers)


def test_follow_look_and_leave(at):
    said = ask(at, {"do": "follow", "subscription": PHONE, "language": "en"})
    assert (said.status_code, said.json()["state"]) == (200, "waiting")
    assert Subscription.objects.get().language == "en"
    assert "told when the way home changes" in TransactionalMessage.objects.get().text
    assert said["Cache-Control"] == "no-store"
    assert not said.cookies
    assert ask(at, {"do": "look", "subscription": PHONE}).json()["state"] == "waiting"
    assert ask(at, {"do": "leave", "subscription": PHONE}).json() == {"state": "off", "keeps": False}
    assert not Following.objects.exists()


@pytest.mark.parametrize("language", [None, 7, "xx", ["es"]])
def test_a_strange_language_is_the_pages(at, language):
    ask(at, {"do": "follow", "subscription": PHONE, "language": language}, **{"Accept-Language": "es"})
    assert Subscription.objects.get().language == "es"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"do": "sing"},
        {"do": "follow"},
        {"do": "follow", "subscription": "x"},
        {"do": "look"},
        {"do": ["look"]},
    ],
)
def test_what_cannot_be_read_is_told_in_words(at, body):
    said = ask(at, body, **{"Accept-Language": "en"})
    assert said.status_code == 400
    assert said.json()["error"]
    assert not Subscription.objects.exists()


def test_another_sites_page_cannot_sign_a_phone_up(at):
    said = ask(at, {"do": "follow", "subscription": PHONE}, **{"Sec-Fetch-Site": "cross-site"})
    assert said.status_code == 403
    assert not Subscription.objects.exists()


def test_nothing_is_offered_while_no_push_can_be_sent(at, settings, vapid_key):
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"web_push": {"vapid_key_path": str(vapid_key)}}
    page = f"/school/{at.school.slug}/"
    assert "data-school-phone" in Client().get(page).content.decode()
    Route.objects.filter(channel="PUSH").delete()
    assert "data-school-phone" not in Client().get(page).content.decode()
    said = ask(at, {"do": "follow", "subscription": PHONE}, **{"Accept-Language": "en"})
    assert said.json()["error"] == "Messages cannot be sent from here yet. Look at the school's page instead."


def test_an_unknown_school_is_not_found(at):
    address = "/school/nowhere/phone/"
    said = Client().post(address, json.dumps({"do": "look", "subscription": PHONE}), content_type="application/json")
    assert said.status_code == 404


def test_whoever_leaves_the_alerts_keeps_the_address_while_a_school_needs_it(at):
    def needed() -> bool:
        body = json.dumps({"subscription": PHONE})
        return bool(Client().post("/push/needed/", body, content_type="application/json").json()["needed"])

    assert needed() is False
    ask(at, {"do": "follow", "subscription": PHONE})
    assert needed() is True
    ask(at, {"do": "leave", "subscription": PHONE})
    assert needed() is False
