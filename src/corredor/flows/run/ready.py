"""Start-up check: migrations applied and database triggers installed."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from corredor.kit.db_rules import find_missing, guards_of

STAGES = (
    "people",
    "places",
    "intake",
    "incidents",
    "subscriptions",
    "alerts",
    "delivery",
    "corridors",
    "partners",
    "review",
)


def find_obstacles() -> list[str]:
    """Return what prevents the server from starting, with the command that fixes it. Empty when it may start."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["The database is not up to date. Run: corredor init"]
    missing = find_missing(guard for stage in STAGES for guard in guards_of(stage))
    if missing:
        return [f"The database lacks its safety rules ({', '.join(missing)}). Run: corredor init"]
    return []
