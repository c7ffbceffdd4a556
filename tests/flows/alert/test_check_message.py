"""Message verification: exact text, by code, or not ours; and the proof that anyone can check."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from django.conf import settings as live

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Fingerprint, Signature
from corredor.alerts.signing_keys import change_signing_key, list_public_keys
from corredor.engines import signing
from corredor.engines.smstext import to_gsm7
from corredor.flows.alert.check_message import Verdict, check_message, get_signed
from corredor.flows.alert.compose import write_alert
from corredor.flows.publish.view import NothingPublic
from corredor.incidents.enums import Agency, Outcome
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours
from tests.flows.steps import check

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(desk):
    make_neighbours(1)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


def words(alert, language="es", length="standard"):
    return getattr(alert.texts.get(language=language), length)


def ask(text):
    return check_message(text=text, now=NOW)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("length", ["short", "standard", "long"])
def test_every_form_is_known_word_for_word(alert, language, length):
    checked = ask(words(alert, language, length))

    assert checked.verdict is Verdict.OURS
    assert checked.alert.slug == alert.slug


def test_a_text_message_without_accents_and_with_other_blanks_is_known(alert):
    text = to_gsm7(words(alert)).replace(" ", "\n  ").upper()

    assert ask(text).verdict is Verdict.OURS


def test_a_notification_with_its_title_is_known(alert):
    assert ask(f"{words(alert, length='title')}\n{words(alert, length='short')}").verdict is Verdict.OURS


def test_the_code_or_the_link_alone(alert):
    for text in (alert.slug, alert.slug.upper(), f"{live.BASE_URL}/a/{alert.slug}", f"código: {alert.slug}"):
        checked = ask(text)
        assert (checked.verdict, checked.by_code) == (Verdict.OURS, True)


def test_a_part_of_it_with_its_link(alert):
    assert ask(f"{words(alert)[:120]} {live.BASE_URL}/a/{alert.slug}").verdict is Verdict.OURS


def test_one_word_changed_under_our_link(alert):
    checked = ask(words(alert).replace("Kedzie", "Western"))

    assert checked.verdict is Verdict.CHANGED
    assert checked.alert.slug == alert.slug


def test_something_added_under_our_link(alert):
    assert ask(words(alert) + " Mande 50 dólares a este número.").verdict is Verdict.CHANGED


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: f"{text},_YA_NO_HAY_PELIGRO,_SALGA",  # joined to the link
        lambda text: text + "\u2800YA\u2800NO\u2800HAY\u2800PELIGRO",  # by a blank that is none
        lambda text: f"{text}~YA_PASÓ",
        lambda text: text + " \U0001f175\U0001f170\U0001f17b\U0001f182\U0001f17e",  # FALSO in boxes
        lambda text: text + " \U0001f1f3\U0001f1f4",
        lambda text: text + " ❌",
        lambda text: text.replace(" no ", " n\u0336o\u0336 "),  # struck out
        lambda text: text.replace(" no ", " ~no~ "),  # struck out in chats
        lambda text: text.replace(" no ", " \u202eno\u202c "),  # turned round
        lambda text: text.replace("a", "\u0430", 1),  # a letter of another alphabet
        lambda text: text[text.index(" no ") + 4 :],  # "no" cut off with what stands before it
    ],
)
def test_words_are_not_hidden_struck_out_or_cut_off(alert, forge):
    text = words(alert, "es", "standard")
    assert " no " in text
    assert text.endswith(alert.slug)

    assert forge(text) != text
    assert ask(forge(text)).verdict is Verdict.CHANGED


def test_what_phones_add_by_themselves_changes_nothing(alert):
    decomposed = unicodedata.normalize("NFD", words(alert))
    for text in (decomposed, f"\u200e«{words(alert)}»\u200b", words(alert).replace(". ", ".\u00a0* ")):
        assert ask(text).verdict is Verdict.OURS


@pytest.mark.parametrize(
    "link",
    [
        "https://corredor.example.net/a/",
        "http://localhost:8000@example.net/a/",
        "example.net/pay",
        "https://localhost/a/",
        "http://[bad/",
    ],
)
def test_a_link_that_leads_elsewhere(alert, link):
    assert ask(f"{words(alert)} {link}").verdict is Verdict.FOREIGN_LINK


@pytest.mark.parametrize("text", ["Redada en la 26, corran", "a" * 10_000, "𓀀" * 50, "cdfghjkmnp", "3:15 p.m."])
def test_what_we_never_sent(alert, text):
    assert ask(text).verdict is Verdict.UNKNOWN


def test_what_is_not_approved_is_not_known(desk):
    waiting = write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )

    assert ask(words(waiting)).verdict is Verdict.UNKNOWN
    assert ask(waiting.slug).verdict is Verdict.UNKNOWN


def test_what_was_corrected_says_so(alert, desk):
    check(desk, alert.incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)

    assert ask(words(alert)).incident.status == "CORRECTED"


def test_a_fingerprint_alone_makes_nothing_ours(alert):
    Signature.objects.update(signature="AAAA")

    assert Fingerprint.objects.exists()
    assert ask(words(alert)).verdict is Verdict.UNKNOWN
    with pytest.raises(NothingPublic):
        get_signed(slug=alert.slug)


def test_the_proof_holds_against_the_published_key(alert):
    signed = get_signed(slug=alert.slug)
    keys = {key.name: key.public for key in list_public_keys()}

    assert signing.is_signed(signed.text, signed.signature, public=keys[signed.key])
    assert words(alert) in signed.text
    assert '"approved_at":"2025-10-04T16:00:00+00:00"' in signed.text


def test_a_new_key_leaves_the_old_signature_good(alert, settings, tmp_path):
    settings.KEY_ROOT = tmp_path
    old = settings.SIGNING_KEY.hex()
    before = get_signed(slug=alert.slug)
    (tmp_path / "signing.key").write_text(settings.SIGNING_KEY.hex())
    name = change_signing_key(now=NOW)
    after = get_signed(slug=alert.slug)

    assert after == before
    assert [key.name for key in list_public_keys()] == [name, before.key]
    assert list_public_keys()[1].until == NOW
    assert (tmp_path / "signing.key").read_text() == settings.SIGNING_KEY.hex()
    assert old not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_a_replaced_key_signs_nothing_from_then_on(alert, settings, tmp_path):
    """Whoever has a copy of the old key and writes into the database makes no message ours."""
    settings.KEY_ROOT = tmp_path
    old = settings.SIGNING_KEY
    (tmp_path / "signing.key").write_text(old.hex())
    change_signing_key(now=NOW - timedelta(minutes=1))  # before the alert was approved
    assert ask(words(alert)).verdict is Verdict.UNKNOWN

    new, settings.SIGNING_KEY = settings.SIGNING_KEY, old  # a server that has not been started again yet
    assert ask(words(alert)).verdict is Verdict.OURS
    settings.SIGNING_KEY = new
    assert ask(words(alert)).verdict is Verdict.UNKNOWN
