"""Join a report to an open incident, and split it off again.

Writes incidents, intake (report state). Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import reject_drill_mix, require_desk
from corredor.incidents import actions, queries
from corredor.incidents.errors import AlreadyJoined, DrillMixed
from corredor.incidents.models import Incident
from corredor.intake.actions import move_report
from corredor.intake.enums import ReportState
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from corredor.people.models import User


@transaction.atomic
def join_report(*, report_id: int, incident_id: int, by: User, reason: str = "", now: datetime) -> None:
    """Join a report to an open incident.

    Raise NotAllowed, AlreadyJoined, AlreadyWithdrawn, IncidentClosed, DrillMixed.
    """
    require_desk(by, now=now)
    incident = queries.get_incident_for_update(incident_id=incident_id)
    report = Report.objects.select_for_update().get(pk=report_id)
    reject_drill_mix(report.is_drill, by)
    if incident.is_drill != report.is_drill:
        raise DrillMixed
    add_to_incident(incident, report, reason=reason, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def split_report(*, report_id: int, by: User, now: datetime) -> None:
    """Remove a report from its incident and put it back into the queue. Raise NotAllowed, NotJoined."""
    require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    actions.split_report(report=report, by=by, now=now)
    move_report(report=report, state=ReportState.NEW)
    after_change(now=now)


def add_to_incident(incident: Incident, report: Report, *, reason: str, by: User, now: datetime) -> None:
    if report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    try:
        with transaction.atomic():
            actions.join_report(incident=incident, report=report, reason=reason, by=by, now=now)
    except IntegrityError as error:  # two people joined it concurrently
        raise AlreadyJoined from error
    move_report(report=report, state=ReportState.JOINED)
    seen = report.seen_at or report.received_at
    if seen > incident.last_seen_at:
        Incident.objects.filter(pk=incident.pk).update(last_seen_at=min(seen, now))
