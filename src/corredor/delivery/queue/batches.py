"""Batches: how many due rows one worker takes on at a time.

A batch is a count, not a list of ids: its worker claims the oldest unclaimed rows. So a lost batch message delays
nobody for long, and a duplicate finds nothing to do (idempotent).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.subscriptions.enums import Channel

ROWS = 1000  # about one second of web pushes
MOST = 200  # announced at a time; workers that find more rows continue without a message


@dataclass(frozen=True, slots=True)
class Batch:
    """Batch ``number`` of ``of``; the numbers only inform readers of the broker's queue."""

    channel: str
    number: int
    of: int

    def as_message(self) -> dict[str, str | int]:
        """Return the broker message's arguments."""
        return {"channel": self.channel, "number": self.number, "of": self.of}


def list_due(*, now: datetime) -> list[Batch]:
    """Return batches for all due rows, interleaved: the first batch of every channel comes first."""
    batches = []
    for channel in Channel.values:
        count = min(-(-_count_due(channel, now) // ROWS), MOST)
        batches += [Batch(channel, number, count) for number in range(1, count + 1)]
    return sorted(batches, key=lambda one: one.number)


def _count_due(channel: str, now: datetime) -> int:
    count = 0
    for model in (TransactionalMessage, Delivery):
        due = model._default_manager.filter(channel=channel, state=SendState.DUE, due_at__lte=now, expires_at__gt=now)
        count += due[: ROWS * MOST].count()
    return count
