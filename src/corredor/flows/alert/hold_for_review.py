"""Hold for review: an unusual alert needs a third person, although two have agreed on it.

Protects against a stolen account and a tampered database. Reads alerts, delivery. Called by ``approve``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
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
    in_hour, by_account = count_approved(since=now - HOUR, by_id=by.pk, by_since=now - FEW_MINUTES)
    if in_hour >= settings.ALERTS_AN_HOUR:
        return HoldReason.MANY_ALERTS
    if by_account >= settings.APPROVALS_IN_TEN_MINUTES:
        return HoldReason.ONE_ACCOUNT
    if messages > LEAST_AUDIENCE and messages > _largest_usual_audience():
        return HoldReason.AUDIENCE
    return None


def _largest_usual_audience() -> float:
    """Return the number of messages above which an alert is unusual; infinite before there are enough to compare."""
    usual = list_usual_audiences()
    return settings.AUDIENCE_TIMES_USUAL * median(usual) if len(usual) >= LEAST_ALERTS else inf
