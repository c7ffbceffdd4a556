"""A file that halts this machine's senders at once, before a command has loaded all of the program.

It lives for the moment until the halt stands in the database. If that never comes (no database, a crash), it
stays, nothing leaves this machine, and the next sweep turns it into a halt that everybody sees.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

NAME = "halt-now"


def pull() -> None:
    """From this moment nothing new is handed over on this machine."""
    _path().touch(mode=0o600)


def let_go() -> None:
    """The halt stands in the database, or is ended."""
    _path().unlink(missing_ok=True)


def is_pulled() -> bool:
    """Whether the file is there: one look at the folder."""
    return _path().exists()


def _path() -> Path:
    return Path(settings.HOME) / NAME
