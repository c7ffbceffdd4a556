"""Composing alerts: who may write what, and what prevents sending."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from corredor.alerts.enums import AlertKind
from corredor.alerts.errors import AlreadyDecided, SamePerson, Superseded, TooLate
from corredor.alerts.models import Alert
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.audience import count_audience
from corredor.flows.incident.follow import note_hazard
from corredor.incidents.enums import Agency, HazardKind, Outcome
from corredor.incidents.errors import WrongRadius
from corredor.incidents.models import Hazard
from corredor.people.errors import NotAllowed
from tests.factories import NOW, make_neighbours
from tests.flows.steps import check, open_at, say

pytestmark = pytest.mark.django_db


def test_private_words_are_taken_out_and_shown_to_the_writer(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    what = {"en": "white van, plate IL AB 12345", "es": "camioneta blanca, agente Ramirez"}
    draft = compose.draft_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, what=what, by=desk["writer"], now=NOW
    )

    assert [(one.language, one.words, one.why) for one in draft.redactions] == [
        ("en", "AB 12345", "PLATE"),
        ("es", "Ramirez", "NAME"),
    ]
    assert "12345" not in draft.texts["en"].words.long
    assert "Ramirez" not in draft.texts["es"].words.long
    assert draft.problems == ()


@pytest.mark.parametrize(
    ("language", "what"),
    [("en", "at the store called Brighton Park"), ("es", "en la tienda llamada Brighton Park, con don Kedzie Ave")],
)
def test_the_names_of_the_place_itself_are_nobody_s_names(desk, language, what):
    incident, _ = open_at(desk)
    check(desk, incident)
    draft = compose.draft_alert(
        incident_id=incident.pk,
        kind=AlertKind.CONFIRMED,
        radius_m=800,
        what={language: what},
        by=desk["writer"],
        now=NOW,
    )

    assert draft.redactions == ()
    assert what in draft.texts[language].words.long


@pytest.mark.parametrize("radius_m", [-1, 0, 49, 5001, 2_000_000_000])
def test_no_message_reaches_less_far_or_farther_than_any_may(desk, radius_m):
    incident, _ = open_at(desk)
    check(desk, incident)
    asked = {"incident_id": incident.pk, "kind": AlertKind.CONFIRMED, "radius_m": radius_m, "now": NOW}
    with pytest.raises(WrongRadius):
        compose.write_alert(by=desk["writer"], **asked)
    with pytest.raises(WrongRadius):
        count_audience(**asked)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("radius_m", [50, 5000])
def test_the_smallest_and_the_largest_radius_may(desk, radius_m):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=radius_m, by=desk["writer"], now=NOW
    )
    assert alert.radius_m == radius_m


@pytest.mark.parametrize("radius_m", [0, 49, 5001])
def test_no_danger_is_noted_without_bounds(desk, radius_m):
    incident, _ = open_at(desk)
    with pytest.raises(WrongRadius):
        note_hazard(
            incident_id=incident.pk,
            kind=HazardKind.IRRITANT,
            lat=41.8226,
            lon=-87.7044,
            radius_m=radius_m,
            by=desk["operator"],
            now=NOW,
        )
    assert not Hazard.objects.exists()


def test_the_database_keeps_the_bounds_too(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )
    Alert.objects.filter(pk=alert.pk).delete()
    alert.pk, alert.radius_m = None, 5001
    with pytest.raises(IntegrityError, match="an_alert_has_a_possible_radius"), transaction.atomic():
        alert.save()
    noted = {
        "noted_at": NOW,
        "noted_by": desk["operator"],
        "look_again_at": NOW,
        "lat": 41.8,
        "lon": -87.7,
        "labels": {},
    }
    with pytest.raises(IntegrityError, match="a_hazard_has_a_possible_radius"), transaction.atomic():
        Hazard.objects.create(incident=incident, kind=HazardKind.IRRITANT, radius_m=0, **noted)


def test_the_writer_is_told_when_a_message_has_no_room_for_her_words(desk):
    make_neighbours(1)
    incident, _ = open_at(desk)
    check(desk, incident, agency=Agency.BORDER_PATROL)
    words = ("gray van by the school door " * 5)[: compose.LONGEST_WHAT].strip()

    def draft(kind):
        return compose.draft_alert(
            incident_id=incident.pk,
            kind=kind,
            radius_m=800,
            advice=compose.DEFAULT_ADVICE[AlertKind.HAZARD],
            what={"en": words, "es": words},
            by=desk["writer"],
            now=NOW,
        ).texts.values()

    for text in draft(AlertKind.CONFIRMED):
        assert words in text.words.standard
        assert not text.drops_words
    say(desk, incident, AlertKind.CONFIRMED)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    for text in draft(AlertKind.CORRECTION):
        assert words not in text.words.standard
        assert text.drops_words


def test_two_people_or_nothing(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )

    with pytest.raises(SamePerson):
        approve_alert(alert_id=alert.pk, by=desk["writer"], now=NOW)
    with pytest.raises(NotAllowed):
        approve_alert(alert_id=alert.pk, by=desk["operator"], now=NOW)
    with pytest.raises(TooLate):
        approve_alert(alert_id=alert.pk, by=desk["approver"], now=alert.expires_at)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    with pytest.raises(AlreadyDecided):
        approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    assert Alert.objects.get().approved_by == desk["approver"]


def test_what_is_overtaken_by_a_new_finding_is_not_sent(desk):
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = compose.write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )
    check(desk, incident)  # the same again changes nothing
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)

    with pytest.raises(Superseded):
        approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    with pytest.raises(IntegrityError, match="an_overtaken_alert_is_not_approved"), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(state="APPROVED", approved_by=desk["approver"], approved_at=NOW)
