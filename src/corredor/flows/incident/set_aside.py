"""TODO."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.incident.access import refuse_mix, require_desk
from corredor.incidents.errors import AlreadyJoined
from corredor.incidents.timeline import record
from corredor.intake.actions import move_report
from corredor.intake.enums import ReportState
from corredor.intake.errors import AlreadyWithdrawn
from corredor.intake.models import Report
from corredor.people.models import User


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


def _move(report_id: int, state: ReportState, reason: str, *, by: User, now: datetime) -> None:
    require_desk(by, now=now)
    report = Report.objects.select_for_update().get(pk=report_id)
    refuse_mix(report.is_drill, by)
    if report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    if report.state == ReportState.JOINED:
        raise AlreadyJoined
    move_report(report=report, state=state, reason=reason)
    record(kind="report.moved", now=now, actor_id=by.pk, report=report.pk, to=state)
    after_change(now=now)
