"""A PostgreSQL database of the test's own: in a server that runs here, else in one started for it."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from .binary import free_port, need_binary
from .deadline import wait_until
from .process import running

_PLACES = ("/usr/lib/postgresql/*/bin",)


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
    initdb = need_binary("initdb", package="postgresql", places=_PLACES)
    server = need_binary("postgres", package="postgresql", places=_PLACES)
    user = _unprivileged() if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="corredor-postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        data, port = folder / "data", free_port()
        log = folder.with_suffix(".log")
        with running(
            [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            log=log,
            user=user,
        ) as process:
            assert process.wait(60) == 0, log.read_text()
        command = [
            server,
            "-D",
            str(data),
            "-p",
            str(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "fsync=off",
        ]
        with running(command, log=log, user=user, stop=signal.SIGINT):
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            wait_until(lambda: _answers(url), "PostgreSQL", limit_s=30)
            yield url
        log.unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    with contextlib.suppress(psycopg.Error):
        psycopg.connect(url, connect_timeout=2).close()
        return True
    return False


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
