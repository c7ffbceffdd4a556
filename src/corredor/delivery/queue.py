"""The queue in the database: claim, settle, give back. The same statements serve deliveries and notices.

States only move by conditional UPDATEs, so any number of workers may do this at once and a worker that
is killed loses nothing: what it had claimed is given back and sent again, and nothing else is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from corredor.channels.base import Outcome, Result

from .enums import SendState
from .models import Delivery, Notice, Sendable

LEASE = timedelta(seconds=90)  # longer than any channel's time-out
MOST_DOUBTFUL_ATTEMPTS = 6  # each may have arrived; clear refusals are tried again until the message expires
_LONGEST_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """One row taken by this worker: what is needed to build its message."""

    pk: int
    owner_id: int  # the alert's id, or the notice's own
    subscription_id: int | None
    address_id: int | None
    language: str
    attempts: int


def claim_due(*, model: type[Sendable], way: str, worker: str, most: int, now: datetime) -> list[Claimed]:
    """Take up to ``most`` rows that are due, oldest first. Nobody else gets them while the lease holds."""
    due = model._default_manager.filter(state=SendState.DUE, way=way, due_at__lte=now, expires_at__gt=now)
    # Looked at without a write lock, because idle workers look twice a second; in the queue's order, because
    # PostgreSQL would otherwise read the whole table while its statistics still speak of a fan-out.
    if not due.order_by("due_at", "pk").values_list("pk")[:1]:
        return []
    table = model._meta.db_table
    owner = "alert_id, subscription_id" if model is Delivery else "id, NULL"
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET state = 'CLAIMED', claimed_by = %s, claimed_at = %s, "  # noqa: S608 -- table names are our own
            f"attempts = attempts + 1 WHERE id IN (SELECT id FROM {table} WHERE state = 'DUE' "
            f"AND way = %s AND due_at <= %s AND expires_at > %s ORDER BY due_at, id LIMIT %s{skip}) "
            f"RETURNING id, {owner}, address_id, language, attempts",
            [worker, _stored(now), way, _stored(now), _stored(now), most],
        )
        return [Claimed(*row) for row in sorted(cursor.fetchall())]


def settle(
    *,
    model: type[Sendable],
    worker: str,
    transport: str,
    outcomes: Sequence[Outcome],
    attempts: dict[int, int],
    now: datetime,
) -> int:
    """Write down what became of claimed rows; returns how many were still this worker's to settle.

    The worker's other rows are its own for another lease: a slow provider is no sign of a dead worker.
    """
    table = model._meta.db_table
    # what fared alike is written by one statement: nearly everybody of a fan-out
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for outcome in outcomes:
        fate = _next_state(outcome, attempts.get(outcome.delivery_id, 1), now)
        words = (outcome.code[:20], outcome.reference[:80], outcome.segments, outcome.in_doubt)
        alike[(*fate, *words)].append(outcome.delivery_id)
    settled = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for (state, due_at, *said), ids in alike.items():
            settled_at = None if state == SendState.DUE else _stored(now)
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(
                f"UPDATE {table} SET state = %s, due_at = %s, settled_at = %s, transport = %s, code = %s, "  # noqa: S608 -- table names are our own
                "reference = %s, segments = %s, in_doubt = in_doubt OR %s "
                f"WHERE id IN ({marks}) AND state = 'CLAIMED' AND claimed_by = %s",
                [state, _stored(due_at), settled_at, transport, *said, *ids, worker],
            )
            settled += int(cursor.rowcount)
        cursor.execute(
            f"UPDATE {table} SET claimed_at = %s "  # noqa: S608 -- table names are our own
            "WHERE state = 'CLAIMED' AND claimed_at < %s AND claimed_by = %s",
            [_stored(now), _stored(now - LEASE / 3), worker],
        )
        return settled


def give_back(*, model: type[Sendable], now: datetime, workers: Iterable[str] | None = None) -> int:
    """Make rows due again whose worker is gone: those of ``workers``, else all whose lease has run out.

    Whether they arrived nobody knows; so they are in doubt from now on.
    """
    rows = model._default_manager.filter(state=SendState.CLAIMED)
    rows = rows.filter(claimed_at__lt=now - LEASE) if workers is None else rows.filter(claimed_by__in=list(workers))
    return int(rows.update(state=SendState.DUE, claimed_by="", claimed_at=None, in_doubt=True))


def expire(*, model: type[Sendable], now: datetime) -> int:
    """Rows that nobody could send in time are no longer worth sending."""
    return int(
        model._default_manager.filter(state__in=[SendState.DUE, SendState.WAITING], expires_at__lte=now).update(
            state=SendState.EXPIRED, settled_at=now
        )
    )


def list_workers_at_work() -> set[str]:
    """Names of workers that hold claims now."""
    names: set[str] = set()
    for model in (Delivery, Notice):
        names.update(
            model._default_manager.filter(state=SendState.CLAIMED).values_list("claimed_by", flat=True).distinct()
        )
    return names


def _next_state(outcome: Outcome, attempts: int, now: datetime) -> tuple[str, datetime]:
    if outcome.result is Result.ACCEPTED:
        swallowed = outcome.code == "BLACKHOLE"
        return (SendState.SWALLOWED if swallowed else SendState.SENT), now
    gives_up = outcome.in_doubt and attempts >= MOST_DOUBTFUL_ATTEMPTS
    if outcome.result is Result.RETRY and not gives_up:
        wait = outcome.retry_after_s if outcome.retry_after_s is not None else 2.0 ** min(attempts, 10)
        return SendState.DUE, now + timedelta(seconds=min(max(wait, 0.0), _LONGEST_WAIT_S))
    return (SendState.GONE if outcome.result is Result.GONE else SendState.FAILED), now


def _stored(moment: datetime) -> Any:
    """A time as the database's driver wants it in plain SQL, so that it compares with what the ORM writes."""
    return connection.ops.adapt_datetimefield_value(moment)
