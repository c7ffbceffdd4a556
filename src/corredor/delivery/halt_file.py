"""A flag file that halts this machine's senders before a command has loaded the whole program.

It bridges the moment until the halt is written to the database. If that write never happens (no database, a crash), the
file stays, nothing leaves this machine, and the next retention run turns it into a stored halt.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

NAME = "halt-now"


def create() -> None:
    """Create the file: senders of this machine hand over nothing more."""
    _path().touch(mode=0o600)


def remove() -> None:
    """Remove the file: the halt is stored in the database, or has ended."""
    _path().unlink(missing_ok=True)


def exists() -> bool:
    """Return whether the file exists (one stat call)."""
    return _path().exists()


def _path() -> Path:
    return Path(settings.HOME) / NAME
