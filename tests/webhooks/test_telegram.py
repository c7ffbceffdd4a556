"""The bot's webhook: Start confirms the opt-in, STOP and blocking unsubscribe, other calls change nothing."""

from __future__ import annotations

import json
import logging

import pytest

from corredor.flows.subscribe.generated_address import generate_address
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people import address_book
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from tests.factories import NOW, contact_for

pytestmark = pytest.mark.django_db
SECRET, CHAT = "bot-secret", 700100


@pytest.fixture(autouse=True)
def _bot(settings):
    settings.CORREDOR_INBOUND = settings.CORREDOR_INBOUND | {"telegram_secret": SECRET}
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"telegram": {"bot": "red_bot"}}


def tell(client, update, *, secret=SECRET):
    return client.post(
        "/hooks/telegram",
        update if isinstance(update, str) else json.dumps(update),
        content_type="application/json",
        headers={"X-Telegram-Bot-Api-Secret-Token": secret},
    )


def says(text, *, chat=CHAT, language="es"):
    return {"message": {"chat": {"id": chat, "type": "private"}, "from": {"language_code": language}, "text": text}}


def wait_for_start(language="es"):
    made = generate_address(Channel.TELEGRAM)
    preferences = Preferences(language=language, areas=("community_area:58",))
    start_subscription(preferences=preferences, contact=contact_for(Channel.TELEGRAM, made.value), now=NOW)
    return made.link.rpartition("=")[2]


def test_start_is_the_second_yes_and_the_chat_takes_the_place_of_the_word(client):
    word = wait_for_start()
    answer = tell(client, says(f"/start {word}", language="en")).json()
    assert (answer["method"], answer["chat_id"]) == ("sendMessage", CHAT)
    assert answer["text"].startswith("Listo."), "in the language they chose on the page"
    assert Subscription.objects.get().state == "ACTIVE"
    kept = Address.objects.get()
    assert address_book.open_addresses([kept.pk])[kept.pk] == str(CHAT)
    assert ContactMethod.objects.get().confirmed_at is not None


def test_the_same_start_twice_and_a_made_up_word_do_nothing(client):
    word = wait_for_start()
    tell(client, says(f"/start {word}"))
    for text in (f"/start {word}", "/start AAAAAAAAAAAAAAAAAAAAAAAA", "/start x", "/start", "hola"):
        assert "Elija sus zonas" in tell(client, says(text)).json()["text"]
    assert ContactMethod.objects.count() == 1
    tell(client, says(f"/start {word}", chat=CHAT + 1))  # somebody else with an old link
    assert Address.objects.count() == 1


@pytest.mark.parametrize("text", ["ALTO", "stop", "/stop"])
def test_stop_erases_the_chat(client, text):
    tell(client, says(f"/start {wait_for_start()}"))
    answer = tell(client, says(text.removeprefix("/"))).json()
    assert "Ya no recibirá mensajes aquí" in answer["text"]
    assert not Subscription.objects.exists()
    assert not Address.objects.exists()
    assert Suppression.objects.count() == 1


def test_blocking_the_bot_erases_the_chat_and_start_brings_it_back(client):
    tell(client, says(f"/start {wait_for_start()}"))
    blocked = {"my_chat_member": {"chat": {"id": CHAT, "type": "private"}, "new_chat_member": {"status": "kicked"}}}
    answer = tell(client, blocked)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not Address.objects.exists()
    tell(client, says(f"/start {wait_for_start()}"))
    assert Subscription.objects.get().state == "ACTIVE"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("secret", ["", "wrong", "ñ"])
def test_whoever_does_not_know_the_secret_is_told_nothing(client, secret, caplog):
    with caplog.at_level(logging.DEBUG, logger="corredor"):
        assert tell(client, says("/start"), secret=secret).status_code == 403
    assert str(CHAT) not in caplog.text


def test_without_a_secret_nobody_gets_in(client, settings):
    settings.CORREDOR_INBOUND = settings.CORREDOR_INBOUND | {"telegram_secret": ""}
    assert tell(client, says("/start"), secret="").status_code == 403


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 9000, '{"message": {"chat": {"type": "private"}}}', '"\\ud800"'])
def test_what_cannot_be_read_is_refused(client, body):
    assert tell(client, body).status_code == 400


def test_half_a_sign_breaks_nothing(client):
    body = json.dumps(says("/start")).replace("/start", "\\ud800")
    assert tell(client, body).status_code == 400


def test_what_is_no_concern_of_ours_is_accepted(client):
    assert tell(client, {"update_id": 1, "poll": {}}).status_code == 200
    assert tell(client, "x" * 70_000).status_code == 413
