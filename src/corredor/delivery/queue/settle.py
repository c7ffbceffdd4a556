"""Write the outcomes of claimed rows: sent, failed, or due again with exponential backoff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from corredor.channels.base import Outcome, Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Sendable
from corredor.delivery.queue.claim import LEASE, db_time

# each may have arrived; definite "retry later" responses are retried until the message expires
MAX_UNKNOWN_ATTEMPTS = 6


_LONGEST_WAIT_S = 600.0


def settle(
    *,
    model: type[Sendable],
    worker: str,
    provider: str,
    outcomes: Sequence[Outcome],
    attempts: dict[int, int],
    now: datetime,
) -> int:
    """Write outcomes of claimed rows; return how many this worker still owned.

    Also renews the lease of the worker's other rows: a slow provider does not mean a dead worker.
    """
    table = model._meta.db_table
    # One UPDATE per distinct outcome: in a fan-out nearly all rows share one.
    ids_by_outcome: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for outcome in outcomes:
        next_state = _next_state(outcome, attempts.get(outcome.delivery_id, 1), now)
        details = (outcome.code[:20], outcome.reference[:80], outcome.segments, outcome.outcome_unknown)
        ids_by_outcome[(*next_state, *details)].append(outcome.delivery_id)
    settled = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for (state, due_at, *columns), ids in ids_by_outcome.items():
            settled_at = None if state == SendState.DUE else db_time(now)
            placeholders = ", ".join(["%s"] * len(ids))
            cursor.execute(
                f"UPDATE {table} SET state = %s, due_at = %s, settled_at = %s, provider = %s, code = %s, "  # noqa: S608 -- table names are our own
                "reference = %s, segments = %s, outcome_unknown = outcome_unknown OR %s "
                f"WHERE id IN ({placeholders}) AND state = 'CLAIMED' AND claimed_by = %s",
                [state, db_time(due_at), settled_at, provider, *columns, *ids, worker],
            )
            settled += int(cursor.rowcount)
        cursor.execute(
            f"UPDATE {table} SET claimed_at = %s "  # noqa: S608 -- table names are our own
            "WHERE state = 'CLAIMED' AND claimed_at < %s AND claimed_by = %s",
            [db_time(now), db_time(now - LEASE / 3), worker],
        )
        return settled


def _next_state(outcome: Outcome, attempts: int, now: datetime) -> tuple[str, datetime]:
    if outcome.result is Result.ACCEPTED:
        discarded = outcome.code == "NULL"
        return (SendState.DISCARDED if discarded else SendState.SENT), now
    is_final_attempt = outcome.outcome_unknown and attempts >= MAX_UNKNOWN_ATTEMPTS
    if outcome.result is Result.RETRY and not is_final_attempt:
        wait = outcome.retry_after_s if outcome.retry_after_s is not None else 2.0 ** min(attempts, 10)
        return SendState.DUE, now + timedelta(seconds=min(max(wait, 0.0), _LONGEST_WAIT_S))
    return (SendState.INVALID_ADDRESS if outcome.result is Result.INVALID_ADDRESS else SendState.FAILED), now
