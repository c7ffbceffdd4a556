"""Release claimed rows of dead workers, and expire rows past their time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from corredor.delivery.enums import SendState
from corredor.delivery.models import Sendable
from corredor.delivery.queue.claim import LEASE


def release_rows(*, model: type[Sendable], now: datetime, workers: Iterable[str] | None = None) -> int:
    """Release rows for retry: those of ``workers``, else all whose lease has expired.

    An attempt may have arrived, so they are marked outcome_unknown.
    """
    rows = model._default_manager.filter(state=SendState.CLAIMED)
    rows = rows.filter(claimed_at__lt=now - LEASE) if workers is None else rows.filter(claimed_by__in=list(workers))
    return int(rows.update(state=SendState.DUE, claimed_by="", claimed_at=None, outcome_unknown=True))


def expire(*, model: type[Sendable], now: datetime) -> int:
    """Expire unsent rows past their expiry; return their number."""
    return int(
        model._default_manager.filter(state__in=[SendState.DUE, SendState.WAITING], expires_at__lte=now).update(
            state=SendState.EXPIRED, settled_at=now
        )
    )
