"""Removes the database rules inside a test, so that measures can be tested on what the rules forbid."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from corredor.kit.db_rules import guards_of

CHECKS = {"alerts_alert": ("writer_and_approver_differ", "approved_by_somebody")}


@contextmanager
def rules_off(*stages: str) -> Iterator[None]:
    """Without the guards of the stages and the two-person checks; the test's rollback puts them back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, names in CHECKS.items():
                for name in names:
                    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for stage in stages:
            for guard in guards_of(stage):
                for statement in guard.drop_sql(connection.vendor):
                    cursor.execute(statement)
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
