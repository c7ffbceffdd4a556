"""Set a report aside, hold it as flood, or put it back into the queue.

Writes intake (report state) and the timeline. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import reject_drill_mix, require_desk
from corredor.incidents.errors import AlreadyJoined
from corredor.incidents.timeline import record
from corredor.intake.actions import move_report
from corredor.intake.enums import ReportState
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from corredor.people.models import User


@transaction.atomic
def set_aside_report(*, report_id: int, reason: str, by: User, now: datetime) -> None:
    """Set aside a report that is off-topic or too vague; it is stored with the reason.

    Raise NotAllowed, AlreadyJoined, AlreadyWithdrawn.
    """
    _move(report_id, ReportState.SET_ASIDE, reason, by=by, now=now)


@transaction.atomic
def hold_report(*, report_id: int, by: User, now: datetime) -> None:
    """Hold a report as part of a flood. Raise NotAllowed, AlreadyJoined, AlreadyWithdrawn."""
    _move(report_id, ReportState.HELD, "BY_HAND", by=by, now=now)


@transaction.atomic
def take_back_report(*, report_id: int, by: User, now: datetime) -> None:
    """Put a held or set-aside report back into the queue. Raise NotAllowed, AlreadyJoined, AlreadyWithdrawn."""
    _move(report_id, ReportState.NEW, "", by=by, now=now)


def _move(report_id: int, state: ReportState, reason: str, *, by: User, now: datetime) -> None:
    require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    reject_drill_mix(report.is_drill, by)
    if report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    if report.state == ReportState.JOINED:
        raise AlreadyJoined
    move_report(report=report, state=state, reason=reason)
    record(kind="report.moved", now=now, actor_id=by.pk, report=report.pk, to=state)
    after_change(now=now)
