"""The brake: a look, cheap enough for every message, whether what is being sent must stop this moment.

Between two batches the queue itself is empty of what was stopped. Inside a batch a worker asks here.
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
from corredor.alerts.integrity import is_sound
from corredor.alerts.models import Alert
from corredor.channels.base import Outcome
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Sendable, TransactionalMessage
from corredor.delivery.queries import is_halted
from corredor.delivery.queue.claim import Claimed

LOOK_EACH_S = 0.2
HELD = "HELD"  # code of rows that a release makes due again


def is_cancelled(alert_ids: Collection[int], *, is_drill: bool = False) -> bool:
    """Whether the kill switch is on, or one of these alerts may go out no more. Two reads by key.

    Drills know no kill switch. Without any alert only the switch is asked for (single notices).
    """
    if not is_drill and is_halted():
        return True
    return Alert.objects.filter(pk__in=alert_ids).exclude(state=AlertState.APPROVED).exists()


class Cancellation:
    """Remembers the last look for LOOK_EACH_S, and that it was pulled for good. One for each round of sending."""

    def __init__(self, alert_ids: Collection[int] = (), *, is_drill: bool = False) -> None:
        self._alert_ids, self._is_drill = set(alert_ids), is_drill
        self._looked = time.monotonic()  # the batch was claimed a moment ago, with the switch off
        self._is_on = False

    def look_out_for(self, alert_ids: Collection[int]) -> None:
        """Messages of these alerts are being sent as well."""
        self._alert_ids.update(alert_ids)

    def is_on(self) -> bool:
        """Whether to hand over nothing more of this batch."""
        now = time.monotonic()
        if not self._is_on and now - self._looked >= LOOK_EACH_S:
            self._looked = now
            self._is_on = is_cancelled(self._alert_ids, is_drill=self._is_drill)
        return self._is_on

    def watch(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """The outcomes until the brake is on; then the channel is told to drop what it has not begun."""
        for outcome in outcomes:
            yield outcome
            if self.is_on():
                close = getattr(outcomes, "close", None)
                if close is not None:
                    close()
                return


def put_back(*, model: type[Sendable], worker: str, given: Collection[int], now: datetime) -> int:
    """What a worker still holds of a batch that was broken off: due again under a halt, stopped with its alert.

    Which of those ``given`` to the channel the provider had begun to take nobody knows: these alone are in doubt, and
    count as reached.
    """
    mine = Q(state=SendState.CLAIMED, claimed_by=worker)
    outcome_unknown = Case(When(pk__in=list(given), then=True), default=F("outcome_unknown"))
    stopped = 0
    if model is Delivery:
        for state, code in ((AlertState.STOPPED, F("code")), (AlertState.HELD, HELD)):
            rows = Delivery.objects.filter(mine, alert__state=state)
            stopped += rows.update(state=SendState.STOPPED, settled_at=now, code=code, outcome_unknown=outcome_unknown)
    again = model._default_manager.filter(mine)
    return stopped + again.update(state=SendState.DUE, claimed_by="", claimed_at=None, outcome_unknown=outcome_unknown)


def hold_altered(*, model: type[Sendable], rows: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """The rows whose alert's words are ours; an alert whose words were altered is frozen with all its rows."""
    if model is TransactionalMessage:
        return list(rows)
    alerts = Alert.objects.filter(pk__in={row.owner_id for row in rows})
    altered = [alert for alert in alerts if not is_sound(alert)]
    for alert in altered:
        hold_sending(alert=alert, now=now)
    bad = {alert.pk for alert in altered}
    return [row for row in rows if row.owner_id not in bad]


@transaction.atomic
def hold_sending(*, alert: Alert, now: datetime) -> None:
    """Freeze an alert that is going out, with everything of it that has not gone."""
    waiting = Delivery.objects.filter(alert=alert, state__in=[SendState.DUE, SendState.CLAIMED])
    waiting.update(state=SendState.STOPPED, settled_at=now, code=HELD)
    with suppress(AlreadyDecided):  # stopped or frozen by somebody else in the meantime
        hold_alert(alert=alert, why=HoldReason.ALTERED, by=None, now=now)


def release_held(*, alert: Alert, now: datetime) -> int:
    """What a freeze had held is due again; returns how many."""
    held = Delivery.objects.filter(alert=alert, state=SendState.STOPPED, code=HELD, address__isnull=False)
    return held.update(state=SendState.DUE, settled_at=None, code="", claimed_by="", claimed_at=None, due_at=now)
