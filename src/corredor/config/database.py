"""Database settings: SQLite in one file by default; PostgreSQL if DATABASE_URL names one."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from corredor.kit import sqlite_library

from . import environment, paths

# Compiling a query costs more than any of ours takes; an alert's rows are sorted in memory; no disk turns any more.
_POSTGRES_OPTIONS = "-c jit=off -c work_mem=32MB -c random_page_cost=1.1"


def read_database() -> dict[str, Any]:
    """Return Django's DATABASES["default"]."""
    url = environment.text("DATABASE_URL")
    return _postgres(url) if url else sqlite(paths.HOME / "corredor.sqlite3")


# WAL, so that readers never wait. FULL, because a report that was acknowledged must survive a power cut.
_WAL = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
# For a library that can corrupt a database in WAL mode. EXTRA also syncs the folder after the journal is deleted:
# with FULL alone, a power cut could bring the journal back, and with it undo a commit that was acknowledged.
_ROLLBACK_JOURNAL = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"


def sqlite(path: object) -> dict[str, Any]:
    """Return the settings of a SQLite file.

    IMMEDIATE transactions, so that two writers queue instead of failing half-way. No memory-mapped I/O: a disk error
    would kill the process by a signal (SIGBUS) instead of being reported.
    """
    journal = _WAL if sqlite_library.SOUND else _ROLLBACK_JOURNAL
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                f"{journal} PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=0;"
                "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"  # overwrite erased data on disk
            ),
        },
    }


def _read_url(url: str) -> tuple[SplitResult, str]:
    """Return the parts of a PostgreSQL URL, and its port. Errors are recorded."""
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as error:
        environment.refuse(f"DATABASE_URL: is no URL ({error})")
        return urlsplit(""), ""
    if parts.scheme not in ("postgres", "postgresql"):
        environment.refuse(f"DATABASE_URL: only postgresql:// is known, not {parts.scheme}://")
    return parts, port


def _postgres(url: str) -> dict[str, Any]:
    parts, port = _read_url(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": _POSTGRES_OPTIONS, **dict(parse_qsl(parts.query))},
    }
