"""Counts and times of incidents, from rows made by the real flows."""

from __future__ import annotations

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.incidents.actions import join_report
from corredor.incidents.enums import Agency, Outcome
from corredor.intake.models import Report
from corredor.review import figures
from corredor.subscriptions.enums import Channel
from tests.factories import make_confirmed, make_neighbours
from tests.review.conftest import minutes
from tests.review.test_runs import new_report

pytestmark = pytest.mark.django_db


def join(street, number, after_min):
    report = new_report(number)
    Report.objects.filter(pk=report.pk).update(state="JOINED")
    join_report(incident=street.incident, report=report, reason="x", by=street.desk["operator"], now=minutes(after_min))
    return report


def test_times_run_from_report_to_outcome_to_alert(street):
    join(street, 1, 0)

    assert figures.list_times_to_verify(incident_ids=street.ids) == [0.0]
    assert figures.list_times_to_alert(incident_ids=street.ids) == [120.0]
    assert figures.list_times_to_first_send(incident_ids=street.ids) == [0.0]


def test_a_correction_is_timed_from_what_proved_the_warning_wrong(street):
    street.check(Outcome.NOT_IMMIGRATION, Agency.POLICE, after_min=10)
    street.say(AlertKind.CORRECTION, after_min=13)

    assert figures.list_times_to_correct(incident_ids=street.ids) == [180.0]


def test_duplicates_are_all_but_the_first_of_each_incident(street):
    for number in range(3):
        join(street, number, number)

    assert figures.count_joined_duplicates(incident_ids=street.ids) == 2
    assert figures.count_joined_duplicates(incident_ids=[]) == 0


def test_only_a_flood_counts_as_one():
    reports = [new_report(number) for number in range(3)]
    Report.objects.filter(pk=reports[0].pk).update(state="HELD", state_reason="FLOOD:7")
    Report.objects.filter(pk=reports[1].pk).update(state="HELD", state_reason="BY_HAND")

    assert figures.count_held_as_flood(report_ids=[report.pk for report in reports]) == 1


def test_a_rumour_counts_as_denied_once_somebody_was_told(desk, street):
    other = make_confirmed(desk, is_drill=True)
    street.incident = other
    street.check(Outcome.NOT_IMMIGRATION, Agency.NONE, after_min=5)
    assert figures.count_denied_rumours(incident_ids=[other.pk]) == 0

    make_neighbours(2, channel=Channel.DRILL, is_drill=True, prefix="listens", wants_rumour=True)
    street.say(AlertKind.DENIAL, after_min=6)

    assert figures.count_denied_rumours(incident_ids=[other.pk]) == 1


def test_counts_by_a_field(street):
    street.check(Outcome.CONFIRMED_ENDED, after_min=5)
    street.say(AlertKind.ALL_CLEAR, after_min=6)

    assert figures.count_by(Alert.objects.all(), "kind") == {"CONFIRMED": 1, "ALL_CLEAR": 1}
