"""Hold for review: an unusual alert needs a third person, although two have agreed on it.

Protects against a stolen account and a tampered database. Reads alerts, delivery. Called by ``approve``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from django.conf import settings

from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, AlertKind, HoldReason
from corredor.alerts.integrity import follows_from_template
from corredor.alerts.models import Alert
from corredor.alerts.queries import count_approved
from corredor.delivery.forecast import list_usual_audiences
from corredor.people.models import User

LEAST_AUDIENCE = 500  # messages; a small network's third alert is not an attack
LEAST_ALERTS = 5  # before that there is no usual audience
HOUR, FEW_MINUTES = timedelta(hours=1), timedelta(minutes=10)


def find_hold_reason(*, alert: Alert, messages: int, by: User, now: datetime) -> HoldReason | None:
    """Return why this alert needs a third person; None when nothing is unusual.

    Counts apply to real alerts to new recipients only: an ending or correction goes to people already warned and must
    not be delayed.
    """
    if not follows_from_template(alert):
        return HoldReason.ALTERED
    if alert.is_drill or AlertKind(alert.kind) in TO_EARLIER_RECIPIENTS:
        return None
    if count_approved(since=now - HOUR) >= settings.ALERTS_AN_HOUR:
        return HoldReason.MANY_ALERTS
    if count_approved(since=now - FEW_MINUTES, by_id=by.pk) >= settings.APPROVALS_IN_TEN_MINUTES:
        return HoldReason.ONE_ACCOUNT
    usual = list_usual_audiences()
    if len(usual) >= LEAST_ALERTS and messages > max(LEAST_AUDIENCE, settings.AUDIENCE_TIMES_USUAL * median(usual)):
        return HoldReason.AUDIENCE
    return None
