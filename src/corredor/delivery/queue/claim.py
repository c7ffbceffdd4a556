"""Claim due rows: one conditional UPDATE per batch, for deliveries and transactional messages alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Sendable, TransactionalMessage

LEASE = timedelta(seconds=90)  # longer than any channel's time-out


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claimed row: what is needed to build its message."""

    pk: int
    owner_id: int  # the alert's id, or the transactional message's own
    subscription_id: int | None
    address_id: int | None
    language: str
    attempts: int


def claim_due(*, model: type[Sendable], channel: str, worker: str, most: int, now: datetime) -> list[Claimed]:
    """Claim up to ``most`` due rows, oldest first. No other worker gets them while the lease holds."""
    due = model._default_manager.filter(state=SendState.DUE, channel=channel, due_at__lte=now, expires_at__gt=now)
    # Checked without a write lock, because idle workers poll twice a second; in index order, because PostgreSQL would
    # otherwise scan the table while its statistics still describe a fan-out.
    if not due.order_by("due_at", "pk").values_list("pk")[:1]:
        return []
    table = model._meta.db_table
    owner = "alert_id, subscription_id" if model is Delivery else "id, NULL"
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET state = 'CLAIMED', claimed_by = %s, claimed_at = %s, "  # noqa: S608 -- table names are our own
            f"attempts = attempts + 1 WHERE id IN (SELECT id FROM {table} WHERE state = 'DUE' "
            f"AND channel = %s AND due_at <= %s AND expires_at > %s ORDER BY due_at, id LIMIT %s{skip}) "
            f"RETURNING id, {owner}, address_id, language, attempts",
            [worker, db_time(now), channel, db_time(now), db_time(now), most],
        )
        return [Claimed(*row) for row in sorted(cursor.fetchall())]


def list_workers_at_work() -> set[str]:
    """Return the names of workers that hold claims."""
    names: set[str] = set()
    for model in (Delivery, TransactionalMessage):
        names.update(
            model._default_manager.filter(state=SendState.CLAIMED).values_list("claimed_by", flat=True).distinct()
        )
    return names


def db_time(moment: datetime) -> Any:
    """Return a time as the database driver needs it in raw SQL, comparable with values written by the ORM."""
    return connection.ops.adapt_datetimefield_value(moment)
