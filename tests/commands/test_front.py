"""The web server's front: plain readers from memory, everything else to Django, on one connection by turns."""

from __future__ import annotations

import os
import socket

import pytest

from corredor.commands.front_request import LARGEST_BODY, measure
from corredor.commands.front_worker import find_reply
from corredor.flows.publish import write_snapshot
from tests.factories import NOW

from .test_serve import served  # noqa: F401 -- a fixture


@pytest.fixture
def published(db, settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    write_snapshot(now=NOW)


def ask(target="/live.json", *headers: str, method="GET") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *headers, ""]).encode()


def test_a_plain_reader_is_answered(published):
    reply = find_reply(ask())
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    head, _, body = reply.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    etag = head.partition(b"ETag: ")[2].partition(b"\r\n")[0].decode()
    again = find_reply(ask("/live.json", f"If-None-Match: {etag}"))
    assert again.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert again.endswith(b"\r\n\r\n")
    assert b"Content-Length" not in again
    assert find_reply(ask(method="HEAD")) == head + b"\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        ask("/"),
        ask("/live.json?x=1"),
        ask("/feeds/none.atom"),
        ask("/feeds/../live.json"),
        ask(method="POST"),
        ask("/live.json", "Content-Length: 5"),
        ask("/live.json", "transfer-encoding: chunked"),
        ask("/live.json", "Upgrade: h2c"),
        ask("/live.json", "Range: bytes=0-3"),
        ask("/live.json", "Connection: close"),
        ask("/live.json", "X: a\n b"),
        ask("/live.json", "X: a\r\n folded"),
        ask("/live.json", "X: \0"),
        b"GET /live.json HTTP/1.0\r\nHost: x\r\n",
        b"GET /live.json HTTP/1.1\r\nAccept: x\r\n",
        b"GET /live.json HTTP/1.1\n",
        b"",
    ],
)
def test_anything_else_is_for_django(published, head):
    assert find_reply(head) is None


def test_without_a_fresh_file_django_is_asked(published, settings):
    os.utime(settings.PUBLIC_SNAPSHOT / "live.json", (0, 0))
    assert find_reply(ask()) is None


def read_reply(file) -> tuple[int, dict[str, str], bytes]:
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        headers[name.decode().lower()] = value.decode()
    return status, headers, file.read(int(headers.get("content-length", 0)))


def test_files_and_pages_by_turns_on_one_connection(served):  # noqa: F811
    port, _, _ = served
    with socket.create_connection(("127.0.0.1", port), timeout=30) as visit, visit.makefile("rb") as file:
        for path, in_front in (("/live.json", True), ("/about/", False), ("/live.json", True), ("/now/", False)):
            visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            status, headers, body = read_reply(file)
            assert status == 200
            assert len(body) > 50
            assert ("server" not in headers) is in_front
        both = b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2
        visit.sendall(both)  # the second before the first was answered
        assert [read_reply(file)[0] for _ in range(2)] == [200, 200]
        visit.sendall(b"GET /live.json HTTP/1.1\r\nHo")
        visit.sendall(b"st: localhost\r\n\r\n")
        assert read_reply(file)[0] == 200


FORM = b"POST /verify/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "begun",
    [
        b"GET",
        b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nX: ",
        FORM + b"Content-Length: 60\r\n\r\ntext=",
        FORM + b"Content-Length: 900000\r\n\r\ntext=",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\n",
        b"POST /hooks/push/shown HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\nd1-",
        b"GET /about/ HTTP/1.1\r\nHost: localhost\r\n\r\nGET /about/ HTT",
    ],
)
def test_a_slow_writer_holds_up_nobody(served, begun):  # noqa: F811
    """On more connections than there are threads: files and pages go on all the same."""
    port, _, _ = served
    slow = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(40)]
    try:
        for visit in slow:
            visit.sendall(begun)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as visit, visit.makefile("rb") as file:
            for path in ("/live.json", "/now/", "/staff/login/"):
                visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                assert read_reply(file)[0] == 200
    finally:
        for visit in slow:
            visit.close()


def test_a_request_in_pieces_is_answered_once_it_is_whole(served):  # noqa: F811
    port, _, _ = served
    body = b"text=" + b"a" * 2000
    whole = FORM + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    large = FORM + f"Content-Length: {LARGEST_BODY + 1000}\r\n\r\n".encode() + b"text=" + b"a" * (LARGEST_BODY + 995)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as visit, visit.makefile("rb") as file:
        visit.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request, status in ((whole, 200), (large, 422), (whole, 200)):
            for start in range(0, len(request), 700):
                visit.sendall(request[start : start + 700])
            assert read_reply(file)[0] == status


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (b"", 0),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 0),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET", 27),
        (b"POST / HTTP/1.1\r\ncontent-length: 5 \r\n\r\n", 44),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", None),
        (b"GET /static/css/pages.css HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"x" * 40_000, None),
    ],
)
def test_how_long_a_request_is(data, length):
    assert measure(data) == length


def test_who_reads_a_large_file_slowly_gets_all_of_it_and_keeps_the_line(served, tmp_path):  # noqa: F811
    port, _, _ = served
    large = os.urandom(6_000_000)
    (tmp_path / "home" / "public" / "feeds" / "cap").mkdir(exist_ok=True)
    (tmp_path / "home" / "public" / "feeds" / "cap" / "large0.xml").write_bytes(large)
    with socket.socket() as slow, slow.makefile("rb") as file:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(30)
        slow.connect(("127.0.0.1", port))
        slow.sendall(b"GET /feeds/cap/large0.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port), timeout=30) as other, other.makefile("rb") as others:
            other.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert read_reply(others)[0] == 200
        assert read_reply(file)[2] == large
        slow.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_reply(file)[0] == 200
