"""Signing up by call, Signal, Telegram, Matrix and ntfy: only active channels are offered, each with its opt-in."""

from __future__ import annotations

import re

import pytest

from corredor.delivery.models import Route, TransactionalMessage
from corredor.flows.subscribe.leave import leave_by_address
from corredor.flows.subscribe.restart import lift_stop
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.models import Address
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from tests.factories import NOW

from .walker import Walker

pytestmark = pytest.mark.django_db
NUMBER = "+13125550142"
OTHERS = ("VOICE", "SIGNAL", "TELEGRAM", "MATRIX", "NTFY")


@pytest.fixture(autouse=True)
def _providers(settings):
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
        "telegram": {"token": "1:a", "bot": "red_bot"},
        "ntfy": {"url": "https://ntfy.example.org/"},
    }


def turn_on(*methods: str) -> None:
    for channel in methods:
        Route.objects.update_or_create(channel=channel, defaults={"provider": "console"})


def sign_up(channel: str, address: str = "", *, language: str = "en") -> Walker:
    walker = Walker("/s/", language=language)
    answers = {"areas": {"areas": ["community_area:58"]}, "wishes": {"kinds": ["hazard"], "language": language}}
    walker.walk(answers, until="channel")
    walker.send(channel=channel, address=address)
    return walker


def code_in(notice: TransactionalMessage) -> str:
    return re.sub(r"\D", "", re.search(r"\d(?:, )?\d(?:, )?\d(?:, )?\d(?:, )?\d(?:, )?\d", notice.text)[0])


def type_code(walker: Walker, code: str) -> str:
    fields = {"token": walker.hidden("token"), "code": code}
    return walker.client.post("/s/code/", fields, headers=walker.headers).content.decode()


def offered(walker: Walker) -> set[str]:
    return set(re.findall(r'name="channel" value="(\w+)"', walker.html))


def test_only_what_is_on_is_offered():
    turn_on("SMS", "VOICE", "MATRIX")
    walker = Walker("/s/", language="en")
    walker.walk(
        {"areas": {"areas": ["community_area:58"]}, "wishes": {"kinds": ["hazard"], "language": "en"}}, until="channel"
    )
    assert offered(walker) == {"SMS", "VOICE", "MATRIX"}
    walker.send(channel="TELEGRAM")
    assert "valid choice" in walker.html
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("channel", "typed", "kind", "kept", "words"),
    [
        ("VOICE", "312 555 0142", AddressKind.VOICE, NUMBER, "We are calling you."),
        ("SIGNAL", "(312) 555-0142", AddressKind.SIGNAL, NUMBER, "a message on Signal"),
        ("MATRIX", "@Vecina:Example.org", AddressKind.MATRIX, "@vecina:example.org", "invited you to a room"),
        ("SMS", "312 555 0142", AddressKind.PHONE, NUMBER, "or type its code here"),
    ],
)
def test_a_code_that_comes_by_the_way_itself_is_the_second_yes(channel, typed, kind, kept, words):
    turn_on(channel)
    walker = sign_up(channel, typed)
    assert words in walker.html
    notice = TransactionalMessage.objects.get()
    assert (notice.channel, notice.kind, notice.link) == (channel, "CONFIRM", "")
    assert address_book.open_addresses([notice.address_id])[notice.address_id] == kept
    assert Address.objects.get().kind == kind
    assert "Alerts are on" in type_code(walker, f" {code_in(notice)[:3]} {code_in(notice)[3:]} ")
    assert Subscription.objects.get().state == "ACTIVE"


def test_a_code_to_be_heard_is_told_digit_by_digit():
    turn_on("VOICE")
    sign_up("VOICE", "312 555 0142", language="es")
    assert re.search(r"La clave es: \d, \d, \d, \d, \d, \d\.", TransactionalMessage.objects.get().text)


def test_a_wrong_code_is_told_and_counted():
    turn_on("VOICE")
    walker = sign_up("VOICE", "312 555 0142")
    right = code_in(TransactionalMessage.objects.get())
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert "That is not the code." in type_code(walker, wrong)
    assert "six digits" in type_code(walker, "12")
    assert ContactMethod.objects.get().code_tries == 1
    for _ in range(5):
        type_code(walker, wrong)
    assert "tried too often" in type_code(walker, right)
    assert Subscription.objects.get().state == "PENDING"


def test_a_code_without_its_page_opens_nothing(client):
    assert client.post("/s/code/", {"token": "x", "code": "123456"}).status_code == 404
    assert client.post("/s/code/", {}).status_code == 200
    assert client.get("/s/code/").status_code == 200


def test_a_topic_is_made_for_one_person_and_shown_once():
    turn_on("NTFY")
    walker = sign_up("NTFY")
    topic = re.search(r"code--long\">([-a-z0-9]{23})<", walker.html)[1]
    assert f'href="https://ntfy.example.org/{topic}"' in walker.html
    notice = TransactionalMessage.objects.get()
    assert address_book.open_addresses([notice.address_id])[notice.address_id] == topic
    assert walker.page["Cache-Control"] == "no-store"
    assert "Alerts are on" in type_code(walker, code_in(notice))
    assert topic not in sign_up("NTFY").html


def test_telegram_is_opened_by_a_link_that_nobody_can_guess():
    turn_on("TELEGRAM")
    walker = sign_up("TELEGRAM")
    word = re.search(r'href="https://t\.me/red_bot\?start=([-a-z0-9]{23})"', walker.html)[1]
    assert not TransactionalMessage.objects.exists(), "there is no chat yet to write to"
    kept = Address.objects.get()
    assert address_book.open_addresses([kept.pk])[kept.pk] == f"start:{word}"
    assert Subscription.objects.get().state == "PENDING"


@pytest.mark.parametrize(
    ("channel", "typed", "words"),
    [
        ("VOICE", "ana@example.org", "not a phone number"),
        ("SIGNAL", "", "Write your phone number"),
        ("MATRIX", "vecina", "not a Matrix name"),
        ("MATRIX", "@vecina:ex ample", "not a Matrix name"),
        ("MATRIX", "", "Write your name on Matrix"),
    ],
)
def test_wrong_addresses_are_told(channel, typed, words):
    turn_on(*OTHERS)
    walker = sign_up(channel, typed)
    assert words in walker.html
    assert not Address.objects.exists()


def test_stop_by_text_ends_calls_and_signal_too_and_start_undoes_it():
    turn_on("VOICE", "SIGNAL")
    for channel in ("VOICE", "SIGNAL"):
        type_code(sign_up(channel, NUMBER), code_in(TransactionalMessage.objects.latest("pk")))
    assert leave_by_address(Contact.parse(AddressKind.PHONE, NUMBER), now=NOW) == 2
    assert not Address.objects.exists()
    assert Suppression.objects.count() == 1
    assert "asked to be left alone" in sign_up("VOICE", NUMBER).html
    lift_stop(Contact.parse(AddressKind.PHONE, NUMBER), now=NOW)
    assert "We are calling you." in sign_up("VOICE", NUMBER).html


def test_a_key_pressed_in_a_call_ends_calls_alone():
    turn_on("VOICE", "SIGNAL")
    for channel in ("VOICE", "SIGNAL"):
        type_code(sign_up(channel, NUMBER), code_in(TransactionalMessage.objects.latest("pk")))
    assert leave_by_address(Contact.parse(AddressKind.VOICE, NUMBER), now=NOW) == 1
    assert list(ContactMethod.objects.values_list("kind", flat=True)) == ["SIGNAL"]
    assert "asked to be left alone" in sign_up("VOICE", NUMBER).html
