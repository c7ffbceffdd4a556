"""An alert is signed in exactly the installed languages, and sent only in those it was signed in."""

from __future__ import annotations

import pytest

from corredor.alerts import integrity
from corredor.alerts.enums import AlertKind, AlertState
from corredor.alerts.errors import Altered
from corredor.alerts.models import Alert, AlertText, Signature
from corredor.flows.alert.approve import approve_alert, release_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.run.ready import STAGES
from corredor.kit.db_rules import drop_guards, guards_of
from corredor.kit.languages import CODES
from corredor.people.enums import Role
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_rules(open_db):
    """A database that somebody writes into past the program."""
    for stage in STAGES:
        drop_guards(guards_of(stage))


@pytest.fixture
def waiting(open_rules, desk) -> Alert:
    """An alert that waits for its second person."""
    make_neighbours(2)
    incident = make_confirmed(desk)
    return write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)


@pytest.fixture
def signed(open_rules, desk) -> Alert:
    """An approved alert."""
    make_neighbours(2)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


def remove_language(alert: Alert, language: str, *, with_slots: bool) -> None:
    AlertText.objects.filter(alert=alert, language=language).delete()
    if with_slots:
        kept = {code: slots for code, slots in alert.slots.items() if code != language}
        Alert.objects.filter(pk=alert.pk).update(slots=kept)


def add_language(alert: Alert, language: str) -> None:
    words = AlertText.objects.filter(alert=alert, language="en").values("title", "short", "standard", "long").get()
    AlertText.objects.create(alert=alert, language=language, **words)
    Alert.objects.filter(pk=alert.pk).update(slots=alert.slots | {language: alert.slots["en"]})


def is_authentic(alert: Alert) -> bool:
    return integrity.is_authentic(Alert.objects.get(pk=alert.pk))


def test_an_alert_has_exactly_the_installed_languages(signed):
    assert {text.language for text in AlertText.objects.filter(alert=signed)} == set(CODES)
    assert is_authentic(signed)


@pytest.mark.parametrize("with_slots", [False, True])
@pytest.mark.parametrize("language", CODES)
def test_one_that_lacks_a_language_is_held_and_cannot_be_released(waiting, desk, language, with_slots):
    remove_language(waiting, language, with_slots=with_slots)
    approve_alert(alert_id=waiting.pk, by=desk["approver"], now=NOW)
    waiting.refresh_from_db()

    assert (waiting.state, waiting.held_for) == (AlertState.HELD, "ALTERED")
    with pytest.raises(Altered):
        release_alert(alert_id=waiting.pk, by=make_user("Estela", Role.STEWARD), now=NOW)
    assert not Signature.objects.exists()


def test_one_with_a_language_more_is_held(waiting, desk):
    add_language(waiting, "xx")
    approve_alert(alert_id=waiting.pk, by=desk["approver"], now=NOW)
    waiting.refresh_from_db()

    assert (waiting.state, waiting.held_for) == (AlertState.HELD, "ALTERED")


@pytest.mark.parametrize("is_missing", [True, False])
def test_one_with_another_set_of_languages_is_not_signed(waiting, is_missing):
    if is_missing:
        remove_language(waiting, "es", with_slots=True)
    else:
        add_language(waiting, "xx")
    alert = Alert.objects.get(pk=waiting.pk)
    alert.approved_at = NOW
    with pytest.raises(Altered):
        integrity.sign_alert(alert=alert, now=NOW)


@pytest.mark.parametrize("with_slots", [False, True])
@pytest.mark.parametrize("language", CODES)
def test_a_language_removed_after_signing_breaks_the_signature(signed, language, with_slots):
    assert is_authentic(signed)
    remove_language(signed, language, with_slots=with_slots)

    assert not is_authentic(signed)


def test_a_language_added_after_signing_breaks_the_signature(signed):
    add_language(signed, "xx")

    assert not is_authentic(signed)


def test_a_language_installed_since_leaves_a_signed_alert_sound_and_a_waiting_one_held(signed, desk, monkeypatch):
    incident = make_confirmed(desk)
    late = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)
    monkeypatch.setattr(integrity, "CODES", (*CODES, "xx"))
    integrity._verified.clear()
    approve_alert(alert_id=late.pk, by=desk["approver"], now=NOW)
    late.refresh_from_db()

    assert is_authentic(signed)
    assert (late.state, late.held_for) == (AlertState.HELD, "ALTERED")
