"""The forecast before approval, the curve after it, deliveries without names, and held alerts at the desk."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from corredor.alerts.enums import AlertState
from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery, Route
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.people.enums import Role
from corredor.people.models import User
from tests.factories import make_neighbours, make_user
from tests.flows.steps import send_all

from .conftest import Seat
from .test_alert_steps import write

pytestmark = pytest.mark.django_db


def approve(seats, alert):
    return seats["approver"].do(f"/desk/alerts/{alert.pk}/approve/").content.decode()


@pytest.fixture
def sent(seats, confirmed, settings):
    """Three e-mails out, one of them dead."""
    make_neighbours(3)
    alert, _ = write(seats, confirmed)
    approve(seats, alert)
    send_all(settings, now=timezone.now())
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="INVALID_ADDRESS", code="550")
    return alert


def test_the_approver_sees_ways_languages_parts_cost_and_seconds(seats, confirmed, settings):
    make_neighbours(2)
    make_neighbours(1, prefix="e", language="en")
    settings.SEND_PRICES = {"email": 0.001}
    Route.objects.create(channel="EMAIL", provider="email")
    alert, _ = write(seats, confirmed)
    body = seats["approver"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    plan = re.search(r'<table class="plan__table">.*?</table>', body, re.DOTALL)[0]
    plain = re.sub(r"<[^>]+>", " ", plan)

    assert "es 2" in plain
    assert "en 1" in plain
    assert "&lt; 0.01 USD" in plain  # three e-mails at a tenth of a cent
    assert "5 messages a second · a guess" in re.sub(r"\s+", " ", plain)
    assert "1 s" in plain
    assert alert.state == AlertState.WAITING


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_message_by_a_code_and_no_address(seats, sent, language):
    User.objects.update(language=language)
    body = unescape(seats["operator"].open(f"/desk/alerts/{sent.pk}/").content.decode())

    codes = re.findall(r"<code>([^<]+)</code>", body)
    assert len(set(codes)) == 3
    assert "example.org" not in body
    assert ("the mailbox does not exist" if language == "en" else "el buzón no existe") in body
    assert not any(code.isdigit() for code in codes)


def test_the_curve_is_drawn_beside_the_plan_with_a_table(seats, sent):
    body = seats["operator"].open(f"/desk/alerts/{sent.pk}/").content.decode()

    assert len(re.findall(r"<polyline", body)) == 2
    assert 'role="img"' in body
    assert "When how many messages were out" in body
    assert "style=" not in body


def test_the_live_part_is_sent_again_only_when_it_changed(seats, sent):
    first = seats["operator"].get(f"/desk/alerts/{sent.pk}/live/")
    tag = first["ETag"]
    assert seats["operator"].get(f"/desk/alerts/{sent.pk}/live/", **{"If-None-Match": tag}).status_code == 304
    Delivery.objects.filter(state="SENT").update(state="FAILED")

    assert seats["operator"].get(f"/desk/alerts/{sent.pk}/live/", **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=INVALID_ADDRESS", 1),
        ("state=SENT", 2),
        ("channel=SMS", 0),
        ("state=%27", 3),
        ("page=99999999", 3),
        ("page=2", 0),
    ],
)
def test_filters_and_pages(seats, sent, query, count):
    body = seats["operator"].open(f"/desk/alerts/{sent.pk}/?{query}").content.decode()

    assert len(re.findall(r"<th scope=\"row\"><code>", body)) == count


def test_it_is_there_only_for_what_was_approved_and_for_the_desk(seats, confirmed, client):
    alert, _ = write(seats, confirmed)

    assert seats["operator"].open(f"/desk/alerts/{alert.pk}/").status_code == 404
    assert seats["operator"].open("/desk/alerts/999999999999999999999/").status_code == 404
    assert client.get(f"/desk/alerts/{alert.pk}/").status_code == 302


def test_a_frozen_alert_says_why_and_a_third_person_releases_it(seats, confirmed, settings):
    settings.ALERTS_AN_HOUR = 0
    make_neighbours(2)
    alert, _ = write(seats, confirmed)
    body = unescape(approve(seats, alert))
    assert "frozen until a steward has looked" in body
    assert "More alerts went out in the last hour" in body
    assert "Release: it is as it should be" not in body
    refused = seats["approver"].do(f"/desk/alerts/{alert.pk}/release/")
    assert refused.status_code == 403
    steward = Seat(make_user("Estela", Role.STEWARD))
    page = steward.get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    assert "Release: it is as it should be" in page
    assert "Released. Going out: 2 messages." in steward.do(f"/desk/alerts/{alert.pk}/release/").content.decode()


def test_the_correction_waits_ready_and_shows_its_minutes(seats, confirmed, desk, settings):
    make_neighbours(2)
    alert, _ = write(seats, confirmed)
    approve(seats, alert)
    send_all(settings, now=timezone.now())
    verify_incident(
        incident_id=confirmed.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=timezone.now(),
        by=desk["verifier"],
        now=timezone.now(),
    )
    body = seats["approver"].get(f"/desk/incidents/{confirmed.slug}/").content.decode()
    assert "Written by itself when the finding was kept" in body
    assert "Approve and send to 2 people" in body
    correction = Alert.objects.get(is_prepared=True)
    approve(seats, correction)
    send_all(settings, now=timezone.now())

    assert (
        "2 of 2 still reachable have been told."
        in seats["approver"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    )


def test_what_is_on_its_way_stands_before_the_next_message_with_its_stop(seats, confirmed, settings):
    make_neighbours(2)
    Route.objects.create(channel="EMAIL", provider="email")
    alert, _ = write(seats, confirmed)
    approve(seats, alert)
    stop = f'action="/desk/alerts/{alert.pk}/stop/"'
    body = seats["approver"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    assert body.index(stop) < body.index("Write a message")
    assert stop in seats["approver"].open(f"/desk/alerts/{alert.pk}/").content.decode()

    send_all(settings, now=timezone.now())
    assert stop not in seats["approver"].open(f"/desk/alerts/{alert.pk}/").content.decode()


def test_an_alert_that_reached_nobody_says_so_in_words(seats, confirmed):
    alert, _ = write(seats, confirmed)
    approve(seats, alert)
    body = seats["approver"].open(f"/desk/alerts/{alert.pk}/").content.decode()
    assert "No message was made" in body
    assert "0 of 0" not in body
    assert "<caption>By way" not in body
