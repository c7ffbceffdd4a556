"""Access to the desk; live and drill never share a screen."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from corredor.intake.models import Report
from corredor.people.enums import Role
from tests.factories import make_user

from .conftest import Seat


@pytest.mark.django_db
def test_nobody_signed_in_is_asked_to_sign_in():
    answer = Client().get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"] == "/staff/login/?next=/desk/"


@pytest.mark.django_db
def test_a_role_that_is_none_of_the_desk_s_does_not_open_it():
    answer = Seat(make_user("Lola", Role.LAWYER)).open("/desk/")
    assert answer.status_code == 403
    assert "The desk is not open to you" in answer.content.decode()


@pytest.mark.django_db
def test_training_that_has_run_out_closes_the_desk():
    late = make_user("Omar", Role.OPERATOR, trained_until=datetime.date(2021, 1, 1))
    assert Seat(late).open("/desk/").status_code == 403


def test_a_drill_report_is_not_on_the_live_desk(seats, report):
    report("camionetas en vivo", where_words="rockwell y cermak")
    report("simulacro de prueba", where_words="ensayo y ensayo", is_drill=True)
    live = seats["operator"].open("/desk/").content.decode()
    drill = seats["operator"].open("/desk/?world=drill").content.decode()
    assert "rockwell y cermak" in live
    assert "ensayo y ensayo" not in live
    assert "ensayo y ensayo" in drill
    assert "rockwell y cermak" not in drill


def test_a_drill_screen_says_so_and_a_live_one_does_not(seats):
    assert "banner--drill" in seats["operator"].open("/desk/?world=drill").content.decode()
    assert "banner--drill" not in seats["operator"].open("/desk/").content.decode()


def test_a_drill_report_opened_on_the_live_desk_counts_as_gone(seats, report):
    number = report("simulacro", where_words="ensayo", is_drill=True)
    page = seats["operator"].open(f"/desk/reports/{number}/").content.decode()
    assert "This is no longer here." in page
    assert "ensayo" not in page


def test_a_drill_is_watched_not_touched(seats, report):
    number = report("simulacro", is_drill=True)
    answer = seats["operator"].do(f"/desk/reports/{number}/set-aside/", **{"aside-reason": "no"})
    assert answer.status_code == 403
    assert "here you can watch it" in answer.content.decode()
    assert Report.objects.get(pk=number).state == "NEW"


@pytest.mark.parametrize(
    "path",
    [
        "/desk/reports/999999999999/open/",
        "/desk/incidents/nothing/claim/",
        "/desk/alerts/7/approve/",
        "/desk/hazards/7/clear/",
        "/desk/reports/99999999999999999999999/hold/",
    ],
)
def test_unknown_things_are_not_found(seats, path):
    assert seats["approver"].do(path).status_code == 404


@pytest.mark.parametrize("path", ["/desk/reports/1/", "/desk/incidents/nothing/?tab=zzz", "/desk/incidents/nothing/"])
def test_what_is_gone_leaves_the_rest_of_the_desk_standing(seats, path):
    answer = seats["operator"].open(path)
    assert answer.status_code == 200
    assert "This is no longer here." in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?report=abc", "?report=99999999999999999999", "?incident=%00%ff", "?world=both&tab=<script>"]
)
def test_a_poll_with_nonsense_shows_the_plain_board(seats, query):
    answer = seats["operator"].get(f"/desk/live/{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script id="map-data"', "")


def test_steps_are_posts(seats, incident):
    assert seats["operator"].open(f"/desk/incidents/{incident.slug}/claim/").status_code == 405
