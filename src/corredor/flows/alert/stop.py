"""Stop an alert that is being sent, or reject a draft.

Writes alerts, delivery. Called by the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.alerts import actions
from corredor.alerts.enums import ENDINGS
from corredor.alerts.models import Alert
from corredor.delivery import actions as delivery
from corredor.flows.after_commit import after_change
from corredor.flows.alert.halt import MAY_STOP
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role

_MAY_STOP_ENDINGS = (Role.APPROVER, Role.STEWARD)


@transaction.atomic
def send_back_alert(*, alert_id: int, reason: str, by: User, now: datetime) -> None:
    """Reject the draft; the author sees the reason. Raise NotAllowed, AlreadyDecided."""
    require_role(by, Role.APPROVER, today=local_today(now))
    actions.send_back_alert(alert=lock_alert(alert_id), reason=reason, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def stop_alert(*, alert_id: int, by: User, now: datetime) -> int:
    """Stop sending the alert. Return the number of rows stopped.

    Corrections and all-clears: only approvers and stewards may stop them, and they become missing again for their
    audience. Raise NotAllowed, AlreadyDecided.
    """
    alert = lock_alert(alert_id)
    require_role(by, *(_MAY_STOP_ENDINGS if alert.kind in ENDINGS else MAY_STOP), today=local_today(now))
    actions.stop_alert(alert=alert, by=by, now=now)
    stopped = delivery.stop_waiting(alert_id=alert.pk, now=now)
    after_change(now=now)
    return stopped


def lock_alert(alert_id: int) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).get(pk=alert_id)
