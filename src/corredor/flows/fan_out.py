"""Fan out: a second person's yes becomes one row for each person and way; workers do the rest.

Reads alerts, subscriptions. Writes alerts, delivery. Called by the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from corredor.alerts import actions
from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, AlertKind, AlertState
from corredor.alerts.errors import AlreadyDecided, Overtaken, SamePerson, TooLate
from corredor.alerts.models import Alert
from corredor.alerts.queries import ENDINGS, get_last_ending
from corredor.delivery import actions as delivery
from corredor.delivery.errors import SendingHalted
from corredor.delivery.queries import get_progress, is_halted
from corredor.incidents.errors import DrillMixed, IncidentClosed
from corredor.incidents.models import Incident
from corredor.incidents.queries import get_incident_for_update
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role
from corredor.subscriptions.queries import next_local_time

from .after import after_change
from .audience import cells_for, split_by_quiet_hours, ways_for
from .compose import possible_kinds

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
    "send_back_alert",
    "stop_alert",
]

# These end what an earlier message said; whoever has not got that one yet need not get it any more.
_OVERTAKES = (AlertKind.ALL_CLEAR, AlertKind.CORRECTION, AlertKind.MOVED_AWAY)
_MAY_STOP_ENDINGS = (Role.APPROVER, Role.STEWARD)
_MAY_STOP = (Role.APPROVER, Role.OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.STEWARD)


@dataclass(frozen=True, slots=True)
class Approved:
    """``deliveries`` rows were made, one for each person and way."""

    deliveries: int


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
    since = get_last_ending(incident=alert.incident, kind=kind)
    actions.approve_alert(alert=alert, by=by, now=now)
    if kind in TO_EARLIER_RECIPIENTS:
        count = delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=now)
    else:
        count = _queue_for_area(alert, kind, now=now)
    if kind in _OVERTAKES:
        delivery.supersede_waiting(by=alert, now=now)
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
def halt_everything(*, reason: str, by: User, now: datetime) -> None:
    """The kill switch: nothing leaves any more, drills excepted. Raises NotAllowed."""
    require_role(by, *_MAY_STOP, today=local_today(now))
    if not is_halted():
        delivery.begin_halt(reason=reason, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def end_halt(*, by: User, now: datetime) -> None:
    """Let things leave again. Raises NotAllowed."""
    require_role(by, Role.STEWARD, Role.APPROVER, today=local_today(now))
    delivery.end_halt(by=by, now=now)
    after_change(now=now)


def _queue_for_area(alert: Alert, kind: AlertKind, *, now: datetime) -> int:
    cells = cells_for(incident=alert.incident, place=alert.place, kind=kind, radius_m=alert.radius_m)
    ways = ways_for(cells=cells, kind=kind, is_drill=alert.is_drill)
    at_once, held = split_by_quiet_hours(ways, place=alert.place, kind=kind, now=now)
    count = delivery.queue_for_ways(alert=alert, ways=at_once, due_at=now)
    local = now.astimezone(ZoneInfo(get_network().time_zone))
    for until in held.order_by().values_list("subscription__quiet_until", flat=True).distinct():
        assert until is not None, "both ends of quiet hours are kept, or none"
        due_at = next_local_time(at=until, now_local=local)
        if due_at < alert.expires_at:  # a warning that would arrive after it stopped being true is not sent
            some = held.filter(subscription__quiet_until=until)
            count += delivery.queue_for_ways(alert=alert, ways=some, due_at=due_at)
    return count


def _lock(alert_id: int) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).get(pk=alert_id)
