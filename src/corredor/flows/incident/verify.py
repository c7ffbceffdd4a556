"""Verify an incident: record a trained person's outcome and report it to every sender.

An outcome that refutes a warning also drafts the correction, for another person to approve.

Reads people (training). Writes incidents, intake (notes), delivery (transactional messages), alerts. Called by the
desk.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from corredor.delivery.enums import TransactionalKind
from corredor.delivery.words import render_outcome
from corredor.flows.after_commit import after_change
from corredor.flows.alert.compose import prepare_correction
from corredor.flows.notify import notify
from corredor.flows.school.watch import watch_after_commit
from corredor.incidents import actions, queries
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.errors import DrillMixed, WrongTime
from corredor.incidents.models import Incident, Verification
from corredor.intake.actions import add_note
from corredor.intake.enums import NoteKind
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import current_training, require_role


@transaction.atomic
def verify_incident(
    *,
    incident_id: int,
    outcome: Outcome,
    agency: Agency,
    method: Method,
    seen_at: datetime,
    size_low: int | None = None,
    size_high: int | None = None,
    note: str = "",
    by: User,
    now: datetime,
) -> Verification:
    """Record an outcome and notify the senders. Raise NotAllowed, IncidentClosed, WrongTime, DrillMixed."""
    require_role(by, Role.VERIFIER, today=local_today(now))
    training = current_training(by, Role.VERIFIER, today=local_today(now))
    if training is None:
        raise NotAllowed(Role.VERIFIER)
    if size_low is not None and size_high is not None and size_high < size_low:
        size_low, size_high = size_high, size_low
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if by.is_drill and not incident.is_drill:
        raise DrillMixed
    if seen_at > now:
        seen_at = _near_now(seen_at, now)
    verification = actions.verify_incident(
        incident=incident,
        outcome=outcome,
        agency=agency,
        method=method,
        seen_at=seen_at,
        size_low=size_low,
        size_high=size_high,
        note=note,
        training=training,
        by=by,
        now=now,
    )
    notify_senders(incident, verification, now=now)
    prepare_correction(incident=incident, by=by, now=now)
    after_change(now=now)
    watch_after_commit(is_drill=incident.is_drill, now=now)
    return verification


def notify_senders(incident: Incident, verification: Verification, *, now: datetime) -> None:
    """Note the outcome on every report and send it once per call-back address."""
    notified: set[int] = set()
    for report in queries.list_reports(incident=incident).select_related("reply_to"):
        if report.notes.filter(kind=NoteKind.OUTCOME, text=verification.outcome).exists():
            continue
        add_note(report=report, kind=NoteKind.OUTCOME, text=verification.outcome, said_by_id=None, now=now)
        if report.reply_to and report.reply_to.pk not in notified:
            notified.add(report.reply_to.pk)
            link = f"{settings.BASE_URL}/i/{incident.slug}"
            notify(
                address=report.reply_to,
                kind=TransactionalKind.OUTCOME,
                text=render_outcome(verification.outcome, report.language, link=link, is_drill=report.is_drill),
                language=report.language,
                link=link,
                now=now,
            )


def _near_now(seen_at: datetime, now: datetime) -> datetime:
    """Return ``now`` for a phone clock up to 5 minutes ahead. Raise WrongTime beyond that."""
    if (seen_at - now).total_seconds() > 300:
        raise WrongTime
    return now
