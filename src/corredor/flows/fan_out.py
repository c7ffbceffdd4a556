"""Fan out: a second person's yes becomes one row for each person and way; workers do the rest.

Reads alerts, subscriptions. Writes alerts, delivery. Called by the desk.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from corredor.alerts import actions
from corredor.alerts.enums import OVERTAKING, TO_EARLIER_RECIPIENTS, AlertKind, AlertState, Frozen
from corredor.alerts.errors import AlreadyDecided, Altered, Overtaken, SamePerson, TooLate
from corredor.alerts.models import Alert
from corredor.alerts.queries import ENDINGS, get_last_ending, list_repeated
from corredor.alerts.seal import follows_from_template, is_sound, sign_alert
from corredor.delivery import actions as delivery
from corredor.delivery import fallback, halt_file
from corredor.delivery.brake import release_held
from corredor.delivery.clock import not_later
from corredor.delivery.errors import SendingHalted
from corredor.delivery.plan import SendPlan, keep_plan
from corredor.delivery.queries import get_halt, get_progress, get_routes, is_halted
from corredor.incidents.errors import DrillMixed, IncidentClosed
from corredor.incidents.models import Incident
from corredor.incidents.queries import get_incident_for_update
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, hold_account, local_today
from corredor.people.rules import require_role
from corredor.subscriptions.enums import WayKind
from corredor.subscriptions.models import Way
from corredor.subscriptions.queries import next_local_time

from .after import after_change
from .audience import cells_for, next_summary, split_by_quiet_hours, ways_for
from .compose import possible_kinds
from .freeze import find_reason
from .plan import plan_alert

__all__ = [
    "AlreadyDecided",
    "Approved",
    "SamePerson",
    "SendingHalted",
    "TooLate",
    "approve_alert",
    "end_halt",
    "get_progress",
    "halt_everything",
    "release_alert",
    "send_back_alert",
    "stop_alert",
]

_MAY_STOP_ENDINGS = (Role.APPROVER, Role.STEWARD)
_MAY_STOP = (Role.APPROVER, Role.OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.STEWARD)


@dataclass(frozen=True, slots=True)
class Approved:
    """``deliveries`` rows were made, one for each person and way; none where it was ``frozen``, for that reason."""

    deliveries: int
    frozen: Frozen | None = None


@transaction.atomic
def approve_alert(*, alert_id: int, by: User, now: datetime) -> Approved:
    """The second yes, and in the same transaction everyone's row: nobody is forgotten half-way.

    Raises NotAllowed, SamePerson, AlreadyDecided, TooLate, Overtaken, SendingHalted, DrillMixed, IncidentClosed.
    """
    require_role(by, Role.APPROVER, today=local_today(now))
    # The incident first, as everybody does: nobody can close it, move it or verify anew while this is decided.
    incident = get_incident_for_update(incident_id=Alert.objects.values_list("incident_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_for_update(of=("self",)).select_related("incident", "place").get(pk=alert_id)
    if by.is_drill and not alert.is_drill:
        raise DrillMixed
    if not alert.is_drill and is_halted():
        raise SendingHalted
    kind = AlertKind(alert.kind)
    if alert.state == AlertState.WAITING:
        _require_still_true(alert, incident)
    hold_account(by)  # its other approvals of this moment are counted, not overtaken
    since = get_last_ending(incident=alert.incident, kind=kind)
    plan = plan_alert(alert=alert, now=now)
    reason = find_reason(alert=alert, messages=plan.messages, by=by, now=now)
    if reason is not None and alert.state == AlertState.WAITING:
        actions.require_approvable(alert=alert, by=by, now=now)
        actions.freeze_alert(alert=alert, why=reason, by=by, now=now)
        after_change(now=now)
        return Approved(0, reason)
    actions.approve_alert(alert=alert, by=by, now=now)
    return _send_out(alert, plan, since=since, now=now)


@transaction.atomic
def release_alert(*, alert_id: int, by: User, now: datetime) -> Approved:
    """A third person has looked at a frozen alert: it goes out after all, or goes on.

    Raises NotAllowed, ThirdPersonNeeded, Altered, AlreadyDecided, TooLate, Overtaken, SendingHalted, IncidentClosed.
    """
    require_role(by, Role.STEWARD, today=local_today(now))
    incident = get_incident_for_update(incident_id=Alert.objects.values_list("incident_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_for_update(of=("self",)).select_related("incident", "place").get(pk=alert_id)
    if not alert.is_drill and is_halted():
        raise SendingHalted
    was_going_out = alert.approved_at is not None
    if not (is_sound(alert) if was_going_out else follows_from_template(alert)):
        raise Altered
    since = get_last_ending(incident=incident, kind=alert.kind)
    if alert.state == AlertState.FROZEN and not was_going_out:
        _require_still_true(alert, incident)
    plan = None if was_going_out else plan_alert(alert=alert, now=now)
    actions.release_alert(alert=alert, by=by, now=now)
    if plan is not None:
        return _send_out(alert, plan, since=since, now=now)
    count = release_held(alert=alert, now=now)
    after_change(now=now)
    return Approved(count)


def _send_out(alert: Alert, plan: SendPlan, *, since: datetime | None, now: datetime) -> Approved:
    """Signed, everyone's row made, and the forecast kept beside it."""
    kind = AlertKind(alert.kind)
    sign_alert(alert=alert, now=now)
    began = time.monotonic()
    if kind in TO_EARLIER_RECIPIENTS:
        count = _queue_for_earlier(alert, since, now=now)
    else:
        count = _queue_for_area(alert, kind, now=now)
    if kind in OVERTAKING:
        delivery.supersede_waiting(by=alert, now=now)
    keep_plan(alert=alert, plan=plan, rows_made_s=time.monotonic() - began, now=now)
    after_change(now=now)
    return Approved(count)


def _require_still_true(alert: Alert, incident: Incident) -> None:
    """What it says could be written anew at this moment, of the same place. Raises IncidentClosed, Overtaken."""
    if incident.closed_at:
        raise IncidentClosed
    has_moved = alert.kind != AlertKind.MOVED_AWAY and alert.place_id != incident.place_id
    if has_moved or alert.kind not in possible_kinds(incident=incident):
        raise Overtaken


@transaction.atomic
def send_back_alert(*, alert_id: int, reason: str, by: User, now: datetime) -> None:
    """Not like this. Raises NotAllowed, AlreadyDecided."""
    require_role(by, Role.APPROVER, today=local_today(now))
    actions.send_back_alert(alert=_lock(alert_id), reason=reason, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def stop_alert(*, alert_id: int, by: User, now: datetime) -> int:
    """Send no more of it; returns how many rows were stopped.

    A correction or all-clear is owed to people: only who may approve one, or a steward, stops it, and it is owed
    again from then on. Raises NotAllowed, AlreadyDecided.
    """
    alert = _lock(alert_id)
    require_role(by, *(_MAY_STOP_ENDINGS if alert.kind in ENDINGS else _MAY_STOP), today=local_today(now))
    actions.stop_alert(alert=alert, by=by, now=now)
    stopped = delivery.stop_waiting(alert_id=alert.pk, now=now)
    after_change(now=now)
    return stopped


@transaction.atomic
def halt_everything(*, reason: str, by: User | None, now: datetime) -> None:
    """The kill switch: nothing leaves any more, drills excepted; ``by`` is None for whoever runs the server.

    Raises NotAllowed.
    """
    if by is not None:
        require_role(by, *_MAY_STOP, today=local_today(now))
    if get_halt() is None:
        delivery.begin_halt(reason=reason, by=by, now=now)
    transaction.on_commit(halt_file.let_go)
    after_change(now=now)


@transaction.atomic
def end_halt(*, by: User | None, now: datetime) -> None:
    """Let things leave again. Raises NotAllowed."""
    if by is not None:
        require_role(by, Role.STEWARD, Role.APPROVER, today=local_today(now))
    delivery.end_halt(by=by, now=now)
    transaction.on_commit(halt_file.let_go)
    after_change(now=now)


def _queue_for_earlier(alert: Alert, since: datetime | None, *, now: datetime) -> int:
    """Who has been told as much already is not rung again: the newest such update comes with the next summary."""
    at_once = _at_once(alert, now)
    if not (repeated := list_repeated(alert=alert)):
        return delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once)
    told = Q(delivery.was_told(alert_ids=repeated))
    count = delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once, told=~told)
    if (summary := next_summary(now)) < alert.expires_at:
        count += delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=summary, told=told)
    delivery.drop_repeats(of=repeated, by=alert, now=now)
    return count


def _queue_for_area(alert: Alert, kind: AlertKind, *, now: datetime) -> int:
    cells = cells_for(incident=alert.incident, place=alert.place, kind=kind, radius_m=alert.radius_m)
    ways = ways_for(cells=cells, kind=kind, is_drill=alert.is_drill)
    at_once, held = split_by_quiet_hours(ways, place=alert.place, kind=kind, now=now)
    count = _queue(alert, kind, at_once, due_at=_at_once(alert, now))
    local = now.astimezone(ZoneInfo(get_network().time_zone))
    for until in held.order_by().values_list("subscription__quiet_until", flat=True).distinct():
        assert until is not None, "both ends of quiet hours are kept, or none"
        due_at = next_local_time(at=until, now_local=local)
        if due_at < alert.expires_at:  # a warning that would arrive after it stopped being true is not sent
            some = held.filter(subscription__quiet_until=until)
            count += _queue(alert, kind, some, due_at=due_at)
    return count


def _queue(alert: Alert, kind: AlertKind, ways: QuerySet[Way], *, due_at: datetime) -> int:
    """Everyone's rows; texts that are only wanted in place of a push wait for it, or are left out of what can wait."""
    routes = get_routes()
    if "blackhole" in (routes[WayKind.PUSH], routes[WayKind.SMS]):
        return delivery.queue_for_ways(alert=alert, ways=ways, due_at=due_at)
    count = delivery.queue_for_ways(alert=alert, ways=fallback.used_at_once(ways), due_at=due_at)
    if fallback.is_urgent(kind):
        held, look_at = fallback.held_texts(ways), due_at + fallback.patience()
        count += delivery.queue_for_ways(alert=alert, ways=held, due_at=look_at, after_push=True)
    return count


def _at_once(alert: Alert, now: datetime) -> datetime:
    """A drill has its own clock; for all others nobody waits because this machine's clock is ahead."""
    return now if alert.is_drill else not_later(now)


def _lock(alert_id: int) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).get(pk=alert_id)
