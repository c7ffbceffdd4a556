"""Database rules enforced by triggers, written once for SQLite and once for PostgreSQL.

SQLite rebuilds a table when a migration changes it and loses its triggers, so guards are not migrations:
each stage lists its own in ``guards.py``, and they are dropped before migrations and created again after.
`corredor check` and `corredor serve` refuse a database in which one is missing.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

_DAY = re.compile(r"{day:([\w.]+)}")
_DAYS = {
    "sqlite": r"DATE(\1, '-12 hours')",
    "postgresql": r"CAST((\1 AT TIME ZONE 'UTC') - INTERVAL '12 hours' AS DATE)",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """Trigger named ``name`` that refuses a row change unless ``condition`` holds.

    ``condition`` is SQL over NEW and OLD valid on both databases; ``{day:COLUMN}`` stands for the day on which a
    time falls, shifted by twelve hours so that it has ended everywhere in the Americas. ``when`` is INSERT, UPDATE or
    DELETE; ``columns`` narrows an UPDATE guard to changes of those columns. The database reports ``rule:<name>``, which
    ``broken_rule`` parses.

    ``bulk`` is for INSERTs of very many rows: a query over the table ``added`` that returns rows if the rule is
    broken. PostgreSQL runs it once at the end of the statement, instead of ``condition`` for every row.
    """

    name: str
    table: str
    when: str
    condition: str
    columns: tuple[str, ...] = ()
    bulk: str = ""

    def create_sql(self, vendor: str) -> list[str]:
        """Return the statements that create the guard on ``sqlite`` or ``postgresql``."""
        of = f" OF {', '.join(self.columns)}" if self.columns and self.when == "UPDATE" else ""
        condition = _DAY.sub(_DAYS[vendor], self.condition)
        head = f"CREATE TRIGGER {self.name} BEFORE {self.when}{of} ON {self.table} FOR EACH ROW"
        if vendor == "sqlite":
            return [f"{head} WHEN ({condition}) IS NOT TRUE BEGIN SELECT RAISE(ABORT, 'rule:{self.name}'); END"]
        if self.bulk:
            return self._create_bulk()
        back = "OLD" if self.when == "DELETE" else "NEW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $rule$ BEGIN "
            f"IF ({condition}) IS NOT TRUE THEN RAISE EXCEPTION 'rule:{self.name}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; END $rule$",
            f"{head} EXECUTE FUNCTION {self.name}()",
        ]

    def _create_bulk(self) -> list[str]:
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $rule$ BEGIN "
            f"IF EXISTS ({self.bulk}) THEN "
            f"RAISE EXCEPTION 'rule:{self.name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NULL; END $rule$",
            f"CREATE TRIGGER {self.name} AFTER {self.when} ON {self.table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        """Return the statements that drop the guard if it exists."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [f"DROP FUNCTION IF EXISTS {self.name}() CASCADE"]


class StageConfig(AppConfig):
    """Django app configuration of a stage, which also installs the stage's guards."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True  # else Django sees two candidates in a stage's apps.py and takes neither

    def ready(self) -> None:
        pre_migrate.connect(_take_off, sender=self, dispatch_uid=f"{self.label}.guards.off")
        post_migrate.connect(_put_back, sender=self, dispatch_uid=f"{self.label}.guards.on")


def guards_of(stage: str) -> Sequence[Guard]:
    """Return the guards that ``corredor.<stage>.guards`` lists; empty without such a file."""
    name = f"corredor.{stage}.guards"
    if importlib.util.find_spec(name) is None:
        return ()
    return tuple(importlib.import_module(name).GUARDS)


def find_missing(guards: Iterable[Guard], *, using: str = "default") -> list[str]:
    """Return the names of guards that the database lacks."""
    connection = connections[using]
    table = "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger"
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 -- both parts are literals above
        present = {row[0] for row in cursor.fetchall()}
    return [guard.name for guard in guards if guard.name not in present]


def drop_guards(guards: Iterable[Guard], *, using: str = "default") -> None:
    """Drop guards; the next ``migrate`` or ``flush`` creates them again."""
    vendor = connections[using].vendor
    _run(using, (sql for guard in guards for sql in guard.drop_sql(vendor)))


def broken_rule(error: BaseException) -> str | None:
    """Return the name of the guard that a database error reports, or None."""
    _, found, rest = str(error).partition("rule:")
    return rest.split()[0].strip("'\"") if found else None


def _run(using: str, statements: Iterable[str]) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _take_off(sender: AppConfig, using: str, **_: Any) -> None:
    drop_guards(guards_of(sender.label), using=using)


def _put_back(sender: AppConfig, using: str, **_: Any) -> None:
    vendor = connections[using].vendor
    for guard in guards_of(sender.label):
        _run(using, [*guard.drop_sql(vendor), *guard.create_sql(vendor)])
