"""Expected errors of commands: one sentence and an exit code instead of a traceback."""

from __future__ import annotations

import sys
from dataclasses import dataclass

CANNOT_RUN = 2  # wrong arguments, wrong settings, or something missing
_REFUSED = 1


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """The text for standard error, and the exit code."""

    words: str
    code: int


def explain(error: Exception) -> ExpectedError | None:
    """Return the text of an expected error; None for a bug, whose traceback is needed."""
    if "django" not in sys.modules:  # otherwise none of these classes is loaded
        return None
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(error, ImproperlyConfigured):
        return ExpectedError(str(error), CANNOT_RUN)
    if isinstance(error, OperationalError | ProgrammingError):
        return _explain_database(error)
    return None


def _explain_database(error: Exception) -> ExpectedError | None:
    words, state = str(error).strip(), getattr(error.__cause__, "sqlstate", None)
    if "no such table" in words or state == "42P01":
        return ExpectedError("The database is not set up. Run: corredor init", _REFUSED)
    is_sqlite = "sqlite3" in type(error.__cause__).__module__  # the library of kit/sqlite_library.py, or Python's own
    is_unreachable = "unable to open database file" in words if is_sqlite else state is None
    if not is_unreachable:
        return None
    first, *_ = words.splitlines() or [""]
    return ExpectedError(f"The database cannot be reached (DATABASE_URL): {first}", CANNOT_RUN)
