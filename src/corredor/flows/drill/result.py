"""Result of a drill: counts, times, safety invariants, and the rows of the story."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery
from corredor.incidents.models import Incident
from corredor.intake.models import Report
from corredor.review import figures, queries, safety
from corredor.review.corrections import list_corrections

from .play import Play
from .school_result import measure_schools
from .story import tell_story

_Count = Callable[..., int]

# Conditions for passing a drill. docs/drills.md explains each.
MUST_HOLD: Mapping[str, float | int | bool] = MappingProxyType(
    {
        "located_within_100m": 1.0,
        "sends_before_confirmation": 0,
        "single_person_sends": 0,
        "corrections_missed": 0,
        "all_clear_missed": 0,
        "warned_twice": 0,
        "real_recipients": 0,
        "unmarked_texts": 0,
        "private_words": 0,
        "wrongly_allowed": 0,
        "steps_failed": 0,
        "children_unaccounted": 0,
        "schools_left_open": 0,
        "corridors_in_danger": 0,
        "single_person_parent_messages": 0,
        "chain_valid": True,
    }
)


def measure(play: Play) -> dict[str, Any]:
    """Measure everything, from the database where possible."""
    incident_ids, report_ids = queries.list_incident_ids(run=play.run), queries.list_report_ids(run=play.run)
    share, located = queries.measure_located(run=play.run)
    result: dict[str, Any] = {
        "drill": play.scenario.name,
        "located_within_100m": round(share, 4),
        **_safety(play, incident_ids),
        **_counts(play, incident_ids, report_ids),
        **measure_schools(play),
        **_times(play, incident_ids),
    }
    rows = tell_story(play)
    result["story"] = {str(row.number): row.state for row in rows}
    result["story_parts"] = {str(row.number): row.parts for row in rows}
    result["reports_located"] = located
    result["misplaced"] = [{"report": row.key, "off_m": row.off_m} for row in queries.list_misplaced(run=play.run)]
    result["failures"] = play.failures
    result["passed"] = not list_broken(result)
    return result


def list_broken(result: Mapping[str, Any]) -> list[str]:
    """Return the safety keys that do not hold."""
    return [key for key, wanted in MUST_HOLD.items() if result.get(key) != wanted]


def _safety(play: Play, incident_ids: Collection[int]) -> dict[str, Any]:
    return {
        "sends_before_confirmation": safety.count_sends_before_confirmation(incident_ids=incident_ids),
        "single_person_sends": safety.count_single_person_sends(incident_ids=incident_ids),
        "corrections_missed": safety.count_corrections_missed(incident_ids=incident_ids),
        "all_clear_missed": safety.count_all_clear_missed(incident_ids=incident_ids),
        "warned_twice": safety.count_warned_twice(incident_ids=incident_ids),
        "real_recipients": safety.count_real_recipients(incident_ids=incident_ids),
        "unmarked_texts": safety.count_unmarked_texts(incident_ids=incident_ids),
        "private_words": safety.count_private_words(incident_ids=incident_ids, invented=play.scenario.private_words),
        "chain_valid": safety.is_chain_valid(),
        "wrongly_allowed": play.tally["wrongly_allowed"],
        "refused_as_expected": play.tally["refused_as_expected"],
        "steps_failed": len(play.failures),
    }


def _counts(play: Play, incident_ids: Collection[int], report_ids: Collection[int]) -> dict[str, Any]:
    alerts = Alert.objects.filter(incident_id__in=incident_ids)
    deliveries = Delivery.objects.filter(alert__in=alerts)
    reports = Report.objects.filter(pk__in=report_ids)
    return {
        "reports": len(report_ids),
        "reports_by_door": figures.count_by(reports, "source"),
        "reports_by_state": figures.count_by(reports, "state"),
        "incidents": len(incident_ids),
        "incidents_by_status": figures.count_by(Incident.objects.filter(pk__in=incident_ids), "status"),
        "alerts": alerts.filter(approved_at__isnull=False).count(),
        "alerts_by_kind": figures.count_by(alerts.filter(approved_at__isnull=False), "kind"),
        "recipients": play.scenario.recipients.count,
        "deliveries": deliveries.count(),
        "deliveries_by_state": figures.count_by(deliveries, "state"),
        "rumours_denied": figures.count_denied_rumours(incident_ids=incident_ids),
        "needless_all_clears": safety.count_needless_endings(incident_ids=incident_ids),
        "redactions": play.tally["redactions"],
        "private_reports": play.tally["private_reports"],
        "private_reports_caught": play.tally["private_reports_caught"],
        "duplicates_joined": figures.count_joined_duplicates(incident_ids=incident_ids),
        "joined_by": queries.count_joins(run=play.run),
        "placed_by": queries.count_pinnings(run=play.run),
        "held_as_flood": figures.count_held_as_flood(report_ids=report_ids),
        "held_wrongly": play.tally["held_wrongly"],
        "wrong_suggestions": play.tally["wrong_suggestions"],
        "questions_asked": play.tally["questions_asked"],
        "questions_by_product": play.tally["questions_by_product"],
        "answers_taken_for_reports": play.tally["answers_taken_for_reports"],
        "left": play.tally["left"],
    }


def _times(play: Play, incident_ids: Collection[int]) -> dict[str, Any]:
    corrected = list_corrections(incident_ids=incident_ids)
    return {
        "time_to_verify_s": figures.summarise(figures.list_times_to_verify(incident_ids=incident_ids)),
        "confirmed_to_alert_s": figures.summarise(figures.list_times_to_alert(incident_ids=incident_ids)),
        "found_wrong_to_correction_s": figures.summarise(figures.list_times_to_correct(incident_ids=incident_ids)),
        "found_wrong_to_last_told_s": figures.summarise(row.seconds for row in corrected if row.seconds is not None),
        "correction_reach": min((row.reach for row in corrected), default=None),
        "approve_to_first_send_s": figures.summarise(play.to_first_send_s),
        "approve_to_last_send_s": figures.summarise(play.to_last_send_s),
    }
