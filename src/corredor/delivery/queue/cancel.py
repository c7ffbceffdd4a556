"""Cancellation of a batch in progress: a check, cheap enough for every message, whether sending must stop now.

Between batches the queue holds no cancelled rows. Within a batch a worker checks here.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Q, When

from corredor.alerts.actions import hold_alert
from corredor.alerts.enums import AlertState, HoldReason
from corredor.alerts.errors import AlreadyDecided
from corredor.alerts.integrity import is_authentic
from corredor.alerts.models import Alert
from corredor.channels.base import Outcome
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Sendable, TransactionalMessage
from corredor.delivery.queries import is_halted
from corredor.delivery.queue.claim import Claimed

CHECK_EACH_S = 0.2
HELD = "HELD"  # outcome code of held rows, which release_held makes due again


def is_cancelled(alert_ids: Collection[int], *, is_drill: bool = False) -> bool:
    """Return whether the halt is on, or one of these alerts is no longer approved. Two reads by key.

    The halt does not apply to drills. Without alerts (transactional messages) only the halt is checked.
    """
    if not is_drill and is_halted():
        return True
    return Alert.objects.filter(pk__in=alert_ids).exclude(state=AlertState.APPROVED).exists()


class Cancellation:
    """Cancellation check of one sending round: re-reads at most every CHECK_EACH_S; once on, stays on."""

    def __init__(self, alert_ids: Collection[int] = (), *, is_drill: bool = False) -> None:
        self._alert_ids, self._is_drill = set(alert_ids), is_drill
        self._checked_at = time.monotonic()  # the batch was claimed just now, with the halt off
        self._is_on = False

    def add_alerts(self, alert_ids: Collection[int]) -> None:
        """Watch these alerts too."""
        self._alert_ids.update(alert_ids)

    def is_on(self) -> bool:
        """True if the rest of this batch must not be sent."""
        now = time.monotonic()
        if not self._is_on and now - self._checked_at >= CHECK_EACH_S:
            self._checked_at = now
            self._is_on = is_cancelled(self._alert_ids, is_drill=self._is_drill)
        return self._is_on

    def watch(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """Yield outcomes until cancelled, then close the channel's generator, which drops what it has not begun."""
        for outcome in outcomes:
            yield outcome
            if self.is_on():
                close = getattr(outcomes, "close", None)
                if close is not None:
                    close()
                return


def release_unsent(*, model: type[Sendable], worker: str, in_flight: Collection[int], now: datetime) -> int:
    """Release a worker's claimed rows of a cancelled batch: due again under a halt, stopped with their alert.

    Rows ``in_flight`` may have reached the provider: they are marked outcome_unknown and count as reached.
    """
    mine = Q(state=SendState.CLAIMED, claimed_by=worker)
    outcome_unknown = Case(When(pk__in=list(in_flight), then=True), default=F("outcome_unknown"))
    stopped = 0
    if model is Delivery:
        for state, code in ((AlertState.STOPPED, F("code")), (AlertState.HELD, HELD)):
            rows = Delivery.objects.filter(mine, alert__state=state)
            stopped += rows.update(state=SendState.STOPPED, settled_at=now, code=code, outcome_unknown=outcome_unknown)
    again = model._default_manager.filter(mine)
    return stopped + again.update(state=SendState.DUE, claimed_by="", claimed_at=None, outcome_unknown=outcome_unknown)


def hold_altered(*, model: type[Sendable], rows: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Return the rows whose alert's text is authentic; an altered alert is held for review with all its rows."""
    if model is TransactionalMessage:
        return list(rows)
    alerts = Alert.objects.filter(pk__in={row.owner_id for row in rows})
    altered = [alert for alert in alerts if not is_authentic(alert)]
    for alert in altered:
        hold_sending(alert=alert, now=now)
    bad = {alert.pk for alert in altered}
    return [row for row in rows if row.owner_id not in bad]


@transaction.atomic
def hold_sending(*, alert: Alert, now: datetime) -> None:
    """Hold an alert for review while it is being sent, and stop its unsent rows."""
    waiting = Delivery.objects.filter(alert=alert, state__in=[SendState.DUE, SendState.CLAIMED])
    waiting.update(state=SendState.STOPPED, settled_at=now, code=HELD)
    with suppress(AlreadyDecided):  # stopped or held by somebody else in the meantime
        hold_alert(alert=alert, why=HoldReason.ALTERED, by=None, now=now)


def release_held(*, alert: Alert, now: datetime) -> int:
    """Make the rows of a released alert due again; return their number."""
    held = Delivery.objects.filter(alert=alert, state=SendState.STOPPED, code=HELD, address__isnull=False)
    return held.update(state=SendState.DUE, settled_at=None, code="", claimed_by="", claimed_at=None, due_at=now)
