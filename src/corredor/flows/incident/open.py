"""Open an incident from a report, at a pin that a person has confirmed.

Reads intake and places. Writes incidents, intake (report state). Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import reject_drill_mix, require_desk
from corredor.flows.incident.join_split import add_to_incident
from corredor.flows.incident.pin import make_pin
from corredor.incidents import actions
from corredor.incidents.models import Incident
from corredor.intake.models import Report
from corredor.people.models import User
from corredor.people.queries import get_network


@transaction.atomic
def open_incident(*, report_id: int, lat: float, lon: float, by: User, now: datetime) -> Incident:
    """Open an incident at the pin that ``by`` confirms, and claim it for them.

    Raise NotAllowed, OutsideCity, AlreadyJoined, AlreadyWithdrawn, DrillMixed.
    """
    require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    reject_drill_mix(report.is_drill, by)
    pin = make_pin(lat=lat, lon=lon)
    incident = actions.open_incident(
        city=get_network().city,
        pin=pin,
        seen_at=report.seen_at or report.received_at,
        by=by,
        is_drill=report.is_drill,
        now=now,
    )
    add_to_incident(incident, report, reason="FIRST", by=by, now=now)
    actions.claim_incident(incident=incident, by=by, now=now)
    after_change(now=now)
    return incident
