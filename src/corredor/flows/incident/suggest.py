"""Duplicate detection: suggest open incidents that a report may belong to.

Reads intake, incidents, places. Writes nothing. Called by the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corredor.engines import dedupe
from corredor.engines.geo.earth import distance_m
from corredor.flows.locate import find_places_for_report
from corredor.incidents import queries
from corredor.incidents.models import Incident
from corredor.intake.models import Report
from corredor.kit.languages import Names

LEAST_LIKENESS = 0.15


@dataclass(frozen=True, slots=True)
class IncidentSuggestion:
    """An open incident that a report may belong to, with reasons that a person can check."""

    incident_id: int
    slug: str
    labels: Names
    score: float
    distance_m: float | None
    minutes: int
    shared_words: tuple[str, ...]


def suggest_incidents(*, report_id: int, now: datetime) -> list[IncidentSuggestion]:
    """Return open incidents with a similarity of at least LEAST_LIKENESS, likeliest first."""
    report = Report.objects.get(pk=report_id)
    point = _best_point(report, now=now)
    sample = _sample(report, point)
    found = [_compare(incident, sample) for incident in queries.list_open_incidents(is_drill=report.is_drill)]
    return sorted((row for row in found if row.score >= LEAST_LIKENESS), key=lambda row: -row.score)


def _best_point(report: Report, *, now: datetime) -> tuple[float, float] | None:
    for row in find_places_for_report(report_id=report.pk, now=now):
        if row.lat is not None and row.lon is not None and row.confidence >= 0.5:
            return (row.lat, row.lon)
    return None


def _sample(report: Report, point: tuple[float, float] | None) -> dedupe.Sample:
    words = dedupe.words_of(f"{report.text} {report.where_words} {report.uniform_words} {report.equipment_words}")
    return dedupe.Sample(point, (report.seen_at or report.received_at).timestamp(), words)


def _compare(incident: Incident, sample: dedupe.Sample) -> IncidentSuggestion:
    place = incident.place
    assert place is not None, "every incident has a pin"
    reports = queries.list_reports(incident=incident)
    words = frozenset[str]().union(*(_sample(report, None).words for report in reports[:20]))
    likeness = dedupe.compare(
        sample,
        dedupe.Sample((place.lat, place.lon), incident.last_seen_at.timestamp(), words),
        distance_m=distance_m(sample.point, (place.lat, place.lon)) if sample.point else None,
    )
    return IncidentSuggestion(
        incident_id=incident.pk,
        slug=incident.slug,
        labels=place.labels,
        score=likeness.score,
        distance_m=likeness.distance_m,
        minutes=round(likeness.apart_s / 60),
        shared_words=likeness.shared[:6],
    )
