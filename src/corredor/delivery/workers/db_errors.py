"""What keeps a database from taking what is written, told apart where a person must do something about it."""

from __future__ import annotations

from django.db.utils import Error, InterfaceError, OperationalError

_SQLITE_FULL = "SQLITE_FULL"
_POSTGRES_FULL = "53100"  # disk_full
_READ_ONLY = ("SQLITE_READONLY", "25006")  # read_only_sql_transaction


def is_transient(error: Error) -> bool:
    """Not the statement's fault: it may succeed when the database is back, writable, or has room."""
    return isinstance(error, (OperationalError, InterfaceError)) or is_read_only(error)


def is_full(error: Error) -> bool:
    """The disk has no room."""
    return name(error) in (_SQLITE_FULL, _POSTGRES_FULL)


def is_read_only(error: Error) -> bool:
    """Nothing may be written: a copy that follows another server, or a file without permission."""
    return name(error) in _READ_ONLY


def name(error: Error) -> str:
    """The database's own name or number of the error: no text, which may quote a row."""
    cause = error.__cause__
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(error).__name__
