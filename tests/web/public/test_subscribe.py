"""Signing up, confirming, changing, leaving."""

from __future__ import annotations

import json
import re
from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from corredor.delivery.models import Route, TransactionalMessage
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.models import Address
from corredor.subscriptions import actions
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from corredor.subscriptions.unsubscribe_link import sign_unsubscribe
from tests.factories import contact_for, push_address, turn_channels_on
from tests.servers.push_service import Browser

from .walker import Walker

pytestmark = pytest.mark.django_db
ANSWERS = {
    "areas": {"areas": ["community_area:58", "community_area:30"]},
    "wishes": {"kinds": ["enforcement", "hazard"], "language": "es", "quiet_from": "22:00", "quiet_until": "06:00"},
    "channel": {"channel": "EMAIL", "address": "ana@example.org"},
}


@pytest.fixture(autouse=True)
def _channels_on(db):
    turn_channels_on()


def sign_up(language: str = "en", **changed):
    walker = Walker("/s/", language=language)
    walker.walk(ANSWERS | changed, until="channel")
    walker.send(**(ANSWERS | changed)["channel"])
    return walker


def link_in(notice: TransactionalMessage) -> str:
    """The path of the link that the notice carries."""
    return re.search(r"(/s/\S+/yes/\d+)", notice.link or notice.text)[1]


def test_three_pages_then_a_second_yes_by_the_way_itself():
    walker = sign_up()
    assert "We have sent you an e-mail." in walker.html
    subscription = Subscription.objects.get()
    assert subscription.state == "PENDING"
    assert subscription.areas == ["community_area:58", "community_area:30"]
    assert (subscription.wants_enforcement, subscription.wants_hazard, subscription.wants_rumour) == (True, True, False)
    assert subscription.quiet_from is None, "the hours count only when the box is ticked"
    notice = TransactionalMessage.objects.get()
    assert notice.kind == "CONFIRM"
    assert not walker.client.cookies


def test_quiet_hours_and_rumours():
    sign_up(wishes=ANSWERS["wishes"] | {"kinds": ["rumour"], "quiet": "on", "quiet_from": "21:30"})
    subscription = Subscription.objects.get()
    assert (subscription.quiet_from, subscription.quiet_until) == (time(21, 30), time(6, 0))
    assert (subscription.wants_enforcement, subscription.wants_rumour) == (False, True)


def test_a_circle_becomes_cells_and_its_point_is_kept_nowhere():
    sign_up(areas={"lat": "41.82263", "lon": "-87.70447", "radius": "800"})
    subscription = Subscription.objects.get()
    assert subscription.areas == []
    assert subscription.coverage_area.cells.exists()
    kept = repr(list(Subscription.objects.values())) + repr(list(ContactMethod.objects.values()))
    assert "41.8" not in kept
    assert "87.7" not in kept


def test_a_circle_outside_the_city_is_refused_with_words():
    walker = sign_up(areas={"lat": "19.43", "lon": "-99.13", "radius": "800"})
    assert "outside the city" in walker.html
    assert walker.step == "areas"
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("step", "answers", "words"),
    [
        ("areas", {}, "Choose at least one area"),
        ("areas", {"areas": ["community_area:999"]}, "valid choice"),
        ("wishes", {"kinds": [], "language": "es"}, "Choose at least one."),
        ("wishes", {"kinds": ["everything"], "language": "es"}, "valid choice"),
        (
            "wishes",
            {"kinds": ["hazard"], "language": "es", "quiet": "on", "quiet_from": "22:00", "quiet_until": "22:00"},
            "two different hours",
        ),
        ("channel", {"channel": "SMS", "address": "ana@example.org"}, "not a phone number"),
        ("channel", {"channel": "EMAIL", "address": "312 555 0142"}, "not an e-mail address"),
        ("channel", {"channel": "SMS", "address": ""}, "Write your phone number"),
        ("channel", {"channel": "DRILL", "address": "n1"}, "valid choice"),
        ("channel", {"channel": "PUSH", "address": "{}"}, "valid choice"),
    ],
)
def test_wrong_answers_are_told_and_nothing_is_kept(step, answers, words):
    walker = Walker("/s/", language="en")
    walker.walk(ANSWERS, until=step)
    walker.send(**answers)
    assert words in walker.html
    assert walker.step == step
    assert not Subscription.objects.exists()
    assert not Address.objects.exists()


def test_pressed_twice_asks_once():
    walker = Walker("/s/")
    walker.walk(ANSWERS, until="channel")
    fields = {"state": walker.hidden("state"), "step": "channel", "go": "next", **ANSWERS["channel"]}
    for _ in range(3):
        assert walker.client.post("/s/", fields).status_code == 200
    assert Subscription.objects.count() == 1
    assert TransactionalMessage.objects.count() == 1


def test_who_said_stop_is_not_signed_up_again_by_others(client):
    sign_up()
    address = Address.objects.get()
    Suppression.objects.create(lookup=bytes(address.lookup), refused_at=address.made_at)
    Subscription.objects.all().delete()
    walker = sign_up()
    assert "asked to be left alone" in walker.html
    assert not Subscription.objects.exists()


def test_a_link_opened_by_a_mail_program_does_not_count_but_a_press_does(client):
    sign_up()
    link = link_in(TransactionalMessage.objects.get())
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert Subscription.objects.get().state == "PENDING"
    page = client.post(link, headers={"Accept-Language": "en"})
    assert "Alerts are on" in page.content.decode()
    assert Subscription.objects.get().state == "ACTIVE"
    assert client.post(link).status_code == 200, "pressed twice is no fault"


def test_a_guessed_code_confirms_nothing(client):
    sign_up()
    link = link_in(TransactionalMessage.objects.get())
    for guess in range(7):
        answer = client.post(re.sub(r"\d+$", f"{guess:06d}x", link))
    assert answer.status_code in (404, 429)
    assert Subscription.objects.get().state == "PENDING"


def manage_link(walker: Walker) -> str:
    return re.search(r'href="(/s/[^/"]+/)"', walker.html)[1]


def test_the_manage_page_shows_and_changes_all_but_the_places(client):
    address = manage_link(sign_up())
    page = client.get(address, headers={"Accept-Language": "en"})
    assert "Brighton Park" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    before = set(Subscription.objects.get().coverage_area.cells.values_list("cell", flat=True))
    page = client.post(address, {"kinds": ["rumour"], "language": "en", "quiet_from": "22:00", "quiet_until": "06:00"})
    assert page.status_code == 200
    subscription = Subscription.objects.get()
    assert (subscription.language, subscription.wants_rumour, subscription.wants_enforcement) == ("en", True, False)
    assert subscription.areas == ["community_area:58", "community_area:30"]
    assert set(subscription.coverage_area.cells.values_list("cell", flat=True)) == before


def test_a_circle_survives_a_change_of_wishes(client):
    address = manage_link(sign_up(areas={"lat": "41.82263", "lon": "-87.70447", "radius": "800"}))
    before = set(Subscription.objects.get().coverage_area.cells.values_list("cell", flat=True))
    client.post(address, {"kinds": ["hazard"], "language": "es", "quiet_from": "22:00", "quiet_until": "06:00"})
    assert set(Subscription.objects.get().coverage_area.cells.values_list("cell", flat=True)) == before


def test_other_places_replace_the_ones_before(client):
    address = manage_link(sign_up())
    assert 'value="community_area:58" checked' in client.get(f"{address}places/").content.decode()
    answer = client.post(f"{address}places/", {"areas": ["community_area:1"]})
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert Subscription.objects.get().areas == ["community_area:1"]
    refused = client.post(f"{address}places/", {}, headers={"Accept-Language": "en"})
    assert "Choose at least one area" in refused.content.decode()


def test_leaving_is_one_press_and_erases(client):
    sign_up()
    link = f"/s/leave/{sign_unsubscribe(Subscription.objects.get().pk)}"
    page = client.get(link, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert Subscription.objects.exists(), "looking at the page erases nothing"
    assert "Erased" in client.post(link, headers={"Accept-Language": "en"}).content.decode()
    assert not Subscription.objects.exists()
    assert not Address.objects.exists()
    assert client.post(link).status_code == 200, "pressed twice is no fault"
    assert client.get(link).status_code == 404


def test_a_mail_program_s_one_click_leaves(client):
    """RFC 8058: a POST from the mail provider's servers, with nothing of a browser about it."""
    sign_up()
    link = f"/s/leave/{sign_unsubscribe(Subscription.objects.get().pk)}"
    answer = client.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("token", ["x", "1.abc", "a" * 400, "..", "%00", "🚨"])
def test_links_that_lead_nowhere_say_so(client, token):
    for address in (f"/s/leave/{token}", f"/s/{token}/", f"/s/{token}/places/", f"/s/{token}/yes/123456"):
        assert client.get(address).status_code in (301, 404)


def push_from(browser: Browser, walker: Walker, **more):
    body = {"subscription": json.loads(browser.address), "answers": {"state": [walker.hidden("state")]}, **more}
    return walker.client.post("/s/push/", json.dumps(body), content_type="application/json")


def test_alerts_on_the_phone_are_asked_for_as_json():
    walker = Walker("/s/")
    walker.walk(ANSWERS, until="channel")
    browser = Browser("https://push.example.org/send/abc")
    answer = push_from(browser, walker)
    assert (answer.status_code, answer.json()) == (200, {"next": "/s/asked/"})
    assert ContactMethod.objects.get().kind == "PUSH"
    notice = TransactionalMessage.objects.get()
    assert (notice.kind, notice.channel) == ("CONFIRM", "PUSH")
    Client().post(link_in(notice))
    assert Subscription.objects.get().state == "ACTIVE"


def test_a_push_address_without_answers_is_refused():
    walker = Walker("/s/")
    answer = push_from(Browser("https://push.example.org/send/abc"), walker)
    assert answer.status_code == 400
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("endpoint", ["http://push.example.org/x", "javascript:alert(1)", "https://", "https://a b/"])
def test_a_push_address_that_is_no_address_is_refused(endpoint):
    walker = Walker("/s/")
    walker.walk(ANSWERS, until="channel")
    assert push_from(Browser(endpoint), walker).status_code == 400
    assert not Subscription.objects.exists()
    assert not Address.objects.exists()


def test_a_changed_push_address_follows_the_browser(client):
    walker = Walker("/s/")
    walker.walk(ANSWERS, until="channel")
    old, new = (Browser(f"https://push.example.org/send/{name}") for name in ("old", "new"))
    push_from(old, walker)
    before = ContactMethod.objects.get().address_id
    body = json.dumps({"old": old.endpoint, "subscription": json.loads(new.address)})
    assert client.post("/push/renew/", body, content_type="application/json").json() == {"known": True}
    assert ContactMethod.objects.get().address_id != before
    assert Address.objects.count() == 1
    body = json.dumps({"old": "https://push.example.org/send/guess", "subscription": json.loads(old.address)})
    assert client.post("/push/renew/", body, content_type="application/json").status_code == 404
    assert Address.objects.count() == 1


def test_the_public_key_is_told_only_when_there_is_one(client, settings, vapid_key, tmp_path):
    settings.CORREDOR_PROVIDERS = {"web_push": {"vapid_key_path": str(tmp_path / "none.pem")}}
    assert client.get("/push/key/").status_code == 404
    walker = Walker("/s/")
    walker.walk(ANSWERS, until="channel")
    assert "data-push" not in walker.html
    settings.CORREDOR_PROVIDERS = {"web_push": {"vapid_key_path": str(vapid_key)}}
    key = client.get("/push/key/").json()["key"]
    assert len(key) == 87
    walker.send(go="back")
    walker.send(**ANSWERS["wishes"])
    assert f'data-vapid-key="{key}"' in walker.html


def test_areas_carry_the_names_people_use_and_every_area_is_in_one_side():
    html = Walker("/s/", language="es").html
    assert html.count('name="areas"') == 77
    for name in ("La Villita", "Las Empacadoras", "Back of the Yards", "Pilsen", "Little Village"):
        assert name in html
    assert "Lado suroeste" in html
    assert "Otras zonas" not in html


def test_nobody_is_promised_a_message_that_cannot_come(client):
    walker = Walker("/s/", language="en")
    Route.objects.all().delete()
    walker.walk(ANSWERS, until="channel")
    assert "cannot be sent from here yet" in walker.html
    assert 'value="next"' not in walker.html
    walker.send(**ANSWERS["channel"])
    assert not Subscription.objects.exists()
    assert not TransactionalMessage.objects.exists()


def test_nobody_is_asked_anything_when_no_message_can_come(client):
    Route.objects.all().delete()
    page = client.get("/s/", headers={"Accept-Language": "es"}).content.decode()
    assert "Todavía no se pueden mandar avisos desde aquí." in page
    assert 'name="areas"' not in page


def test_only_the_ways_that_are_on_are_offered():
    Route.objects.filter(channel="SMS").delete()
    walker = Walker("/s/", language="en")
    walker.walk(ANSWERS, until="channel")
    assert "By e-mail" in walker.html
    assert 'value="SMS"' not in walker.html
    walker.send(channel="SMS", address="312 555 0142")
    assert not Subscription.objects.exists()


def test_a_number_is_added_on_the_page_of_a_subscription(client):
    turn_channels_on()
    english = {"Accept-Language": "en"}
    started = start_subscription(
        preferences=Preferences(language="en", areas=("58",)),
        contact=contact_for("PUSH", push_address(1)),
        now=timezone.now(),
    )
    actions.confirm_method(method=ContactMethod.objects.get(), now=timezone.now())
    page = f"/s/{started.unsubscribe_token}/"
    assert f"{page}text/" in client.get(page).content.decode()

    answer = client.post(f"{page}text/", {"number": "my phone"}, headers=english)
    assert "This is not a phone number" in answer.content.decode()
    answer = client.post(f"{page}text/", {"number": "773 555 0142"}, headers=english)
    assert "Answer it with YES" in answer.content.decode()
    assert "wait for its YES" in client.get(page, headers=english).content.decode()

    actions.confirm_method(method=ContactMethod.objects.get(kind="SMS"), now=timezone.now())
    shown = client.get(page, headers=english).content.decode()
    assert re.search(r'name="text_if_needed"[^>]* checked', shown)
    kept = {"kinds": ["enforcement"], "language": "en", "quiet_from": "22:00", "quiet_until": "06:00"}
    client.post(page, kept)
    assert not Subscription.objects.get().text_if_needed
    client.post(page, kept | {"text_if_needed": "on"})
    assert Subscription.objects.get().text_if_needed


def test_who_has_one_way_keeps_the_wish_unasked(client):
    address = manage_link(sign_up())
    assert "text_if_needed" not in client.get(address).content.decode()
    client.post(address, {"kinds": ["hazard"], "language": "en", "quiet_from": "22:00", "quiet_until": "06:00"})
    assert Subscription.objects.get().text_if_needed


@pytest.mark.parametrize("token", ["nobody", "1.forged", "x" * 300])
def test_a_number_is_not_added_to_what_is_not_there(client, token):
    assert client.get(f"/s/{token}/text/").status_code == 404
    assert client.post(f"/s/{token}/text/", {"number": "773 555 0142"}).status_code == 404
    assert not Address.objects.exists()
