"""The drills' page: what it offers and refuses. Running drills are tested in tests/flows/drill."""

from __future__ import annotations

from django.utils import timezone

from corredor.people.enums import Role
from corredor.review.models import DrillRun
from corredor.web.desk.present.drill import show_run
from tests.factories import make_user

from .conftest import Seat


def test_scenarios_are_offered_to_those_who_may_begin_one(seats):
    page = seats["approver"].open("/desk/drills/").content.decode()
    assert "Chicago, two days in October" in page
    assert "Begin the drill" in page
    watching = seats["operator"].open("/desk/drills/").content.decode()
    assert "Begin the drill" not in watching
    assert "Approvers, dispatchers and stewards can begin a drill." in watching


def test_an_operator_does_not_begin_one(seats):
    answer = seats["operator"].client.post("/desk/drills/start/", {"scenario": "chicago-october", "speed": "60"})
    assert answer.status_code == 403
    assert not DrillRun.objects.exists()


def test_what_is_not_offered_is_not_begun(seats):
    for data in ({"scenario": "../etc", "speed": "60"}, {"scenario": "chicago-october", "speed": "7"}, {}):
        assert seats["approver"].client.post("/desk/drills/start/", data).status_code == 422
    assert not DrillRun.objects.exists()


def test_nothing_to_stop_is_said(seats):
    answer = seats["approver"].client.post("/desk/drills/stop/")
    assert answer.status_code == 409
    assert "No drill is playing any more." in answer.content.decode()


def test_an_unknown_run_is_not_found(seats):
    assert seats["approver"].open("/desk/drills/77/").status_code == 404


def test_a_run_is_told_with_what_must_hold(db):
    run = DrillRun.objects.create(
        scenario="chicago-october",
        speed=60,
        begun_at=timezone.now(),
        begun_by=make_user("Eva", Role.STEWARD),
        step=50,
        steps=200,
        ended_at=timezone.now(),
        result={
            "located_within_100m": 0.98,
            "single_person_sends": 0,
            "chain_valid": True,
            "passed": False,
            "alerts": 9,
        },
    )
    shown = show_run(run, language="en")
    held = {one.words: (one.value, one.holds) for one in shown.measures}
    assert (shown.state, shown.percent, shown.passed) == ("Played to the end", 25, False)
    assert held["Reports placed within 100 m of where it truly was"] == ("98%", False)
    assert held["Sent by one person alone"] == ("0", True)
    assert held["The timeline's chain holds"] == ("Yes", True)
    assert held["Messages to real people"] == ("not measured", False)
    page = Seat(make_user("Fer", Role.DISPATCHER)).open(f"/desk/drills/{run.pk}/").content.decode()
    assert "does not hold" in page
    assert "banner--drill" in page
