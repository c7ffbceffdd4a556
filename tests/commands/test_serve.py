"""`corredor serve` in processes of its own: they answer requests and send messages."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from corredor.server.web_server import listen
from tests.servers.deadline import wait_until
from tests.servers.visitor import get, serving, start

from .installation import Installation


@pytest.fixture
def served(tmp_path):
    """A port at which an installation is served, the first process, and where its log goes."""
    with serving(tmp_path / "home") as found:
        yield found.port, found.process, found.log


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


def test_told_to_stop_it_waits_for_nobody_who_is_slow(served):
    port, process, log = served
    begun = b"POST /report/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\nwords="
    with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
        slow.sendall(begun)
        assert get(port, "/") == 200  # what came before has been read
        process.terminate()
        assert process.wait(30) == 0
    assert log.read_text().strip() == ""  # nothing was killed, nothing failed


def test_a_unix_socket_is_served_and_a_wrong_address_refused(tmp_path):
    installation = Installation(tmp_path / "home")
    assert installation.ask("init", "--defaults")
    path, log = tmp_path / "pages.sock", tmp_path / "serve.log"
    process = start(installation, f"unix:{path}", log)
    try:
        wait_until(lambda: process.poll() is not None or path.exists(), "the socket", limit_s=60)
        with socket.socket(socket.AF_UNIX) as visit:
            visit.settimeout(60)
            visit.connect(str(path))
            visit.sendall(b"GET /now/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert visit.recv(64).startswith(b"HTTP/1.1 200")
        for bind, words in (("somewhere", "'somewhere' is not HOST:PORT"), (f"unix:{path}", "Address already in use")):
            assert start(installation, bind, tmp_path / "wrong.log").wait(60) == 1
            assert words in (tmp_path / "wrong.log").read_text()
    finally:
        process.terminate()
        process.wait(30)
    assert not path.exists()


def test_an_address_in_use_is_refused_and_a_dead_socket_removed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        listen(f"127.0.0.1:{other.getsockname()[1]}")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead.sock"))
    with listen(f"unix:{tmp_path / 'dead.sock'}"), socket.socket(socket.AF_UNIX) as visit:
        visit.connect(str(tmp_path / "dead.sock"))


@pytest.mark.parametrize("bind", ["", "8000", "localhost:", "localhost:http", "localhost:70000", "unix:"])
def test_other_addresses_are_refused(bind):
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        listen(bind)
