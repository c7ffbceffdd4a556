"""Writing and approving: the writer's and the approver's screens, and that they must be two people."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone

from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery, Halt
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.people.enums import Role
from tests.factories import make_neighbours, make_user
from tests.web.shown import shown

from .conftest import Seat

DRAFT = {"kind": "CONFIRMED", "radius_m": "800", "advice": ["STAY_AWAY"], "what_es": "", "what_en": ""}


def write(seats, incident, **more):
    answer = seats["writer"].do(f"/desk/incidents/{incident.slug}/write/", **{**DRAFT, **more})
    assert answer.status_code == 200, answer.content.decode()[:500]
    return Alert.objects.latest("pk"), answer.content.decode()


def test_the_preview_shows_both_languages_three_lengths_and_how_many(seats, confirmed):
    make_neighbours(4)
    make_neighbours(2, prefix="e", language="en")
    body = seats["writer"].do(f"/desk/incidents/{confirmed.slug}/draft/", **DRAFT).content.decode()
    assert '<section class="text" lang="es"' in body
    assert '<section class="text" lang="en"' in body
    assert re.search(r"\d+ of 90", body)
    assert re.search(r"\d+ of 360 · \d SMS part", shown(body))
    assert "Long version" in body
    assert '<span class="reach">6</span>' in body
    draft = json.loads(re.search(r"data-map-draft><script[^>]*>(.*?)</script>", body).group(1))
    kinds = {feature["properties"]["kind"] for feature in draft["features"]}
    assert kinds == {"cell", "draft"}
    assert not Alert.objects.exists()


def test_what_is_taken_out_is_shown_with_the_reason(seats, confirmed):
    body = (
        seats["writer"]
        .do(
            f"/desk/incidents/{confirmed.slug}/draft/", **{**DRAFT, "what_en": "White van, plate BX 48213, agent Smith"}
        )
        .content.decode()
    )
    taken = re.search(r'<div class="redactions">(.*?)</div>', body, re.S).group(1)
    assert '<mark class="redacted">BX 48213</mark> number plate' in taken
    assert '<mark class="redacted">Smith</mark> name of a person' in taken
    texts = body.split('<div class="texts">')[1]
    assert "48213" not in texts
    assert "[plate left out]" in texts


def test_the_preview_says_why_nothing_can_be_written(seats, incident):
    body = seats["writer"].do(f"/desk/incidents/{incident.slug}/draft/", **DRAFT).content.decode()
    assert "Choose a kind of message" in body


def test_the_writer_cannot_approve(seats, confirmed):
    alert, page = write(seats, confirmed)
    assert "You wrote this. Another person must approve it." in page
    assert "Approve and send" not in page
    answer = seats["writer"].do(f"/desk/alerts/{alert.pk}/approve/")
    assert answer.status_code == 403
    assert "Another person must approve it." in answer.content.decode()
    assert Alert.objects.get().state == "WAITING"


def test_the_approver_sees_all_of_it_before_the_button(seats, confirmed):
    make_neighbours(5)
    alert, _ = write(seats, confirmed)
    page = seats["approver"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    card = page[page.index(f'id="approval-card-{alert.pk}"') :]
    button = card.index("Approve and send to 5 people")
    for text in alert.texts.all():
        for words in (text.title, text.short, text.standard):
            assert 0 < card.index(words.replace("'", "&#x27;")) < button
    assert card.index('<span class="reach">5</span>') < button
    answer = seats["approver"].do(f"/desk/alerts/{alert.pk}/approve/")
    assert answer.status_code == 200
    assert "Going out: 5 messages." in answer.content.decode()
    assert Delivery.objects.count() == 5


def test_the_second_of_two_approvers_is_told(seats, confirmed):
    alert, _ = write(seats, confirmed)
    other = Seat(make_user("Gema", Role.APPROVER))
    assert seats["approver"].do(f"/desk/alerts/{alert.pk}/approve/").status_code == 200
    late = other.do(f"/desk/alerts/{alert.pk}/approve/")
    assert late.status_code == 409
    assert "Somebody else has decided" in late.content.decode()


def test_an_operator_does_not_approve(seats, confirmed):
    alert, _ = write(seats, confirmed)
    answer = seats["operator"].do(f"/desk/alerts/{alert.pk}/approve/")
    assert answer.status_code == 403
    assert "“Approver”" in answer.content.decode()


def test_sent_back_with_a_reason_its_writer_reads(seats, confirmed):
    alert, _ = write(seats, confirmed)
    assert seats["approver"].do(f"/desk/alerts/{alert.pk}/send-back/").status_code == 422
    seats["approver"].do(f"/desk/alerts/{alert.pk}/send-back/", **{"back-reason": "Which corner?"})
    assert Alert.objects.get().state == "SENT_BACK"
    assert "Which corner?" in seats["writer"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()


def test_what_is_no_longer_true_offers_no_button(seats, desk, confirmed):
    write(seats, confirmed)
    verify_incident(
        incident_id=confirmed.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.OFFICIAL,
        seen_at=timezone.now(),
        by=desk["verifier"],
        now=timezone.now(),
    )
    page = seats["approver"].get(f"/desk/incidents/{confirmed.slug}/?tab=alert").content.decode()
    assert "What is verified has changed since this was written." in page
    assert "Approve and send" not in page


def test_an_alert_is_dropped(seats, confirmed):
    alert, _ = write(seats, confirmed)
    assert seats["approver"].do(f"/desk/alerts/{alert.pk}/stop/").status_code == 200
    assert Alert.objects.get().state == "STOPPED"


@pytest.mark.parametrize(
    "wrong", [{"kind": "ALL_CLEAR"}, {"radius_m": "5"}, {"advice": ["RUN"]}, {"what_en": "x" * 500}]
)
def test_a_wrong_draft_is_not_kept(seats, confirmed, wrong):
    answer = seats["writer"].do(f"/desk/incidents/{confirmed.slug}/write/", **{**DRAFT, **wrong, "tab": "alert"})
    assert answer.status_code == 422
    assert not Alert.objects.exists()


def test_everything_can_be_stopped_and_let_go(seats, confirmed):
    alert, _ = write(seats, confirmed)
    assert seats["operator"].client.post("/desk/halt/", {"reason": ""}).status_code == 422
    assert seats["operator"].client.post("/desk/halt/", {"reason": "Stolen account"}).status_code == 302
    assert "Stolen account" in seats["writer"].open("/desk/").content.decode()
    refused = seats["approver"].do(f"/desk/alerts/{alert.pk}/approve/")
    assert refused.status_code == 409
    assert "Sending is stopped for everything." in refused.content.decode()
    assert seats["operator"].client.post("/desk/halt/", {"end": "1"}).status_code == 403
    assert seats["approver"].client.post("/desk/halt/", {"end": "1"}).status_code == 302
    assert Halt.objects.get().ended_at is not None
