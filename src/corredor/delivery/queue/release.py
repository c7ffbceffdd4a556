"""Release rows of dead workers, and expire rows that are past their time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from corredor.delivery.enums import SendState
from corredor.delivery.models import Sendable
from corredor.delivery.queue.claim import LEASE


def release_rows(*, model: type[Sendable], now: datetime, workers: Iterable[str] | None = None) -> int:
    """Make rows due again whose worker is gone: those of ``workers``, else all whose lease has run out.

    Whether they arrived nobody knows; so they are in doubt from now on.
    """
    rows = model._default_manager.filter(state=SendState.CLAIMED)
    rows = rows.filter(claimed_at__lt=now - LEASE) if workers is None else rows.filter(claimed_by__in=list(workers))
    return int(rows.update(state=SendState.DUE, claimed_by="", claimed_at=None, outcome_unknown=True))


def expire(*, model: type[Sendable], now: datetime) -> int:
    """Rows that nobody could send in time are no longer worth sending."""
    return int(
        model._default_manager.filter(state__in=[SendState.DUE, SendState.WAITING], expires_at__lte=now).update(
            state=SendState.EXPIRED, settled_at=now
        )
    )
