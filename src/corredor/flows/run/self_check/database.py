"""Database checks: reachable, migrated, writable, triggers installed, timeline intact, queue moving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.utils import Error
from django.utils.translation import gettext as _

from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.delivery.workers import db_errors
from corredor.delivery.workers.leader_lease import try_writing
from corredor.flows.run.ready import find_obstacles
from corredor.incidents.models import TimelineEntry
from corredor.incidents.timeline import find_broken_entry
from corredor.kit import sqlite_library

from .finding import Finding, bad, good, look

_STUCK_AFTER = timedelta(minutes=5)


def check_database(now: datetime) -> Iterator[Finding]:
    """Check that the database is reachable, migrated, and has its triggers."""
    try:
        obstacles = find_obstacles()
    except DatabaseError as error:
        yield bad("DATABASE", _("The database cannot be reached (%(what)s).") % {"what": type(error).__name__})
        return
    for obstacle in obstacles:
        yield bad("DATABASE", obstacle)
    if not obstacles:
        yield good("DATABASE", _("The database is up to date and keeps all its safety rules."))


def check_sqlite(now: datetime) -> Iterator[Finding]:
    """Check that a SQLite with the WAL corruption bug does not use WAL mode."""
    if connection.vendor != "sqlite":
        return
    said = {"version": sqlite_library.VERSION}
    if sqlite_library.SOUND:
        yield good("SQLITE", _("SQLite %(version)s is in use, without the WAL fault of older versions.") % said)
        return
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    fault = _("SQLite %(version)s is in use, which can damage a database in WAL mode.") % said
    if mode == "wal":
        mend = _("The database is in that mode: stop every program that uses it, and start Corredor again.")
        yield bad("SQLITE", f"{fault} {mend}")
    else:
        safe = _(
            "A rollback journal is used instead: safe, and slower. docs/operate.md tells how to get a newer SQLite."
        )
        yield look("SQLITE", f"{fault} {safe}")


def check_writing(now: datetime) -> Iterator[Finding]:
    """Check that the database accepts writes: a read-only one looks healthy, but stores nothing."""
    try:
        try_writing()
    except Error as error:
        if not db_errors.is_transient(error):
            raise
        until_then = _("Nothing is kept and no message leaves until then.")
        yield bad("WRITING", f"{_describe(error)} {until_then}")
    else:
        yield good("WRITING", _("The database takes what is written."))


def _describe(error: Error) -> str:
    if db_errors.is_full(error):
        return _("The disk of the database is full. Make room on it.")
    if db_errors.is_read_only(error):
        return _("The database is read-only. Find out why, or name the one that is not in DATABASE_URL.")
    return _("The database takes nothing (%(what)s). Look at its log and its disk.") % {"what": db_errors.name(error)}


def check_chain(now: datetime) -> Iterator[Finding]:
    """Check the timeline's hash chain."""
    broken = find_broken_entry()
    if broken is None:
        count = TimelineEntry.objects.count()
        yield good("CHAIN", _("The timeline is whole (%(count)d entries).") % {"count": count})
    else:
        words = _("The timeline was changed or cut at entry %(seq)d. Keep this server as it is and call for help.")
        yield bad("CHAIN", words % {"seq": broken})


def check_queue(now: datetime) -> Iterator[Finding]:
    """Check for overdue messages, which mean that no worker sends."""
    late = sum(
        model._default_manager.filter(
            state__in=[SendState.DUE, SendState.CLAIMED], due_at__lt=now - _STUCK_AFTER, expires_at__gt=now
        ).count()
        for model in (Delivery, TransactionalMessage)
    )
    if late:
        words = _("%(count)d messages should have left more than 5 minutes ago. Is `corredor serve` running?")
        yield bad("QUEUE", words % {"count": late})
    else:
        yield good("QUEUE", _("No message is waiting too long."))
