"""Slices: how much of what is due one worker takes on at a time.

A slice is a number of rows and no list of them. Whoever takes one claims the oldest rows that nobody else is
claiming at that moment; so a slice that is lost leaves nobody waiting, and one that comes twice finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.subscriptions.enums import Channel

ROWS = 1000  # about a second of web pushes
MOST = 200  # announced at once; workers that find more go on by themselves


@dataclass(frozen=True, slots=True)
class Batch:
    """Number ``number`` of ``of``, counted when they were announced: for whoever reads the broker's queue."""

    channel: str
    number: int
    of: int

    def as_message(self) -> dict[str, str | int]:
        """What the broker carries."""
        return {"channel": self.channel, "number": self.number, "of": self.of}


def list_due(*, now: datetime) -> list[Batch]:
    """Slices of everything that is due, way after way, the first of each way first."""
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
