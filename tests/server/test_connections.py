"""Connections: sequential requests on one, many slow ones, aborted ones; slow clients do not delay others."""

from __future__ import annotations

import contextlib
import os
import socket

import pytest

from tests.servers.deadline import wait_until
from tests.servers.visitor import HOST, connect, hang_up, read_reply, visit_all

FORM = b"POST /verify/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CLOSE = b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
UPLOAD = b"POST /report/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"


def test_files_and_pages_by_turns_on_one_connection(served):
    with connect(served.port) as visit, visit.makefile("rb") as file:
        for path, in_front in (("/live.json", True), ("/about/", False), ("/live.json", True), ("/now/", False)):
            visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            status, headers, body = read_reply(file)
            assert status == 200
            assert len(body) > 50
            assert ("content-security-policy" not in headers) is in_front
        both = b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2
        visit.sendall(both)  # the second before the first was answered
        assert [read_reply(file)[0] for _ in range(2)] == [200, 200]
        visit.sendall(b"GET /live.json HTTP/1.1\r\nHo")
        visit.sendall(b"st: localhost\r\n\r\n")
        assert read_reply(file)[0] == 200
        visit.sendall(
            b"HEAD /about/ HTTP/1.1\r\nHost: localhost\r\n\r\nGET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        assert file.readline().split()[1] == b"200"
        while file.readline().strip():
            pass
        assert read_reply(file)[0] == 200
        visit.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 200_000 + b"\r\n\r\n")
        assert read_reply(file)[0] == 431


def test_a_page_asked_for_before_the_last_is_answered_comes_after_it(served):
    """The second request is for a file in memory: it must not overtake the page."""
    with connect(served.port) as visit, visit.makefile("rb") as file:
        visit.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(20):
            visit.sendall(b"GET /about/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            visit.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            kinds = [read_reply(file)[1]["content-type"] for _ in range(2)]
            assert kinds == ["text/html; charset=utf-8", "application/json"]


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
        CLOSE,
        b"GET /map/chicago.pmtiles HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2000,
    ],
)
def test_who_is_slow_holds_up_nobody(served, begun):
    """On more connections than there are threads: files, pages and styles go on all the same."""
    slow = []
    try:
        for _ in range(40):
            visit = socket.socket()
            visit.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visit.settimeout(30)
            visit.connect(("127.0.0.1", served.port))
            visit.setblocking(False)  # who reads nothing may be read no further either
            with contextlib.suppress(BlockingIOError):
                visit.sendall(begun)
            slow.append(visit)
        assert visit_all(served.port, "/live.json", "/now/", "/static/js/page.js", "/staff/login/") == [200] * 4
    finally:
        for visit in slow:
            visit.close()


def test_twenty_slow_uploads_while_pages_answer(served):
    slow = [connect(served.port) for _ in range(20)]
    try:
        for visit in slow:
            visit.sendall(UPLOAD + b"Content-Length: 5000000\r\n\r\n")
        for _ in range(5):
            for visit in slow:
                visit.sendall(b"x" * 1000)
            assert visit_all(served.port, "/", "/static/js/page.js", "/now/", "/staff/login/") == [200] * 4
    finally:
        for visit in slow:
            hang_up(visit)


def test_a_crowd_that_hangs_up_at_once_leaves_the_server_as_it_was(served):
    before = served.list_children()
    for path in ("/now/", "/live.json", "/about/", "/map/chicago.pmtiles"):
        crowd = [connect(served.port) for _ in range(200)]
        for visit in crowd:
            visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        for visit in crowd:
            hang_up(visit)
    assert visit_all(served.port, "/live.json", "/now/") == [200] * 2
    assert served.list_children() == before
    assert served.log.read_text() == ""


def test_an_answer_arrives_although_more_was_being_sent(served):
    """What is not read any more must not make the system throw the answer away."""
    with connect(served.port) as visit, visit.makefile("rb") as file:
        visit.sendall(UPLOAD + b"Content-Length: 99000000\r\n\r\n")
        for _ in range(20):
            visit.sendall(b"x" * 50_000)
        assert read_reply(file)[0] == 413
        assert file.read() == b"", "and then the connection is closed"


def test_who_does_not_close_is_closed(served):
    """A close that the visitor does not answer ends by itself, and so does a connection that never says anything."""
    answered, silent = connect(served.port), connect(served.port)
    with answered, silent, answered.makefile("rb") as file:
        answered.sendall(CLOSE)
        assert read_reply(file)[0] == 200
        assert file.read() == b""  # it has said that no more comes; we do not
        wait_until(lambda: is_closed(answered), "the end of the close", limit_s=20)
        wait_until(lambda: is_closed(silent), "the end of the silence", limit_s=40)
    assert visit_all(served.port, "/live.json") == [200]


def is_closed(visit: socket.socket) -> bool:
    """Whether the other side has forgotten the connection: only then is a byte answered by a reset."""
    try:
        visit.sendall(b"x")
        return False
    except OSError:
        return True


def test_a_request_in_pieces_is_answered_once_it_is_whole(served):
    body = b"text=" + b"a" * 2000
    whole = FORM + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    large = FORM + b"Content-Length: 66541\r\n\r\ntext=" + b"a" * 66_536
    with connect(served.port) as visit, visit.makefile("rb") as file:
        visit.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request, status in ((whole, 200), (large, 422), (whole, 200)):
            for start in range(0, len(request), 700):
                visit.sendall(request[start : start + 700])
            assert read_reply(file)[0] == status


def test_who_reads_a_large_file_slowly_gets_all_of_it_and_keeps_the_line(served):
    large = os.urandom(6_000_000)
    folder = served.home / "public" / "feeds" / "cap"
    folder.mkdir(exist_ok=True)
    (folder / "large0.xml").write_bytes(large)
    with socket.socket() as slow, slow.makefile("rb") as file:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(30)
        slow.connect(("127.0.0.1", served.port))
        slow.sendall(b"GET /feeds/cap/large0.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert visit_all(served.port, "/live.json") == [200]
        assert read_reply(file)[2] == large
        slow.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_reply(file)[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /verify/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /verify/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /verify/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /verify/ HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\nabcde",
        b"GET /now/ HTTP/1.1\r\n\r\n",
        b"GET /now/ HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        b"GET /now/ HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_servers_could_read_differently_is_refused_and_the_connection_closed(served, request_):
    with connect(served.port) as visit, visit.makefile("rb") as file:
        visit.sendall(request_ + b"\r\n\r\n")
        assert 400 <= int(file.readline().split()[1]) <= 505
        assert b"HTTP/1.1" not in file.read(), "one answer, and then the connection is closed"
