"""Approve alerts: the second person's approval enqueues one delivery per recipient and channel; workers send them.

Reads alerts, subscriptions. Writes alerts, delivery. Called by the desk.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.alerts import actions
from corredor.alerts.enums import SUPERSEDING, TO_EARLIER_RECIPIENTS, AlertKind, AlertState, HoldReason
from corredor.alerts.errors import AlreadyDecided, Altered, SamePerson, Superseded, TooLate
from corredor.alerts.integrity import follows_from_template, is_authentic, sign_alert
from corredor.alerts.models import Alert
from corredor.alerts.queries import get_last_ending
from corredor.delivery import actions as delivery
from corredor.delivery.errors import SendingHalted
from corredor.delivery.forecast import SendPlan, save_plan
from corredor.delivery.queries import is_halted
from corredor.delivery.queue.cancel import release_held
from corredor.flows.after_commit import after_change
from corredor.flows.alert.enqueue import queue_for_area, queue_for_earlier
from corredor.incidents.errors import DrillMixed, IncidentClosed
from corredor.incidents.models import Incident
from corredor.incidents.queries import get_incident_for_update
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today, lock_account, require_steward
from corredor.people.rules import require_role

from .compose import possible_kinds
from .forecast import plan_alert
from .hold_for_review import find_hold_reason

__all__ = ["AlreadyDecided", "Approved", "SamePerson", "SendingHalted", "TooLate", "approve_alert", "release_alert"]


@dataclass(frozen=True, slots=True)
class Approved:
    """Number of ``deliveries`` enqueued; none if the alert was held for review, for the reason ``held_for``."""

    deliveries: int
    held_for: HoldReason | None = None


@transaction.atomic
def approve_alert(*, alert_id: int, by: User, now: datetime) -> Approved:
    """Approve an alert and enqueue all deliveries in the same transaction, so that no recipient is missed.

    Raise NotAllowed, SamePerson, AlreadyDecided, TooLate, Superseded, SendingHalted, DrillMixed, IncidentClosed.
    """
    require_role(by, Role.APPROVER, today=local_today(now))
    # Lock the incident first, as every flow does: nobody closes, moves or verifies it meanwhile (and no deadlock).
    incident = get_incident_for_update(incident_id=Alert.objects.values_list("incident_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_for_update(of=("self",)).select_related("incident", "place").get(pk=alert_id)
    if by.is_drill and not alert.is_drill:
        raise DrillMixed
    if not alert.is_drill and is_halted():
        raise SendingHalted
    kind = AlertKind(alert.kind)
    if alert.state == AlertState.WAITING:
        _require_still_true(alert, incident)
    lock_account(by)  # count the account's concurrent approvals too (rate limit in find_hold_reason)
    since = get_last_ending(incident=alert.incident, kind=kind)
    plan = plan_alert(alert=alert, now=now)
    reason = find_hold_reason(alert=alert, messages=plan.messages, by=by, now=now)
    if reason is not None and alert.state == AlertState.WAITING:
        actions.require_approvable(alert=alert, by=by, now=now)
        actions.hold_alert(alert=alert, why=reason, by=by, now=now)
        after_change(now=now)
        return Approved(0, reason)
    actions.approve_alert(alert=alert, by=by, now=now)
    return _send_out(alert, plan, since=since, now=now)


@transaction.atomic
def release_alert(*, alert_id: int, by: User, now: datetime) -> Approved:
    """Release a held alert after a third person's review: enqueue it, or resume its stopped deliveries.

    Raise NotAllowed, ThirdPersonNeeded, Altered, AlreadyDecided, TooLate, Superseded, SendingHalted, IncidentClosed.
    """
    require_steward(by, now=now)
    incident = get_incident_for_update(incident_id=Alert.objects.values_list("incident_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_for_update(of=("self",)).select_related("incident", "place").get(pk=alert_id)
    if not alert.is_drill and is_halted():
        raise SendingHalted
    was_going_out = alert.approved_at is not None
    if not (is_authentic(alert) if was_going_out else follows_from_template(alert)):
        raise Altered
    since = get_last_ending(incident=incident, kind=alert.kind)
    if alert.state == AlertState.HELD and not was_going_out:
        _require_still_true(alert, incident)
    plan = None if was_going_out else plan_alert(alert=alert, now=now)
    actions.release_alert(alert=alert, by=by, now=now)
    if plan is not None:
        return _send_out(alert, plan, since=since, now=now)
    count = release_held(alert=alert, now=now)
    after_change(now=now)
    return Approved(count)


def _send_out(alert: Alert, plan: SendPlan, *, since: datetime | None, now: datetime) -> Approved:
    """Sign the alert, enqueue all deliveries, store the forecast."""
    kind = AlertKind(alert.kind)
    sign_alert(alert=alert, now=now)
    began = time.monotonic()
    if kind in TO_EARLIER_RECIPIENTS:
        count = queue_for_earlier(alert, since, now=now)
    else:
        count = queue_for_area(alert, kind, now=now)
    if kind in SUPERSEDING:
        delivery.supersede_waiting(by=alert, now=now)
    save_plan(alert=alert, plan=plan, rows_made_s=time.monotonic() - began, now=now)
    after_change(now=now)
    return Approved(count)


def _require_still_true(alert: Alert, incident: Incident) -> None:
    """Require that the alert could be written now, for the same place. Raise IncidentClosed, Superseded."""
    if incident.closed_at:
        raise IncidentClosed
    has_moved = alert.kind != AlertKind.MOVED_AWAY and alert.place_id != incident.place_id
    if has_moved or alert.kind not in possible_kinds(incident=incident):
        raise Superseded
