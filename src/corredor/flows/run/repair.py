"""Repair: release, expire and reopen what a crash or an outage left unfinished. Runs every minute with retention."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from corredor.alerts.actions import stop_alert
from corredor.alerts.queries import list_expired_endings
from corredor.delivery import halt_file
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.delivery.providers.rates import learn
from corredor.delivery.queue.release import expire, release_rows
from corredor.flows.alert.halt import halt_everything
from corredor.flows.school.day import plan_dismissals_ahead, raise_late_alarms
from corredor.flows.school.watch import check_corridors


def repair(*, now: datetime) -> dict[str, int]:
    """Release rows with an expired lease, expire old rows, store a halt requested by file, update send rates.

    Return the number of rows released and expired.
    """
    models = (Delivery, TransactionalMessage)
    counts = {
        "released": sum(release_rows(model=model, now=now) for model in models),
        "expired": sum(expire(model=model, now=now) for model in models),
    }
    _reopen_endings(now)
    if halt_file.exists():
        halt_everything(reason=gettext("From the server's command line"), by=None, now=now)
    with transaction.atomic():
        learn(now=now)
    return counts


def maintain_schools(*, now: datetime) -> None:
    """Plan today's dismissals, re-check hazards near schools, raise alarms for late children."""
    plan_dismissals_ahead(now=now)
    check_corridors(is_drill=False, now=now)
    raise_late_alarms(now=now)


@transaction.atomic
def _reopen_endings(now: datetime) -> None:
    """Stop corrections and all-clears not sent in time, so that they are missing again for their audience."""
    unsent = Delivery.objects.filter(state=SendState.EXPIRED, outcome_unknown=False)
    for alert in list_expired_endings(before=now).filter(pk__in=unsent.values("alert_id")):
        stop_alert(alert=alert, by=None, now=now)
