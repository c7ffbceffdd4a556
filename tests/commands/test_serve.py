"""`corredor serve` as it runs in real life: a process of its own, with gunicorn in it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.deadline import wait_until

from .installation import Installation


@pytest.fixture
def served(tmp_path):
    """A port at which an installation is served, the process, and where its log goes."""
    installation = Installation(tmp_path / "home")
    assert installation.ask("init", "--defaults")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "serve.log"
    with log.open("wb") as out:
        words = ["serve", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "corredor.commands.main", *words],
            env=installation.environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: process.poll() is not None or answers(port), "the server", limit_s=60)
        assert process.poll() is None, log.read_text()
        yield port, process, log
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    try:
        return get(port, "/") == 200
    except OSError:
        return False


def get(port: int, path: str, host: str = "localhost") -> int:
    visit = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        visit.request("GET", path, headers={"Host": host})
        return visit.getresponse().status
    finally:
        visit.close()


def test_no_connection_to_the_database_is_carried_into_the_server_s_process(served):
    """SQLite's locks and PostgreSQL's protocol do not survive a fork: what serves must have opened its own."""
    _, master, _ = served
    opened = [os.readlink(file) for file in Path(f"/proc/{master.pid}/fd").iterdir()]
    assert opened
    assert not [path for path in opened if "corredor.sqlite3" in path]


def test_the_log_names_no_visitor_and_no_page(served):
    port, process, log = served

    assert get(port, "/") == 200
    assert get(port, "/r/somebodys-secret-code") in (200, 404)
    assert get(port, "/somebodys-secret-path", host="elsewhere.example") == 400
    with socket.create_connection(("127.0.0.1", port), timeout=30) as visit:
        visit.sendall(b"GET /somebodys-secret-path \x00 nonsense\r\nHost: somebodys-secret-host\r\n\r\n")
        assert visit.recv(64).startswith(b"HTTP/1.1 400")
    process.terminate()
    process.wait(30)

    said = log.read_text()
    assert "secret" not in said
    assert "ip=" not in said
    assert process.returncode == 0
