"""What is written, by whom, and what keeps it from going out."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from corredor.alerts.enums import AlertKind
from corredor.alerts.errors import AlreadyDecided, SamePerson, Superseded, TooLate
from corredor.alerts.models import Alert
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.incidents.enums import Agency, Outcome
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
