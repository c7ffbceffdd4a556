"""A PostgreSQL database for tests: in a running server, else in one started for it."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from corredor.bench.parts.own_servers import OwnPostgres

from .own import asked_for


@contextlib.contextmanager
def postgres_database() -> Iterator[str]:
    """The URL of an empty database, dropped afterwards."""
    with contextlib.ExitStack() as stack:
        server = _reachable() or stack.enter_context(_started())
        name = f"corredor_test_{os.getpid()}_{secrets.token_hex(3)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _reachable() -> str | None:
    if os.environ.get("CORREDOR_OWN_SERVERS") == "1":
        return None
    for url in (os.environ.get("CORREDOR_TEST_POSTGRES", ""), "postgresql://postgres@127.0.0.1:5432/postgres"):
        with contextlib.suppress(psycopg.Error):
            if url:
                psycopg.connect(url, connect_timeout=2).close()
                return url
    return None


@contextlib.contextmanager
def _started() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="corredor-postgres-"))
    with asked_for(OwnPostgres, folder) as server:
        yield server.url
