"""Claim and release an incident: shows the desk who is working on it.

Writes incidents. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import reject_drill_mix, require_desk
from corredor.incidents import actions, queries
from corredor.incidents.errors import IncidentClosed
from corredor.people.models import User


@transaction.atomic
def claim_incident(*, incident_id: int, by: User, now: datetime) -> None:
    """Claim an incident. Raise NotAllowed, ClaimedByOther, IncidentClosed, DrillMixed."""
    require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    reject_drill_mix(incident.is_drill, by)
    if incident.closed_at:
        raise IncidentClosed
    actions.claim_incident(incident=incident, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def release_incident(*, incident_id: int, by: User, now: datetime) -> None:
    """Release a claim. Raise NotAllowed."""
    require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    actions.release_incident(incident=incident, by=by, now=now)
    after_change(now=now)
