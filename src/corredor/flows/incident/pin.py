"""Pins: correct an incident's pin, and describe a point.

Reads places. Writes incidents. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import require_desk
from corredor.flows.locate import describe_point
from corredor.flows.school.watch import watch_after_commit
from corredor.incidents import actions, queries
from corredor.incidents.actions import Pin
from corredor.incidents.enums import PlaceKind
from corredor.incidents.errors import IncidentClosed, OutsideCity
from corredor.people.models import User


@transaction.atomic
def correct_pin(*, incident_id: int, lat: float, lon: float, by: User, now: datetime) -> None:
    """Correct a wrong pin; the event did not move. Raise NotAllowed, OutsideCity, IncidentClosed."""
    require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if incident.closed_at:
        raise IncidentClosed
    actions.add_place(incident=incident, kind=PlaceKind.CORRECTED, pin=make_pin(lat=lat, lon=lon), by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)


def make_pin(*, lat: float, lon: float) -> Pin:
    """Return a point with its labels. Raise OutsideCity."""
    words = describe_point(lat=lat, lon=lon)
    if words is None:
        raise OutsideCity
    return Pin(
        lat=lat,
        lon=lon,
        labels=words.labels,
        area_code=words.area_code,
        area_names=words.area_names,
    )
