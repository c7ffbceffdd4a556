"""The steward's page of sending: providers' results, dead addresses, held alerts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, Route
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.people.models import User
from tests.factories import approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(desk):
    """Ten e-mails: seven taken, two refused, one dead; each answer took two seconds."""
    make_neighbours(10)
    Route.objects.create(channel="EMAIL", provider="email")
    now = timezone.now()
    alert = approve_new_alert(desk, make_confirmed(desk, now=now), AlertKind.CONFIRMED, now=now)
    for number, row in enumerate(Delivery.objects.all()):
        state, code = ("SENT", "250") if number < 7 else ("FAILED", "554") if number < 9 else ("INVALID_ADDRESS", "550")
        Delivery.objects.filter(pk=row.pk).update(
            state=state,
            code=code,
            provider="email",
            claimed_at=now - timedelta(seconds=2),
            settled_at=now,
        )
    return alert


def read(client, language="en"):
    User.objects.update(language=language)
    answer = client.get("/staff/sending/")
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_how_a_provider_does(steward_client, sent):
    text = read(steward_client)

    assert "20% of 10 answers" in text
    assert "10%" in text
    assert "2 s 19 of 20 within 2 s" in text


def test_dead_addresses_by_way_without_the_address(steward_client, sent):
    text = read(steward_client)

    assert "E-mail 1" in text
    assert "the mailbox does not exist" in text
    assert "example.org" not in text


def test_in_spanish(steward_client, sent):
    text = read(steward_client, "es")

    assert "Cómo van los proveedores" in text
    assert "el buzón no existe" in text


def test_frozen_alerts_lead_to_the_desk(steward_client, desk, settings):
    settings.ALERTS_AN_HOUR = 0
    now = timezone.now()
    incident = make_confirmed(desk, now=now)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    text = read(steward_client)

    assert "Frozen alerts" in text
    assert "Written by Carmen, approved by Dario." in text


def test_nothing_has_been_sent_yet(steward_client):
    assert "No channel is on" in read(steward_client)
