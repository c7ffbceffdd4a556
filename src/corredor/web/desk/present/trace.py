"""Single deliveries of an alert in words: by their reference codes, never by recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corredor.delivery.enums import SendState
from corredor.delivery.reports import Trace
from corredor.subscriptions.enums import Channel
from corredor.web.delivery_words import say_code, say_seconds


@dataclass(frozen=True, slots=True)
class TraceShown:
    """One row of the table."""

    code: str
    channel: str
    language: str
    state: str
    is_bad: bool
    why: str
    attempts: int
    taken_at: datetime | None
    settled_at: datetime | None
    next_at: datetime | None  # time of the next attempt
    took: str


def show_trace(trace: Trace) -> TraceShown:
    """Return a delivery in words."""
    took = ""
    if trace.claimed_at and trace.settled_at:
        took = say_seconds((trace.settled_at - trace.claimed_at).total_seconds())
    return TraceShown(
        code=trace.code,
        channel=str(Channel(trace.channel).label),
        language=trace.language,
        state=str(SendState(trace.state).label),
        is_bad=trace.state in (SendState.FAILED, SendState.INVALID_ADDRESS),
        why=say_code(trace.provider_code),
        attempts=trace.attempts,
        taken_at=trace.claimed_at,
        settled_at=trace.settled_at,
        next_at=trace.due_at if trace.state == SendState.DUE else None,
        took=took,
    )
