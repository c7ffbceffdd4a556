"""Writes of the incidents stage. Each adds its timeline entry in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from corredor.engines import hexgrid
from corredor.intake.models import Report
from corredor.kit import ids
from corredor.kit.languages import Names, shorten
from corredor.people.models import Training, User

from .enums import CONFIRMED_OUTCOMES, STATUS_AFTER, Agency, HazardKind, Method, Outcome, PlaceKind, Status, WindTo
from .errors import AlreadyJoined, ClaimedByOther, HazardCleared, IncidentClosed, NotJoined, WrongTime
from .models import Hazard, Incident, IncidentPlace, Membership, Verification
from .rules import check_radius
from .timeline import record

CHECK_AGAIN_AFTER = timedelta(minutes=45)  # how long irritant commonly lingers; then a person checks the hazard
_CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A confirmed point with its labels from the places stage."""

    lat: float
    lon: float
    labels: Names
    area_code: str
    area_names: Names


def open_incident(*, city: str, pin: Pin, seen_at: datetime, by: User, is_drill: bool, now: datetime) -> Incident:
    """Open an incident at a pin that ``by`` has confirmed."""
    incident = Incident.objects.create(
        slug=ids.new_slug(),
        city=city,
        is_drill=is_drill,
        opened_at=now,
        opened_by=by,
        last_seen_at=min(seen_at, now),
    )
    record(kind="incident.opened", now=now, incident_id=incident.pk, actor_id=by.pk)
    add_place(incident=incident, kind=PlaceKind.FIRST, pin=pin, by=by, now=now)
    return incident


def add_place(*, incident: Incident, kind: PlaceKind, pin: Pin, by: User, now: datetime) -> IncidentPlace:
    """Make the pin the incident's current place and end the previous one."""
    IncidentPlace.objects.filter(incident=incident, until=None).update(until=now)
    place = IncidentPlace.objects.create(
        incident=incident,
        kind=kind,
        lat=pin.lat,
        lon=pin.lon,
        cell=hexgrid.cell_of(pin.lat, pin.lon),
        labels=shorten(pin.labels, 120),
        area_code=pin.area_code,
        area_names=pin.area_names,
        confirmed_by=by,
        since=now,
    )
    incident.place = place
    incident.save(update_fields=["place"])
    record(kind="incident.place", now=now, incident_id=incident.pk, actor_id=by.pk, place=place.pk, why=kind)
    return place


def join_report(*, incident: Incident, report: Report, reason: str, by: User, now: datetime) -> Membership:
    """Join a report to an incident. Raise AlreadyJoined, IncidentClosed."""
    if incident.closed_at:
        raise IncidentClosed
    if Membership.objects.filter(report=report, left_at=None).exists():
        raise AlreadyJoined
    row = Membership.objects.create(incident=incident, report=report, reason=reason[:160], joined_by=by, joined_at=now)
    record(kind="report.joined", now=now, incident_id=incident.pk, actor_id=by.pk, report=report.pk)
    return row


def split_report(*, report: Report, by: User, now: datetime) -> Incident:
    """Remove a report from its incident; the membership row stays. Raise NotJoined."""
    row = Membership.objects.select_related("incident").filter(report=report, left_at=None).first()
    if row is None:
        raise NotJoined
    Membership.objects.filter(pk=row.pk).update(left_at=now)
    record(kind="report.split", now=now, incident_id=row.incident_id, actor_id=by.pk, report=report.pk)
    return row.incident


def claim_incident(*, incident: Incident, by: User, now: datetime) -> None:
    """Claim the incident for ``by``, visible to all. Raise ClaimedByOther."""
    taken = Incident.objects.filter(pk=incident.pk, claimed_by=None).update(claimed_by=by, claimed_at=now)
    if taken:
        record(kind="incident.claimed", now=now, incident_id=incident.pk, actor_id=by.pk)
        return
    holder = Incident.objects.select_related("claimed_by").get(pk=incident.pk).claimed_by
    if holder and holder.pk != by.pk:
        raise ClaimedByOther(holder.alias)


def release_incident(*, incident: Incident, by: User, now: datetime) -> None:
    """Release the claim. Anybody at the desk may release another's claim: people fall asleep."""
    freed = Incident.objects.filter(pk=incident.pk, claimed_by__isnull=False).update(claimed_by=None, claimed_at=None)
    if freed:
        record(kind="incident.released", now=now, incident_id=incident.pk, actor_id=by.pk)


def verify_incident(
    *,
    incident: Incident,
    outcome: Outcome,
    agency: Agency,
    method: Method,
    seen_at: datetime,
    size_low: int | None,
    size_high: int | None,
    note: str,
    training: Training,
    by: User,
    now: datetime,
) -> Verification:
    """Record a trained verifier's outcome and set the public status from it.

    A CONFIRMED incident refuted later becomes CORRECTED for good. Raise IncidentClosed, WrongTime.
    """
    if incident.closed_at:
        raise IncidentClosed
    if seen_at > now + _CLOCK_SLACK:
        raise WrongTime
    seen_at = min(seen_at, now)
    was_confirmed = incident.verifications.filter(outcome__in=CONFIRMED_OUTCOMES).exists()
    verification = Verification.objects.create(
        incident=incident,
        outcome=outcome,
        agency=agency,
        method=method,
        verifier=by,
        training=training,
        size_low=size_low,
        size_high=size_high if size_high is not None else size_low,
        note=note,
        seen_at=seen_at,
        checked_at=now,
    )
    _set_status(incident, verification, was_confirmed=was_confirmed)
    record(
        kind="incident.verified",
        now=now,
        incident_id=incident.pk,
        actor_id=by.pk,
        verification=verification.pk,
        outcome=outcome,
        agency=agency,
    )
    return verification


def _set_status(incident: Incident, found: Verification, *, was_confirmed: bool) -> None:
    is_retracted = found.outcome not in CONFIRMED_OUTCOMES and was_confirmed
    incident.status = Status.CORRECTED if is_retracted else STATUS_AFTER[found.outcome]
    incident.agency = found.agency
    incident.checked_at = found.checked_at
    incident.last_seen_at = max(incident.last_seen_at, found.seen_at)
    incident.ended_at = None if found.outcome == Outcome.CONFIRMED_ACTIVE else found.checked_at
    incident.save(update_fields=["status", "agency", "checked_at", "last_seen_at", "ended_at"])


def note_seen_again(*, incident: Incident, seen_at: datetime, by: User, now: datetime) -> None:
    """Record a new sighting, which resets the confidence decay. Raise IncidentClosed, WrongTime."""
    if incident.closed_at:
        raise IncidentClosed
    if seen_at > now + _CLOCK_SLACK:
        raise WrongTime
    incident.last_seen_at = max(incident.last_seen_at, min(seen_at, now))
    incident.save(update_fields=["last_seen_at"])
    record(kind="incident.seen", now=now, incident_id=incident.pk, actor_id=by.pk)


def note_hazard(
    *,
    incident: Incident,
    kind: HazardKind,
    pin: Pin,
    radius_m: int,
    by: User,
    now: datetime,
    wind_to: WindTo = WindTo.UNKNOWN,
) -> Hazard:
    """Record a hazard, open until a person clears it; ``look_again_at`` is only a reminder.

    Raise WrongRadius.
    """
    check_radius(radius_m)
    hazard = Hazard.objects.create(
        incident=incident,
        kind=kind,
        lat=pin.lat,
        lon=pin.lon,
        radius_m=radius_m,
        wind_to=wind_to,
        labels=shorten(pin.labels, 120),
        noted_at=now,
        noted_by=by,
        look_again_at=now + CHECK_AGAIN_AFTER,
    )
    noted = {"hazard": hazard.pk, "what": kind} | ({"wind": wind_to} if wind_to else {})
    record(kind="hazard.noted", now=now, incident_id=incident.pk, actor_id=by.pk, **noted)
    return hazard


def turn_wind(*, hazard: Hazard, wind_to: WindTo, by: User, now: datetime) -> bool:
    """Record the wind direction of a hazard. Return False if unchanged. Raise HazardCleared."""
    changed = Hazard.objects.filter(pk=hazard.pk, cleared_at=None).exclude(wind_to=wind_to).update(wind_to=wind_to)
    if not changed:
        if Hazard.objects.filter(pk=hazard.pk, cleared_at=None).exists():
            return False
        raise HazardCleared
    hazard.wind_to = wind_to
    record(
        kind="hazard.wind",
        now=now,
        incident_id=hazard.incident_id,
        actor_id=by.pk,
        hazard=hazard.pk,
        wind=wind_to or "?",
    )
    return True


def look_again(*, hazard: Hazard, by: User, now: datetime) -> None:
    """Record that the hazard persists; reset its reminder."""
    hazard.look_again_at = now + CHECK_AGAIN_AFTER
    hazard.save(update_fields=["look_again_at"])
    record(kind="hazard.still", now=now, incident_id=hazard.incident_id, actor_id=by.pk, hazard=hazard.pk)


def clear_hazard(*, hazard: Hazard, by: User, now: datetime) -> None:
    """Record that a person declared the area safe."""
    changed = Hazard.objects.filter(pk=hazard.pk, cleared_at=None).update(cleared_at=now, cleared_by=by)
    if changed:
        record(kind="hazard.cleared", now=now, incident_id=hazard.incident_id, actor_id=by.pk, hazard=hazard.pk)


def close_incident(*, incident: Incident, by: User, now: datetime) -> None:
    """Close the incident: end its place and its claim."""
    changed = Incident.objects.filter(pk=incident.pk, closed_at=None).update(
        closed_at=now, claimed_by=None, claimed_at=None
    )
    IncidentPlace.objects.filter(incident=incident, until=None).update(until=now)
    if changed:
        record(kind="incident.closed", now=now, incident_id=incident.pk, actor_id=by.pk)
