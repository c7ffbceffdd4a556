""" "My report": opened by the tracking code only, never in a URL; added to, asked about, withdrawn."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from corredor.flows.incident.open import open_incident
from corredor.flows.incident.verify import verify_incident
from corredor.flows.report.receive import ask_sender
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.intake.models import Note, Report
from corredor.people.models import Address
from tests.factories import PERSHING_KEDZIE, make_desk

from .walker import code_on, report_walker

pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> str:
    return code_on(report_walker(contact={"contact": "312 555 0142"}).send(go="send"))


def press(code: str, go: str = "open", language: str = "en", **fields: str):
    fields = {"code": code, "go": go, **fields}
    return Client().post("/r/", fields, headers={"Accept-Language": language})


def test_the_code_is_read_however_it_is_typed(code):
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        assert "Waiting to be read." in press(typed).content.decode()


@pytest.mark.parametrize("wrong", ["", "   ", "AAAA-BBBB-CCCC", "x" * 64, "x" * 5000, "\x00", "🚨", "' OR 1=1 --"])
def test_a_wrong_code_opens_nothing_and_says_so(code, wrong):
    page = press(wrong, language="es")
    assert page.status_code == 200
    assert "field-error" in page.content.decode()
    assert "agentes" not in page.content.decode()


def test_the_page_is_kept_by_nobody_and_its_address_tells_nothing(code):
    page = press(code)
    assert page["Cache-Control"] == "no-store"
    assert page.request["PATH_INFO"] == "/r/"
    assert page.request["QUERY_STRING"] == ""


def test_what_is_added_and_asked_is_kept_and_shown(code):
    assert "Added." in press(code, "add", text="Llegó otra camioneta <b>").content.decode()
    page = press(code, "ask", text="¿Ya fueron a ver?").content.decode()
    assert "Llegó otra camioneta &lt;b&gt;" in page
    assert "¿Ya fueron a ver?" in page
    assert list(Note.objects.values_list("kind", flat=True)) == ["ADDED", "ASKED"]


def test_one_box_takes_what_is_added_and_what_is_asked(code):
    page = press(code).content.decode()
    assert page.count("<textarea") == 1
    assert page.count('value="add"') == page.count('value="ask"') == 1


def test_an_empty_or_endless_addition_is_refused_and_kept_on_the_page(code):
    assert "Write a few words here." in press(code, "add", text="  ").content.decode()
    page = press(code, "ask", text="a" * 5000).content.decode()
    assert "at most 2000" in page
    assert "a" * 5000 in page
    assert not Note.objects.exists()


def test_the_answer_of_the_team_is_shown(code):
    desk = make_desk()
    report = Report.objects.get()
    ask_sender(report_id=report.pk, text="¿De qué lado de la calle?", by=desk["operator"], now=timezone.now())
    assert "¿De qué lado de la calle?" in press(code).content.decode()


def test_the_outcome_is_shown_as_the_public_status(code):
    desk = make_desk()
    lat, lon = PERSHING_KEDZIE
    report = Report.objects.get()
    incident = open_incident(report_id=report.pk, lat=lat, lon=lon, by=desk["operator"], now=timezone.now())
    assert "Being checked" in press(code).content.decode()
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=timezone.now(),
        note="secret note of the verifier",
        by=desk["verifier"],
        now=timezone.now(),
    )
    page = press(code).content.decode()
    assert "Not immigration enforcement" in page
    assert "secret note" not in page
    assert "Beto" not in page


def test_taking_back_asks_once_and_then_erases_the_address(code):
    assert Address.objects.count() == 1
    assert "Yes, take it back" in press(code, "sure").content.decode()
    assert Report.objects.get().state == "NEW"
    page = press(code, "withdraw").content.decode()
    assert "Your report is withdrawn." in page
    assert "Add something" not in page
    assert Report.objects.get().state == "WITHDRAWN"
    assert not Address.objects.exists()


def test_taking_back_twice_is_no_fault_and_nothing_more_is_added(code):
    press(code, "withdraw")
    assert press(code, "withdraw").status_code == 200
    assert press(code, "add", text="algo más").status_code == 200
    assert list(Note.objects.values_list("kind", flat=True)) == ["WITHDREW"]


def test_the_other_language_is_one_button_and_keeps_the_code(code):
    page = Client().post("/r/?lang=es", {"code": code, "go": "stay"}).content.decode()
    assert "Esperando a que lo lean." in page
    assert f'value="{code}"' in page


def test_a_made_up_button_only_opens(code):
    assert press(code, "delete-everything").status_code == 200
    assert Report.objects.get().state == "NEW"
