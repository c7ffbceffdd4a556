"""Close an incident. Refused while warned people have had no all-clear or correction.

Reads alerts and delivery. Writes incidents. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from corredor.alerts.actions import send_back_alert, stop_alert
from corredor.alerts.enums import AlertKind, AlertState
from corredor.alerts.history import get_history
from corredor.alerts.models import Alert
from corredor.delivery.actions import list_reached
from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import DESK
from corredor.flows.school.watch import watch_after_commit
from corredor.incidents import actions, queries
from corredor.incidents.enums import Status
from corredor.incidents.errors import AllClearMissing, DrillMixed, NotConfirmed
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role


@transaction.atomic
def close_incident(*, incident_id: int, by: User, now: datetime) -> None:
    """Close an incident. Raise NotAllowed, AllClearMissing, NotConfirmed (no verification yet), DrillMixed."""
    require_role(by, *DESK, today=local_today(now))
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if by.is_drill and not incident.is_drill:
        raise DrillMixed
    if incident.status == Status.BEING_CHECKED:
        raise NotConfirmed
    is_wrong = incident.status == Status.CORRECTED
    history = get_history(incident)
    if history.is_correction_missing if is_wrong else history.is_ending_missing:
        since = history.get_last_ending(AlertKind.CORRECTION if is_wrong else AlertKind.ALL_CLEAR)
        people = list_reached(incident_id=incident.pk, since=since).values("address_id").distinct().count()
        raise AllClearMissing(people)
    for waiting in Alert.objects.filter(incident=incident, state=AlertState.WAITING):
        send_back_alert(alert=waiting, reason=_("The incident was closed."), by=by, now=now)
    for frozen in Alert.objects.filter(incident=incident, state=AlertState.HELD):
        stop_alert(alert=frozen, by=by, now=now)
    actions.close_incident(incident=incident, by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)
