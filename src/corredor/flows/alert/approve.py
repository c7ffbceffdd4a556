"""Approve alerts: the second person's approval enqueues one delivery per recipient and channel; workers send them.

Reads alerts, subscriptions. Writes alerts, delivery. Called by the desk.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.alerts import actions
from corredor.alerts.enums import SUPERSEDING, TO_EARLIER_RECIPIENTS, AlertKind, AlertState, HoldReason
from corredor.alerts.errors import AlreadyDecided, Altered, SamePerson, Superseded, TooLate
from corredor.alerts.history import History, get_history
from corredor.alerts.integrity import follows_from_template, is_authentic, sign_alert
from corredor.alerts.models import Alert
from corredor.alerts.queries import get_texts
from corredor.delivery import actions as delivery
from corredor.delivery.errors import SendingHalted
from corredor.delivery.forecast import SendPlan, save_plan
from corredor.delivery.queries import get_routes, is_halted
from corredor.delivery.queue.cancel import release_held
from corredor.flows.after_commit import after_change
from corredor.flows.alert.enqueue import queue_for_area, queue_for_earlier
from corredor.incidents.errors import DrillMixed, IncidentClosed
from corredor.incidents.queries import get_incident_of_alert_for_update
from corredor.people.enums import Role
from corredor.people.models import Network, User
from corredor.people.queries import get_network, local_today, lock_account
from corredor.people.rules import require_role

from .audience import AreaMethods, Audience, count_area, count_earlier_recipients, find_area_methods
from .compose import is_possible
from .forecast import plan_found
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
    network = get_network()
    require_role(by, Role.APPROVER, today=local_today(now, network))
    alert, history = _lock(alert_id)
    if by.is_drill and not alert.is_drill:
        raise DrillMixed
    if not alert.is_drill and is_halted():
        raise SendingHalted
    if alert.state == AlertState.WAITING:
        _require_still_true(alert, history)
    lock_account(by)  # count the account's concurrent approvals too (rate limit in find_hold_reason)
    send = _prepare(alert, history, network=network, now=now)
    reason = find_hold_reason(alert=alert, messages=send.plan.messages, by=by, now=now)
    if reason is not None and alert.state == AlertState.WAITING:
        actions.require_approvable(alert=alert, by=by, now=now)
        actions.hold_alert(alert=alert, why=reason, by=by, now=now)
        after_change(now=now)
        return Approved(0, reason)
    actions.approve_alert(alert=alert, by=by, now=now)
    return _send_out(alert, send, now=now)


@transaction.atomic
def release_alert(*, alert_id: int, by: User, now: datetime) -> Approved:
    """Release a held alert after a third person's review: enqueue it, or resume its stopped deliveries.

    Raise NotAllowed, ThirdPersonNeeded, Altered, AlreadyDecided, TooLate, Superseded, SendingHalted, IncidentClosed.
    """
    network = get_network()
    require_role(by, Role.STEWARD, today=local_today(now, network))
    alert, history = _lock(alert_id)
    if not alert.is_drill and is_halted():
        raise SendingHalted
    was_going_out = alert.approved_at is not None
    if not (is_authentic(alert) if was_going_out else follows_from_template(alert)):
        raise Altered
    if alert.state == AlertState.HELD and not was_going_out:
        _require_still_true(alert, history)
    send = None if was_going_out else _prepare(alert, history, network=network, now=now)
    actions.release_alert(alert=alert, by=by, now=now)
    if send is not None:
        return _send_out(alert, send, now=now)
    count = release_held(alert=alert, now=now)
    after_change(now=now)
    return Approved(count)


@dataclass(frozen=True, slots=True)
class _Send:
    """Everything about a send that is read before the decision. ``area`` is None for kinds to earlier recipients."""

    history: History
    area: AreaMethods | None
    audience: Audience
    routes: Mapping[str, str]
    plan: SendPlan


def _lock(alert_id: int) -> tuple[Alert, History]:
    """Lock the incident first, as every flow does (nobody closes, moves or verifies it meanwhile, and no deadlock),
    then the alert.
    """
    incident = get_incident_of_alert_for_update(alert_id=alert_id)
    rows = Alert.objects.select_for_update(of=("self",)).select_related("place", "verification")
    alert = rows.prefetch_related("texts").get(pk=alert_id)
    alert.incident = incident
    return alert, get_history(incident)


def _prepare(alert: Alert, history: History, *, network: Network, now: datetime) -> _Send:
    """Count the audience and forecast the send."""
    kind, routes = AlertKind(alert.kind), get_routes()
    area = None
    if kind in TO_EARLIER_RECIPIENTS:
        audience = count_earlier_recipients(alert, history)
    else:
        area = find_area_methods(alert.incident, alert.place, kind, alert.radius_m, now=now, network=network)
        audience = count_area(area)
    plan = plan_found(audience, alert=alert, texts=get_texts(alert), routes=routes, now=now)
    return _Send(history, area, audience, routes, plan)


def _send_out(alert: Alert, send: _Send, *, now: datetime) -> Approved:
    """Sign the alert, enqueue all deliveries, store the forecast."""
    sign_alert(alert=alert, now=now)
    began = time.monotonic()
    if send.area is None:
        count = queue_for_earlier(alert, send.history, now=now)
    else:
        count = queue_for_area(alert, send.area, quiet_ends=send.audience.quiet_ends, routes=send.routes, now=now)
    if alert.kind in SUPERSEDING:
        delivery.supersede_waiting(by=alert, now=now)
    save_plan(alert=alert, plan=send.plan, rows_made_s=time.monotonic() - began, now=now)
    after_change(now=now)
    return Approved(count)


def _require_still_true(alert: Alert, history: History) -> None:
    """Require that the alert could be written now, for the same place. Raise IncidentClosed, Superseded."""
    incident = alert.incident
    if incident.closed_at:
        raise IncidentClosed
    has_moved = alert.kind != AlertKind.MOVED_AWAY and alert.place_id != incident.place_id
    if has_moved or not is_possible(AlertKind(alert.kind), incident=incident, history=history):
        raise Superseded
