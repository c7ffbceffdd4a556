"""Drill runs: one at a time, interrupted ones detected, and the ground truth stored beside their reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.incidents.actions import open_incident
from corredor.intake.models import Report
from corredor.review import actions, figures, queries
from corredor.review.enums import Joining, Pinning
from corredor.review.errors import DrillAlreadyRunning
from corredor.review.models import DrillRun
from tests.factories import NOW, PERSHING_KEDZIE, ROCKWELL_CERMAK, make_pin

pytestmark = pytest.mark.django_db


def begin(*, now=NOW):
    return actions.begin_run(scenario="chicago-october", speed=60, steps=10, clock_at=NOW, by=None, now=now)


def step(run, number=1, *, now=NOW):
    return actions.note_step(
        run=run, step=number, steps=10, says="END", clock_at=NOW + timedelta(minutes=number), now=now
    )


def new_report(number: int) -> Report:
    return Report.objects.create(
        source="WEB",
        raw=b"x",
        raw_digest="x",
        received_at=NOW,
        is_drill=True,
        tracking_digest=f"digest-{number}",
    )


def test_only_one_plays_at_a_time():
    run = begin()

    with pytest.raises(DrillAlreadyRunning):
        begin()
    actions.end_run(run=run, result={"passed": True}, now=NOW)
    assert begin().pk != run.pk


def test_a_stopped_run_is_told_so_at_its_next_step():
    run = begin()

    assert step(run)
    assert actions.stop_run(run=run, now=NOW)
    assert not step(run, 2)
    assert not actions.beat(run=run, clock_at=NOW, now=NOW)
    assert not actions.stop_run(run=run, now=NOW)
    run.refresh_from_db()
    assert (run.stopped_at, run.ended_at, run.step) == (NOW, None, 1)


def test_a_run_whose_process_died_makes_room():
    run = begin()
    step(run, now=NOW)

    assert actions.stop_silent_runs(now=NOW + timedelta(seconds=80)) == 0
    assert actions.stop_silent_runs(now=NOW + timedelta(seconds=100)) == 1
    run.refresh_from_db()
    assert (run.failed_with, run.lane) == ("ProcessGone", None)


def test_the_drills_clock_is_that_of_the_latest_run_until_it_is_erased():
    assert queries.get_drill_clock() is None
    run = begin()
    step(run, 7)

    assert queries.get_drill_clock() == NOW + timedelta(minutes=7)
    actions.note_erased(run=run, now=NOW)
    assert queries.get_drill_clock() is None


def test_located_is_the_share_within_a_hundred_metres():
    run = begin()
    near = (PERSHING_KEDZIE[0] + 0.0008, PERSHING_KEDZIE[1])  # 89 m
    far = (PERSHING_KEDZIE[0] + 0.0010, PERSHING_KEDZIE[1])  # 111 m
    for number, pin in enumerate([near, far, None, PERSHING_KEDZIE]):
        row = actions.save_truth(
            run=run,
            report_id=new_report(number).pk,
            key=f"r{number}",
            true_incident="brighton",
            true_point=PERSHING_KEDZIE,
        )
        actions.save_pin(
            row=row, point=pin, by=Pinning.SUGGESTED if pin else Pinning.NONE, confidence=0.9 if pin else None
        )
    actions.save_truth(run=run, report_id=new_report(9).pk, key="nowhere", true_incident="", true_point=None)

    assert queries.measure_located(run=run) == (0.5, 4)
    assert [(row.key, row.off_m) for row in queries.list_misplaced(run=run)] == [("r2", None), ("r1", 111.2)]
    assert queries.count_pinnings(run=run) == {"SUGGESTED": 3, "NONE": 1}


def test_a_run_without_places_is_not_called_wrong():
    assert queries.measure_located(run=begin()) == (1.0, 0)


def test_joins_are_counted_by_how_they_came_about(desk):
    run = begin()
    for number, how in enumerate([Joining.OPENED, Joining.SUGGESTION, Joining.SUGGESTION, Joining.HAND]):
        row = actions.save_truth(
            run=run, report_id=new_report(number).pk, key=f"r{number}", true_incident="x", true_point=None
        )
        actions.save_joining(row=row, by=how)
    incident = open_incident(
        city="chicago",
        pin=make_pin(*ROCKWELL_CERMAK),
        seen_at=NOW,
        by=desk["operator"],
        is_drill=True,
        now=NOW,
    )
    actions.save_incident(run=run, incident_id=incident.pk, key="brighton")

    assert queries.count_joins(run=run) == {"OPENED": 1, "SUGGESTION": 2, "HAND": 1}
    assert queries.list_incident_ids(run=run) == [incident.pk]
    assert len(queries.list_report_ids(run=run)) == 4


def test_runs_are_listed_newest_first():
    first = begin()
    actions.end_run(run=first, result={}, now=NOW)
    second = begin(now=NOW + timedelta(hours=1))

    assert list(queries.list_runs()) == [second, first]
    assert queries.get_playing_run() == second
    assert DrillRun.objects.get(pk=first.pk).result == {}


def test_times_are_summed_up_by_number_middle_and_longest():
    assert figures.summarise([3.0, 1.0, 2.0]) == {"n": 3, "p50": 2.0, "max": 3.0}
    assert figures.summarise([]) == {"n": 0, "p50": None, "max": None}
