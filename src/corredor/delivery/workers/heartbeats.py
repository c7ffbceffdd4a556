"""Worker heartbeats. A worker process whose heartbeat is stale loses its claimed rows.

PostgreSQL only: on SQLite all processes share one machine, whose kernel knows which are alive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from corredor.delivery.clock import database_now, measure_clock_offset
from corredor.delivery.models import Delivery, TransactionalMessage, WorkerHeartbeat
from corredor.delivery.queue.claim import list_workers_at_work
from corredor.delivery.queue.release import release_rows

from .names import host_name, process_name, process_of

HEARTBEAT_EACH_S = 5.0
STALE_AFTER = timedelta(seconds=30)
_DELETE_AFTER = timedelta(days=1)


def is_stored() -> bool:
    """Return whether heartbeats are stored."""
    return connection.vendor == "postgresql"


def send_heartbeat(*, channels: Sequence[str]) -> None:
    """Write this process's heartbeat, with its channels and clock offset."""
    ahead = measure_clock_offset()
    now = database_now()
    fields = {
        "host": host_name(),
        "channels": ",".join(channels)[:200],
        "seen_at": now,
        "ahead_ms": max(min(round(ahead / timedelta(milliseconds=1)), 2**31 - 1), -(2**31)),
    }
    WorkerHeartbeat.objects.update_or_create(
        pk=process_name(), defaults=fields, create_defaults=fields | {"began_at": now}
    )


def end_heartbeat() -> None:
    """Delete this process's heartbeat on shutdown."""
    WorkerHeartbeat.objects.filter(pk=process_name()).delete()


def list_heartbeats(*, now: datetime) -> list[WorkerHeartbeat]:
    """Return the live heartbeats."""
    return list(WorkerHeartbeat.objects.filter(seen_at__gte=now - STALE_AFTER).order_by("host", "name"))


def release_rows_of_stale_workers() -> int:
    """Release rows claimed by processes without a heartbeat for STALE_AFTER, on any machine. Return their number."""
    now = database_now()
    stale = set(WorkerHeartbeat.objects.filter(seen_at__lt=now - STALE_AFTER).values_list("name", flat=True))
    if not stale:
        return 0
    claimers = [name for name in list_workers_at_work() if process_of(name) in stale]
    released = sum(release_rows(model=model, now=now, workers=claimers) for model in (Delivery, TransactionalMessage))
    WorkerHeartbeat.objects.filter(seen_at__lt=now - _DELETE_AFTER).delete()
    return released
