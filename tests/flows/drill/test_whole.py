"""The whole October drill through the real flows: every measure holds, and detects violations."""

from __future__ import annotations

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert, AlertText
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows.drill import tell
from corredor.flows.drill.reach import find_misdirected
from corredor.flows.drill.result import MUST_HOLD, list_broken
from corredor.incidents.enums import PlaceKind, Status
from corredor.incidents.models import Hazard, Incident, IncidentPlace
from corredor.intake.enums import ReportState
from corredor.intake.models import Report
from corredor.people.models import Address, User
from corredor.review import queries, safety
from corredor.review.models import DrillIncident, DrillReport
from corredor.subscriptions.models import CoverageCell, Subscription

pytestmark = pytest.mark.django_db


def incident_of(played, key: str) -> Incident:
    return Incident.objects.get(pk=DrillIncident.objects.get(run=played.run, key=key).incident_id)


def test_everything_that_must_hold_holds(played):
    assert played.result["failures"] == []
    assert played.result["misplaced"] == []
    assert {key: played.result[key] for key in MUST_HOLD} == dict(MUST_HOLD)
    assert played.result["passed"] is True


def test_every_event_ends_as_it_truly_was(played):
    ends = {key: Incident.objects.get(pk=incident_of(played, key).pk).status for key in played.scenario.incidents}
    wanted = {
        key: Status.CORRECTED
        if truth.wrong_at_first
        else Status.ENDED
        if truth.outcome == "CONFIRMED"
        else truth.outcome
        for key, truth in played.scenario.incidents.items()
    }
    assert ends == wanted
    assert not Incident.objects.filter(pk__in=played.incident_ids, closed_at=None).exists()


def test_every_report_was_kept_and_handled(played):
    states = played.result["reports_by_state"]
    assert sum(states.values()) == played.result["reports"] >= 120
    assert set(states) == {ReportState.JOINED, ReportState.SET_ASIDE, ReportState.HELD}
    assert played.result["held_as_flood"] >= 15
    assert played.result["held_wrongly"] == 0
    wrong = DrillReport.objects.filter(run=played.run, report__state=ReportState.HELD).exclude(true_incident="")
    assert not wrong.exists()


def test_reports_by_all_doors_were_put_together_by_the_products_own_suggestions(played):
    joined = played.result["joined_by"]
    assert joined["OPENED"] == len(played.scenario.incidents)
    assert joined["SUGGESTION"] >= 4 * joined["HAND"]
    assert played.result["wrong_suggestions"] == 0
    assert played.result["answers_taken_for_reports"] == 0
    assert played.result["private_reports_caught"] == played.result["private_reports"] > 0


def test_what_must_be_refused_was_refused(played):
    expected = sum(bool(r.refused) for r in played.scenario.reports)
    expected += sum(bool(s.refused) + ("approval_refused" in s.values) for s in played.scenario.steps)
    assert played.result["refused_as_expected"] == expected >= 8


def test_brighton_park_gas_again_and_again_then_little_village_and_back(played):
    incident = incident_of(played, "brighton")
    path = IncidentPlace.objects.filter(incident=incident)
    hazards = Hazard.objects.filter(incident=incident)
    alerts = list(
        Alert.objects.filter(incident=incident, approved_at__isnull=False)
        .order_by("approved_at")
        .values_list("kind", flat=True)
    )

    assert [(place.kind, place.area_names["en"]) for place in path] == [
        (PlaceKind.FIRST, "Brighton Park"),
        (PlaceKind.MOVED, path[1].area_names["en"]),
        (PlaceKind.RETURNED, path[1].area_names["en"]),
    ]
    assert path[1].area_names["en"] != "Brighton Park"
    assert hazards.count() == 5
    assert not hazards.filter(cleared_at=None).exists()
    assert alerts == [
        AlertKind.CONFIRMED,
        AlertKind.HAZARD,
        AlertKind.UPDATE,
        AlertKind.UPDATE,
        AlertKind.ALL_CLEAR,
        AlertKind.MOVED_HERE,
        AlertKind.RETURNED,
        AlertKind.ALL_CLEAR,
    ]


def test_the_new_place_was_warned_and_the_old_one_not_again(played):
    moved = Alert.objects.get(incident=incident_of(played, "brighton"), kind=AlertKind.MOVED_HERE)
    first = Alert.objects.get(incident=moved.incident, kind=AlertKind.CONFIRMED)

    told = Delivery.objects.filter(alert=moved, state=SendState.SENT)
    before = set(Delivery.objects.filter(alert=first).values_list("subscription_id", flat=True))
    assert told.exclude(subscription_id__in=before).count() > 30
    old_ground = CoverageCell.objects.filter(cell=first.place.cell).values("coverage_area_id")
    assert not told.filter(subscription__coverage_area__in=old_ground).exists()
    assert find_misdirected(incident_ids=played.incident_ids) == ([], [])


def test_drill_people_and_messages_never_touch_the_real_world(played):
    assert not Address.objects.filter(is_drill=False).exists()
    assert not Subscription.objects.filter(is_drill=False).exists()
    assert not Report.objects.filter(is_drill=False).exists()
    assert set(Delivery.objects.values_list("provider", flat=True)) <= {"drill_sink", ""}
    assert set(TransactionalMessage.objects.values_list("channel", flat=True)) == {"DRILL"}
    people = User.objects.filter(is_drill=True)
    assert len(people) > 10
    assert not any(user.has_usable_password() for user in people)


def test_every_text_is_marked_and_private_words_are_gone(played):
    texts = AlertText.objects.filter(alert__incident_id__in=played.incident_ids)
    assert texts.count() == 2 * Alert.objects.filter(incident_id__in=played.incident_ids).count() > 30
    words = " ".join(f"{t.title} {t.short} {t.standard} {t.long}" for t in texts)
    assert not [word for word in played.scenario.private_words if word in words]
    assert "[plate left out]" in words
    assert "[placa omitida]" in words
    assert played.result["redactions"] >= 3


def test_the_story_is_told_by_what_is_there_and_what_is_not(played):
    story = played.result["story"]
    assert list(story) == [str(number) for number in range(1, 17)]
    assert {row for row, state in story.items() if state == "carried"} >= {"1", "2", "3", "13", "15", "16"}
    for row, state in story.items():
        assert (state == "carried") is all(played.result["story_parts"][row].values())


def test_progress_is_told_to_the_end_in_words(played):
    steps = played.steps
    assert steps[-1].step == steps[-1].steps == len(steps)
    assert [one.step for one in steps] == sorted({one.step for one in steps})
    assert all(tell(one.says, "en") and tell(one.says, "es") for one in steps)
    assert not any("48213" in one.says for one in steps)
    assert played.run.step == len(steps)
    assert played.run.result["passed"] is True
    assert played.run.lane is None


def test_a_correction_that_missed_somebody_fails_the_drill(played):
    alert = Alert.objects.get(incident=incident_of(played, "albany"), kind=AlertKind.CORRECTION, is_prepared=False)
    Delivery.objects.filter(alert=alert).first().delete()

    missed = safety.count_corrections_missed(incident_ids=played.incident_ids)
    assert missed == 1
    assert list_broken(played.result | {"corrections_missed": missed}) == ["corrections_missed"]


def test_an_all_clear_that_missed_somebody_is_seen(played):
    alerts = Alert.objects.filter(incident=incident_of(played, "brighton")).order_by("approved_at")
    warned = Delivery.objects.filter(alert=alerts.get(kind=AlertKind.RETURNED)).first()
    Delivery.objects.get(alert=alerts.filter(kind=AlertKind.ALL_CLEAR).last(), address=warned.address).delete()

    assert safety.count_all_clear_missed(incident_ids=played.incident_ids) == 1


def test_a_pin_that_is_off_is_seen(played):
    row = DrillReport.objects.filter(run=played.run, true_lat__isnull=False).first()
    DrillReport.objects.filter(pk=row.pk).update(pin_lat=row.true_lat + 0.01)

    share, count = queries.measure_located(run=played.run)
    assert share == pytest.approx(1 - 1 / count)
    assert [one.key for one in queries.list_misplaced(run=played.run)] == [row.key]


def test_somebody_around_who_was_left_out_is_seen(played):
    alert = Alert.objects.get(incident=incident_of(played, "brighton"), kind=AlertKind.MOVED_HERE)
    assert find_misdirected(incident_ids=played.incident_ids) == ([], [])
    inside = next(
        row
        for row in Delivery.objects.filter(alert=alert).select_related("subscription")
        if row.subscription.areas and row.subscription.quiet_from is None
    )
    inside.delete()

    assert find_misdirected(incident_ids=played.incident_ids) == ([inside.subscription_id], [])


def test_somebody_elsewhere_who_was_told_is_seen(played):
    alert = Alert.objects.get(incident=incident_of(played, "brighton"), kind=AlertKind.CONFIRMED)
    row = Delivery.objects.filter(alert=alert).first()
    far = (
        Subscription.objects.exclude(deliveries__alert=alert)
        .filter(language="en", coverage_area__cells__isnull=False)
        .last()
    )
    Delivery.objects.filter(pk=row.pk).update(subscription=far)
    cells = CoverageCell.objects.filter(coverage_area=far.coverage_area)

    assert cells.exists()
    _missed, strayed = find_misdirected(incident_ids=played.incident_ids)
    assert strayed == [row.pk]
