"""The effect and reply of each keyword, in both languages, for known and unknown numbers."""

from __future__ import annotations

import pytest

from corredor.flows.report.receive_sms import MOST_ANSWERS, receive_sms
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.intake.models import Note, Report
from corredor.people.contact import Contact
from corredor.people.models import Network
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from tests.factories import NOW, contact_for, turn_channels_on

pytestmark = pytest.mark.django_db
PHONE = "+17735550142"


@pytest.fixture(autouse=True)
def _network(db):
    turn_channels_on()
    Network.objects.update_or_create(pk=1, defaults={"name": "Red", "hotline": "312 555 0199"})


def sms(text, *, sender=PHONE):
    return receive_sms(
        sender=Contact.parse("PHONE", sender), text=text, raw=text.encode(), provider_reference=text, now=NOW
    ).text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("STOP", "You will get no more messages"),
        ("Stop!", "You will get no more messages"),
        ("STOPALL", "You will get no more messages"),
        ("unsubscribe", "You will get no more messages"),
        ("CANCEL", "You will get no more messages"),
        ("End", "You will get no more messages"),
        ("quit", "You will get no more messages"),
        ("ALTO", "Ya no recibira mensajes"),
        ("¡Alto!", "Ya no recibira mensajes"),
        ("baja", "Ya no recibira mensajes"),
        ("START", "To choose places"),
        ("unstop", "To choose places"),
        ("INICIO", "Para elegir zonas"),
        ("HELP", "Red. To report"),
        ("info", "Red. To report"),
        ("Ayuda", "Red. Para reportar"),
        ("información", "Red. Para reportar"),
        ("REPORT", "Write what you see"),
        ("reporte", "Escriba qué ve"),
        ("STATUS", "Nothing is confirmed"),
        ("¿Estado?", "En este momento no hay nada confirmado"),
        ("WATER", "We do not list places"),
        ("agua", "Todavia no tenemos lista"),
        ("YES", "nothing"),
        ("Sí", "nada"),
    ],
)
def test_what_is_answered(text, answer):
    assert answer in sms(text)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [("AGUA", "llame al 211 o al 312 555 0199."), ("WATER", "call 211 or 312 555 0199.")],
)
def test_water_names_whom_to_call(text, words):
    assert words in sms(text)


@pytest.mark.parametrize(("text", "words"), [("AGUA", "llame al 211."), ("WATER", "call 211.")])
def test_water_without_a_hotline(text, words):
    Network.objects.update(hotline="")
    assert words in sms(text)


@pytest.mark.parametrize("text", ["HELP", "AYUDA"])
def test_help_names_the_hotline_and_how_to_leave(text):
    answer = sms(text)
    assert "312 555 0199" in answer
    assert ("STOP" if text == "HELP" else "ALTO") in answer


def test_who_has_signed_up_is_answered_in_their_own_language():
    start_subscription(
        preferences=Preferences(language="es", areas=("58",)), contact=contact_for("SMS", PHONE), now=NOW
    )
    assert "Para reportar" in sms("HELP")


@pytest.mark.parametrize("text", ["START", "UNSTOP", "INICIO", "Yes", "SI"])
def test_what_undoes_a_stop(text):
    sms("STOP")
    assert Suppression.objects.count() == 1
    answer = sms(text)
    assert Suppression.objects.count() == 0
    assert "http" in answer  # the page to sign up again: their wishes were erased


def test_a_yes_that_confirms_something_does_not_need_a_stop_to_undo():
    start_subscription(
        preferences=Preferences(language="en", areas=("58",)), contact=contact_for("SMS", PHONE), now=NOW
    )
    assert "Done." in sms("YES")
    assert ContactMethod.objects.get().confirmed_at == NOW


@pytest.mark.parametrize(
    "sentence",
    [
        "They stopped a car at 26th and Pulaski, please STOP by",
        "stop, agents at 39th and Kedzie",
        "alto, hay agentes en la 39 y kedzie",
        "un agente alto en la 26 y Pulaski",
        "necesitamos ayuda en la 39 y kedzie",
    ],
)
def test_a_sentence_with_a_keyword_in_it_is_a_report(sentence):
    start_subscription(
        preferences=Preferences(language="es", areas=("58",)), contact=contact_for("SMS", PHONE), now=NOW
    )
    sms(sentence)
    assert Report.objects.get().text == sentence
    assert Subscription.objects.count() == 1
    assert not Suppression.objects.exists()


def test_a_program_that_answers_our_answers_is_answered_no_more():
    """Two programs would go on for ever, at our cost; what it says is still taken in, and others are answered."""
    said = [sms(f"I am driving {row} and will text you later") for row in range(40)]

    assert all(said[:MOST_ANSWERS])
    assert not any(said[MOST_ANSWERS:])
    assert Report.objects.count() + Note.objects.count() == 40
    assert sms("STATUS", sender="+13125550199")
