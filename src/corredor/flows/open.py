"""Open: reports of one event become one incident at a pin that a person has confirmed.

Reads intake and places. Writes incidents (and where a report stands). Called by the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from corredor.engines import dedupe, hexgrid
from corredor.incidents import actions, queries
from corredor.incidents.actions import Pin
from corredor.incidents.enums import PlaceKind
from corredor.incidents.errors import AlreadyJoined, DrillMixed, IncidentClosed, OutsideCity
from corredor.incidents.models import Incident
from corredor.incidents.timeline import record
from corredor.intake.actions import move_report
from corredor.intake.enums import ReportState
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role

from .after import after_change
from .corridor_watch import watch_after_commit
from .locate import describe_point, find_places_for_report

DESK = (Role.OPERATOR, Role.VERIFIER, Role.DISPATCHER, Role.APPROVER)
LEAST_LIKENESS = 0.15


@dataclass(frozen=True, slots=True)
class IncidentSuggestion:
    """An open incident that a report may belong to, with the reasons a person can check."""

    incident_id: int
    slug: str
    label_en: str
    label_es: str
    score: float
    distance_m: float | None
    minutes: int
    shared_words: tuple[str, ...]


def suggest_incidents(*, report_id: int, now: datetime) -> list[IncidentSuggestion]:
    """Open incidents the report may be about, likeliest first."""
    report = Report.objects.get(pk=report_id)
    point = _best_point(report, now=now)
    sample = _sample(report, point)
    found = [_compare(incident, sample) for incident in queries.list_open_incidents(is_drill=report.is_drill)]
    return sorted((row for row in found if row.score >= LEAST_LIKENESS), key=lambda row: -row.score)


@transaction.atomic
def open_incident(*, report_id: int, lat: float, lon: float, by: User, now: datetime) -> Incident:
    """A new incident from a report, at the pin ``by`` confirms; it is theirs to follow until released.

    Raises NotAllowed, OutsideCity, AlreadyJoined, AlreadyWithdrawn, DrillMixed.
    """
    _require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    _refuse_mix(report.is_drill, by)
    pin = make_pin(lat=lat, lon=lon)
    incident = actions.open_incident(
        city=get_network().city,
        pin=pin,
        seen_at=report.seen_at or report.received_at,
        by=by,
        is_drill=report.is_drill,
        now=now,
    )
    _join(incident, report, reason="FIRST", by=by, now=now)
    actions.claim_incident(incident=incident, by=by, now=now)
    after_change(now=now)
    return incident


@transaction.atomic
def join_report(*, report_id: int, incident_id: int, by: User, reason: str = "", now: datetime) -> None:
    """Make a report part of an open incident.

    Raises NotAllowed, AlreadyJoined, AlreadyWithdrawn, IncidentClosed, DrillMixed.
    """
    _require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    report = Report.objects.select_for_update().get(pk=report_id)
    _refuse_mix(report.is_drill, by)
    if incident.is_drill != report.is_drill:
        raise DrillMixed
    _join(incident, report, reason=reason, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def split_report(*, report_id: int, by: User, now: datetime) -> None:
    """Take a report out of its incident; it is new in the queue again. Raises NotAllowed, NotJoined."""
    _require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    actions.split_report(report=report, by=by, now=now)
    move_report(report=report, state=ReportState.NEW)
    after_change(now=now)


@transaction.atomic
def set_aside_report(*, report_id: int, reason: str, by: User, now: datetime) -> None:
    """Not for us, or nothing to go on; kept, with the reason. Raises NotAllowed, AlreadyJoined, AlreadyWithdrawn."""
    _move(report_id, ReportState.SET_ASIDE, reason, by=by, now=now)


@transaction.atomic
def hold_report(*, report_id: int, by: User, now: datetime) -> None:
    """Hold a report back as part of a flood. Raises NotAllowed, AlreadyJoined, AlreadyWithdrawn."""
    _move(report_id, ReportState.HELD, "BY_HAND", by=by, now=now)


@transaction.atomic
def take_back_report(*, report_id: int, by: User, now: datetime) -> None:
    """Put a held or set-aside report back into the queue. Raises NotAllowed, AlreadyJoined, AlreadyWithdrawn."""
    _move(report_id, ReportState.NEW, "", by=by, now=now)


@transaction.atomic
def claim_incident(*, incident_id: int, by: User, now: datetime) -> None:
    """Show everyone who is on it. Raises NotAllowed, ClaimedByOther, IncidentClosed."""
    _require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    _refuse_mix(incident.is_drill, by)
    if incident.closed_at:
        raise IncidentClosed
    actions.claim_incident(incident=incident, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def release_incident(*, incident_id: int, by: User, now: datetime) -> None:
    """Give it back to all. Raises NotAllowed."""
    _require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    actions.release_incident(incident=incident, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def correct_pin(*, incident_id: int, lat: float, lon: float, by: User, now: datetime) -> None:
    """The pin was wrong, the event did not move. Raises NotAllowed, OutsideCity, IncidentClosed."""
    _require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if incident.closed_at:
        raise IncidentClosed
    actions.add_place(incident=incident, kind=PlaceKind.CORRECTED, pin=make_pin(lat=lat, lon=lon), by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)


def make_pin(*, lat: float, lon: float) -> Pin:
    """A point with its words. Raises OutsideCity."""
    words = describe_point(lat=lat, lon=lon)
    if words is None:
        raise OutsideCity
    return Pin(
        lat=lat,
        lon=lon,
        label_en=words.label_en,
        label_es=words.label_es,
        area_code=words.area_code,
        area_en=words.area_en,
        area_es=words.area_es,
    )


def _join(incident: Incident, report: Report, *, reason: str, by: User, now: datetime) -> None:
    if report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    try:
        with transaction.atomic():
            actions.join_report(incident=incident, report=report, reason=reason, by=by, now=now)
    except IntegrityError as error:  # two people joined it in the same instant
        raise AlreadyJoined from error
    move_report(report=report, state=ReportState.JOINED)
    seen = report.seen_at or report.received_at
    if seen > incident.last_seen_at:
        Incident.objects.filter(pk=incident.pk).update(last_seen_at=min(seen, now))


def _move(report_id: int, state: ReportState, reason: str, *, by: User, now: datetime) -> None:
    _require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    _refuse_mix(report.is_drill, by)
    if report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    if report.state == ReportState.JOINED:
        raise AlreadyJoined
    move_report(report=report, state=state, reason=reason)
    record(kind="report.moved", now=now, actor_id=by.pk, report=report.pk, to=state)
    after_change(now=now)


def _require_desk(by: User, *, now: datetime) -> None:
    require_role(by, *DESK, today=local_today(now))


def _refuse_mix(is_drill: bool, by: User) -> None:
    """A drill's actors touch drills only. Real people may also act in a drill: that is what it is for."""
    if by.is_drill and not is_drill:
        raise DrillMixed


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
        distance_m=hexgrid.distance_m(sample.point, (place.lat, place.lon)) if sample.point else None,
    )
    return IncidentSuggestion(
        incident_id=incident.pk,
        slug=incident.slug,
        label_en=place.label_en,
        label_es=place.label_es,
        score=likeness.score,
        distance_m=likeness.distance_m,
        minutes=round(likeness.apart_s / 60),
        shared_words=likeness.shared[:6],
    )
