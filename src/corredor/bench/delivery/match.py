"""Measure audience matching among a million subscriptions, and the insertion of their rows, on both databases."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.bench.parts.installation import PERSHING_KEDZIE
from corredor.bench.parts.own_servers import OwnPostgres
from corredor.commands.output import forget_database

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from corredor.alerts.models import Alert
    from corredor.subscriptions.models import ContactMethod

SUBSCRIPTIONS = 1_000_000
ROWS = 100_000
RADIUS_M = 800
_ROUNDS = 9


def run() -> dict[str, Any]:
    """For ``sqlite`` and ``postgres`` alike, among SUBSCRIPTIONS people of Chicago:

    ``match_ms``, the median time from the incident's circle to the list of its audience, with their
    language; ``preview_ms``, the same counted by channel and language as an approver sees it; and
    ``rows_100k_s``, the time in which one INSERT ... SELECT matches, inserts and commits the rows of an alert to
    at least ROWS people, scaled to ROWS. PostgreSQL is one of the bench's own, with default settings, syncing the
    disk at each commit. Raise NotInstalled or DidNotStart.
    """
    measured: dict[str, Any] = {"subscriptions": SUBSCRIPTIONS, "machine": f"{os.cpu_count()} cores"}
    measured["sqlite"] = _measure_in_process("")
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as folder:
        server = OwnPostgres(Path(folder), keeps=True)
        server.start()
        try:
            measured["postgres"] = _measure_in_process(server.url)
        finally:
            server.stop()
    return measured


def _measure_in_process(url: str) -> dict[str, Any]:
    """Measure in a child process: Django supports one database configuration per process."""
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as home:
        forget_database()
        environment = os.environ | {"CORREDOR_HOME": home, "DATABASE_URL": url, "CORREDOR_LOG": "WARNING"}
        done = subprocess.run(  # noqa: S603  our own interpreter and our own module
            [sys.executable, "-m", __name__], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return dict(json.loads(done.stdout))


def measure() -> dict[str, Any]:
    """Fill the database in the environment's settings and measure there."""
    from corredor.commands.output import set_up_django

    set_up_django()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from corredor.alerts.enums import AlertKind
    from corredor.bench.parts.subscribers import fill, make_alert
    from corredor.delivery.actions import queue_for_methods
    from corredor.engines import hexgrid
    from corredor.flows.alert.audience import methods_for

    call_command("migrate", verbosity=0)
    now = timezone.now()
    begun = time.monotonic()
    fill(SUBSCRIPTIONS, now=now)
    filled_s = time.monotonic() - begun
    alert = make_alert(now=now)

    def concerned(radius_m: int) -> QuerySet[ContactMethod]:
        cells = hexgrid.cells_in_circle(*PERSHING_KEDZIE, radius_m)
        return methods_for(cells=cells, kind=AlertKind.CONFIRMED, is_drill=False)

    matches = [_time(lambda: _list_people(hexgrid.cells_in_circle(*PERSHING_KEDZIE, RADIUS_M))) for _ in range(_ROUNDS)]
    previews = [_time(lambda: _count(concerned(RADIUS_M))) for _ in range(_ROUNDS)]
    wide_m = next(metres for metres in range(2000, 20_000, 250) if concerned(metres).count() >= ROWS)
    made, took_s = _time_rows(alert, concerned(wide_m), queue_for_methods, now=now)
    return {
        "match_ms": round(statistics.median(matches) * 1000, 1),
        "match_worst_ms": round(max(matches) * 1000, 1),
        "matched": len(_list_people(hexgrid.cells_in_circle(*PERSHING_KEDZIE, RADIUS_M))),
        "preview_ms": round(statistics.median(previews) * 1000, 1),
        "rows_100k_s": round(took_s * ROWS / made, 3),
        "rows_made": made,
        "filled_s": round(filled_s, 1),
        "server": _version(connection),
    }


def _list_people(cells: list[int]) -> list[tuple[Any, ...]]:
    from corredor.engines.hexgrid import with_ancestors
    from corredor.subscriptions.enums import Kind
    from corredor.subscriptions.queries import list_people_in_cells

    people = list_people_in_cells(cells=with_ancestors(cells), kind=Kind.ENFORCEMENT, is_drill=False)
    return list(people.order_by().values_list("pk", "language"))


def _count(methods: QuerySet[ContactMethod]) -> int:
    from django.db.models import Count

    grouped = methods.order_by().values_list("kind", "subscription__language").annotate(n=Count("pk"))
    return sum(count for *_, count in grouped)


def _time(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _time_rows(
    alert: Alert, methods: QuerySet[ContactMethod], queue_for_methods: Any, *, now: Any
) -> tuple[int, float]:
    """Return (rows, median seconds with the commit) over three alerts, each inserted into an empty queue."""
    from django.db import transaction

    taken, made = [], 0
    for _ in range(3):
        _empty_queue()
        begun = time.perf_counter()
        with transaction.atomic():
            made = queue_for_methods(alert=alert, methods=methods, due_at=now + timedelta(hours=1))
        taken.append(time.perf_counter() - begun)
    return made, statistics.median(taken)


def _empty_queue() -> None:
    """Empty the queue without dead rows on PostgreSQL, which a new alert would not have either."""
    from django.db import connection

    with connection.cursor() as cursor:
        on_sqlite = connection.vendor == "sqlite"
        cursor.execute("DELETE FROM delivery_delivery" if on_sqlite else "TRUNCATE delivery_delivery CASCADE")


def _version(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.vendor} {cursor.fetchone()[0].split()[0]}"


if __name__ == "__main__":
    print(json.dumps(measure()))
