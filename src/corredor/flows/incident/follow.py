"""Follow an incident: moves, returns, new sightings, hazards. ``compose.possible_kinds`` proposes the matching warning,
which still needs two people.

Writes incidents. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import DESK
from corredor.flows.incident.pin import make_pin
from corredor.flows.school.watch import watch_after_commit
from corredor.incidents import actions, queries
from corredor.incidents.enums import HazardKind, PlaceKind, Status, WindTo
from corredor.incidents.errors import DrillMixed, IncidentClosed, NotConfirmed
from corredor.incidents.models import Hazard, Incident
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role

_FOLLOWABLE = (Status.CONFIRMED, Status.ENDED)


@transaction.atomic
def move_incident(*, incident_id: int, lat: float, lon: float, seen_at: datetime, by: User, now: datetime) -> Incident:
    """Move the incident to another place. Raise NotAllowed, NotConfirmed, OutsideCity, IncidentClosed, WrongTime."""
    incident = _get(incident_id, by=by, now=now)
    return _place(incident, PlaceKind.MOVED, lat, lon, seen_at, by=by, now=now)


@transaction.atomic
def return_incident(
    *,
    incident_id: int,
    lat: float | None = None,
    lon: float | None = None,
    seen_at: datetime,
    by: User,
    now: datetime,
) -> Incident:
    """Record that they came back, to the last place unless another is given. Warnings need a new verification. Raise as
    move_incident.
    """
    incident = _get(incident_id, by=by, now=now)
    if lat is None or lon is None:
        assert incident.place is not None
        lat, lon = incident.place.lat, incident.place.lon
    return _place(incident, PlaceKind.RETURNED, lat, lon, seen_at, by=by, now=now)


@transaction.atomic
def note_seen_again(*, incident_id: int, seen_at: datetime, by: User, now: datetime) -> None:
    """Record a new sighting. Raise NotAllowed, IncidentClosed, WrongTime."""
    incident = _get(incident_id, by=by, now=now, confirmed=False)
    actions.note_seen_again(incident=incident, seen_at=seen_at, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def note_hazard(
    *,
    incident_id: int,
    kind: HazardKind,
    lat: float,
    lon: float,
    radius_m: int,
    by: User,
    now: datetime,
    wind_to: WindTo = WindTo.UNKNOWN,
) -> Hazard:
    """Record a hazard and its wind direction. Raise NotAllowed, OutsideCity, IncidentClosed, WrongRadius."""
    incident = _get(incident_id, by=by, now=now, confirmed=False)
    pin = make_pin(lat=lat, lon=lon)
    hazard = actions.note_hazard(
        incident=incident, kind=kind, pin=pin, radius_m=radius_m, wind_to=wind_to, by=by, now=now
    )
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)
    return hazard


@transaction.atomic
def turn_wind(*, hazard_id: int, wind_to: WindTo, by: User, now: datetime) -> None:
    """Record the wind direction of a hazard; schools are re-checked after commit.

    Raise NotAllowed, IncidentClosed, HazardCleared.
    """
    hazard = _get_hazard(hazard_id, by=by, now=now)
    if actions.turn_wind(hazard=hazard, wind_to=wind_to, by=by, now=now):
        after_change(now=now)
        watch_after_commit(is_drill=hazard.incident.is_drill, now=now)


@transaction.atomic
def look_again(*, hazard_id: int, by: User, now: datetime) -> None:
    """Record that a hazard persists. Raise NotAllowed."""
    hazard = _get_hazard(hazard_id, by=by, now=now)
    actions.look_again(hazard=hazard, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def clear_hazard(*, hazard_id: int, by: User, now: datetime) -> None:
    """Clear a hazard. Raise NotAllowed."""
    hazard = _get_hazard(hazard_id, by=by, now=now)
    actions.clear_hazard(hazard=hazard, by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=hazard.incident.is_drill, now=now)


def _get_hazard(hazard_id: int, *, by: User, now: datetime) -> Hazard:
    hazard = Hazard.objects.get(pk=hazard_id)
    _get(hazard.incident_id, by=by, now=now, confirmed=False)
    return hazard


def _get(incident_id: int, *, by: User, now: datetime, confirmed: bool = True) -> Incident:
    require_role(by, *DESK, today=local_today(now))
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if by.is_drill and not incident.is_drill:
        raise DrillMixed
    if incident.closed_at:
        raise IncidentClosed
    if confirmed and incident.status not in _FOLLOWABLE:
        raise NotConfirmed
    return incident


def _place(
    incident: Incident, kind: PlaceKind, lat: float, lon: float, seen_at: datetime, *, by: User, now: datetime
) -> Incident:
    actions.add_place(incident=incident, kind=kind, pin=make_pin(lat=lat, lon=lon), by=by, now=now)
    actions.note_seen_again(incident=incident, seen_at=seen_at, by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)
    return incident
