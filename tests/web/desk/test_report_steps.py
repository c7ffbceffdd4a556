"""Actions on reports, and the messages of refused ones."""

from __future__ import annotations

import pytest

from corredor.incidents.models import Incident, Membership
from corredor.intake.models import Note, Report
from corredor.kit.languages import CODES
from corredor.people.enums import Role
from tests.factories import make_user
from tests.web.shown import shown

from .conftest import HERE, Seat


def test_open_puts_the_confirmed_pin_and_claims_it(seats, report):
    number = report(where_words="39 y kedzie")
    answer = seats["operator"].do(f"/desk/reports/{number}/open/", point=HERE)
    incident = Incident.objects.get()
    assert answer.status_code == 200
    assert incident.claimed_by == seats["operator"].user
    assert "You are on it" in answer.content.decode()
    assert f'data-address="/desk/incidents/{incident.slug}/?tab=check"' in answer.content.decode()


def test_without_javascript_a_step_ends_in_a_redirect(seats, report):
    number = report()
    answer = seats["operator"].client.post(f"/desk/reports/{number}/open/", {"point": HERE})
    assert answer.status_code == 302
    assert answer["Location"] == f"/desk/incidents/{Incident.objects.get().slug}/"


@pytest.mark.parametrize("point", ["", "here", "41.8", "1,2,3", "nan,nan", "91,0", "<b>,1"])
def test_open_wants_a_place(seats, report, point):
    number = report()
    answer = seats["operator"].do(f"/desk/reports/{number}/open/", point=point)
    assert answer.status_code == 422
    assert "place" in answer.content.decode()
    assert not Incident.objects.exists()


def test_open_outside_the_city_is_said(seats, report):
    answer = seats["operator"].do(f"/desk/reports/{report()}/open/", point="40.0,-80.0")
    assert answer.status_code == 422
    assert "outside the city" in answer.content.decode()


def test_two_people_at_one_report(seats, report):
    number = report()
    seats["operator"].do(f"/desk/reports/{number}/open/", point=HERE)
    answer = seats["verifier"].do(f"/desk/reports/{number}/open/", point=HERE)
    assert answer.status_code == 409
    assert "Somebody else has just handled this report." in answer.content.decode()
    assert Incident.objects.count() == 1


def test_near_incidents_are_offered_with_the_reason_and_joined(seats, report, incident):
    number = report("echaron gas", where_words="39 y kedzie", offered_lat=41.8227, offered_lon=-87.7044)
    page = seats["operator"].get(f"/desk/reports/{number}/").content.decode()
    assert "The same event?" in page
    assert "min apart" in page
    answer = seats["operator"].do(f"/desk/reports/{number}/join/", incident=incident.slug, reason="10 m away")
    row = Membership.objects.get(report_id=number)
    assert (row.incident, row.reason) == (incident, "10 m away")
    assert "10 m away" in answer.content.decode()


def test_split_puts_it_back_into_the_queue(seats, report, incident):
    number = report()
    seats["operator"].do(f"/desk/reports/{number}/join/", incident=incident.slug)
    answer = seats["operator"].do(f"/desk/reports/{number}/split/")
    assert answer.status_code == 200
    assert Report.objects.get(pk=number).state == "NEW"
    again = seats["operator"].do(f"/desk/reports/{number}/split/")
    assert again.status_code == 409


def test_set_aside_wants_a_reason_and_can_be_undone(seats, report):
    number = report()
    assert seats["operator"].do(f"/desk/reports/{number}/set-aside/").status_code == 422
    seats["operator"].do(f"/desk/reports/{number}/set-aside/", **{"aside-reason": "A police stop"})
    aside = Report.objects.get(pk=number)
    assert (aside.state, aside.state_reason) == ("SET_ASIDE", "A police stop")
    page = seats["operator"].get(f"/desk/reports/{number}/").content.decode()
    assert "A police stop" in page
    seats["operator"].do(f"/desk/reports/{number}/take-back/")
    assert Report.objects.get(pk=number).state == "NEW"


def test_hold_and_take_back(seats, report):
    number = report()
    seats["operator"].do(f"/desk/reports/{number}/hold/")
    assert Report.objects.get(pk=number).state == "HELD"
    seats["operator"].do(f"/desk/reports/{number}/take-back/")
    assert Report.objects.get(pk=number).state == "NEW"


def test_ask_the_sender_in_their_language(seats, report):
    number = report("kedzie", where_words="kedzie", language="es")
    page = seats["operator"].get(f"/desk/reports/{number}/").content.decode()
    assert "Question in Español" in page
    places = seats["operator"].get(f"/desk/reports/{number}/places/").content.decode()
    asked = places.count("data-ask-with")
    assert asked
    assert asked % len(CODES) == 0
    seats["operator"].do(f"/desk/reports/{number}/ask/", text="¿Qué calle cruza?")
    note = Note.objects.get(report_id=number)
    assert (note.text, note.said_by) == ("¿Qué calle cruza?", seats["operator"].user)


def test_an_empty_question_is_not_sent(seats, report):
    assert seats["operator"].do(f"/desk/reports/{report()}/ask/", text="  ").status_code == 422
    assert not Note.objects.exists()


def test_words_are_shown_as_received_but_nobody_is_identified_unasked(seats, report):
    number = report("placa BX 48213 <script>alert(1)</script> \u202egnirts")
    page = seats["operator"].get(f"/desk/reports/{number}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert '<details class="covered"><summary>number plate</summary><mark>BX 48213</mark></details>' in shown(page)
    assert "Exactly as received" in page
    assert "SHA-256" in page
    assert Report.objects.get(pk=number).raw_digest in page


def test_a_dispatcher_may_and_a_steward_may_not_open(db, report):
    number = report()
    refused = Seat(make_user("Eva", Role.STEWARD)).do(f"/desk/reports/{number}/open/", point=HERE)
    assert refused.status_code == 403
    assert "Operator" in refused.content.decode()
    taken = Seat(make_user("Fer", Role.DISPATCHER)).do(f"/desk/reports/{number}/open/", point=HERE)
    assert taken.status_code == 200
