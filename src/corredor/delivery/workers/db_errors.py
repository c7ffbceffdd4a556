"""Classify database errors: transient, or needing an operator (disk full, read-only)."""

from __future__ import annotations

from django.db.utils import Error, InterfaceError, OperationalError

_SQLITE_FULL = "SQLITE_FULL"
_POSTGRES_FULL = "53100"  # disk_full
_READ_ONLY = ("SQLITE_READONLY", "25006")  # read_only_sql_transaction


def is_transient(error: Error) -> bool:
    """Return whether a retry may succeed: the database was unreachable, read-only or full; the statement is valid."""
    return isinstance(error, (OperationalError, InterfaceError)) or is_read_only(error)


def is_full(error: Error) -> bool:
    """Return whether the disk is full."""
    return name(error) in (_SQLITE_FULL, _POSTGRES_FULL)


def is_read_only(error: Error) -> bool:
    """Return whether the database is read-only: a replica, or a file without write permission."""
    return name(error) in _READ_ONLY


def name(error: Error) -> str:
    """Return the database's error name or SQLSTATE; not its text, which may quote a row."""
    cause = error.__cause__
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(error).__name__
