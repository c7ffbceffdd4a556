"""Choose a SQLite library without the WAL corruption bug and install it as `sqlite3` for this process.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at the same moment
(https://sqlite.org/wal.html#walresetbug). Python is mostly linked to such a version, so the wheel `pysqlite3`, which
bundles its own library, is preferred. There must be only one library in a process: POSIX locks belong to the process,
and closing a file in one library drops the locks that the other holds on it.
"""

from __future__ import annotations

import sys
from types import ModuleType

_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}  # release line: its first patch release with the fix
_DJANGO_BACKEND = "django.db.backends.sqlite3.base"


def is_sound(version: tuple[int, int, int]) -> bool:
    """Return whether this version of SQLite is safe in WAL mode."""
    first_patch = _BACKPORTS.get((version[0], version[1]))
    return version >= _FIXED or (first_patch is not None and version[2] >= first_patch)


def choose() -> ModuleType:
    """Return `pysqlite3` if it is installed and sound, else Python's own library."""
    try:
        import pysqlite3
    except ImportError:
        pass
    else:
        if is_sound(pysqlite3.sqlite_version_info):
            return pysqlite3
    import sqlite3

    return sqlite3


def substitute() -> None:
    """Make `import sqlite3` return the chosen library from now on. Called once, when the package is imported."""
    if _DJANGO_BACKEND in sys.modules:
        raise RuntimeError("corredor must be imported before Django's database backend")
    sys.modules["sqlite3"] = sqlite3
    sys.modules["sqlite3.dbapi2"] = sqlite3.dbapi2


sqlite3 = choose()
VERSION: str = sqlite3.sqlite_version
SOUND = is_sound(sqlite3.sqlite_version_info)
