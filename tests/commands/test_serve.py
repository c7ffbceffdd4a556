"""`corredor serve` as it runs in real life: processes of its own, with granian in them."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from corredor.commands.web_server import check_free, read_bind
from tests.servers.deadline import wait_until

from .installation import Installation


def start(installation: Installation, bind: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "corredor.commands.main", "serve", "--bind", bind],
            env=installation.environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def served(tmp_path):
    """A port at which an installation is served, the process, and where its log goes."""
    installation = Installation(tmp_path / "home")
    assert installation.ask("init", "--defaults")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "serve.log"
    process = start(installation, f"127.0.0.1:{port}", log)
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


def test_an_address_in_use_is_refused_and_a_dead_socket_removed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        check_free({"address": "127.0.0.1", "port": other.getsockname()[1]})
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead.sock"))
    check_free({"uds": tmp_path / "dead.sock"})
    assert not (tmp_path / "dead.sock").exists()


@pytest.mark.parametrize(
    ("bind", "read"),
    [
        ("127.0.0.1:8000", {"address": "127.0.0.1", "port": 8000}),
        ("[::1]:80", {"address": "::1", "port": 80}),
        (":9000", {"address": "0.0.0.0", "port": 9000}),
        ("unix:/run/x.sock", {"uds": Path("/run/x.sock"), "uds_permissions": 0o666}),
    ],
)
def test_addresses_are_read_as_people_write_them(bind, read):
    assert read_bind(bind) == read


@pytest.mark.parametrize("bind", ["", "8000", "localhost:", "localhost:http", "localhost:70000", "unix:"])
def test_other_addresses_are_refused(bind):
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        read_bind(bind)
