"""The application in front of Django: files from memory, and nobody's slowness is anybody else's."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
from pathlib import Path

import pytest

from corredor.commands.bodies import LARGEST, Bodies, Refused
from corredor.commands.front import find_published
from corredor.commands.wsgi_call import make_environ
from corredor.flows.publish import write_snapshot
from tests.factories import NOW
from tests.servers.deadline import wait_until

from .test_serve import answers, served  # noqa: F401 -- a fixture

HOST = b"Host: localhost\r\n"
FORM = b"POST /verify/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def published(db, settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    write_snapshot(now=NOW)


def ask(path="/live.json", method="GET", query=b"", **headers: str) -> dict:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"x"), *given],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("203.0.113.9", 1),
        "server": ("127.0.0.1", 8000),
    }


def test_a_plain_reader_is_answered_from_memory(published):
    found = find_published(ask())
    assert found.status == 200
    etag = dict(found.headers)["ETag"]
    assert find_published(ask(if_none_match=etag)).status == 304
    assert find_published(ask(accept_encoding="gzip")).body[:2] == b"\x1f\x8b"
    assert find_published(ask(method="HEAD")).status == 200


@pytest.mark.parametrize(
    "scope",
    [
        ask("/"),
        ask(query=b"x=1"),
        ask("/feeds/none.atom"),
        ask("/feeds/../live.json"),
        ask(method="POST"),
        ask(content_length="5"),
        ask(transfer_encoding="chunked"),
        ask(range="bytes=0-3"),
    ],
)
def test_anything_else_is_for_django(published, scope):
    assert find_published(scope) is None


def test_without_a_fresh_file_django_is_asked(published, settings):
    os.utime(settings.PUBLIC_SNAPSHOT / "live.json", (0, 0))
    assert find_published(ask()) is None


def receive_all(scope: dict, parts: list[bytes], last: dict | None = None, **limits: int) -> tuple[int, bytes]:
    events = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    given = iter([*events, last or {"type": "http.request", "body": b""}])

    async def receive() -> dict:
        return next(given)

    async def read() -> tuple[int, bytes]:
        bodies = Bodies(**limits)
        async with bodies.read(scope, receive) as (body, size):
            return size, body.read()

    return asyncio.run(read())


def test_a_body_in_parts_is_read_whole():
    assert receive_all(ask(method="POST"), [b"ab", b"", b"c"]) == (3, b"abc")


@pytest.mark.parametrize(
    ("headers", "parts", "last", "status"),
    [
        ({"content_length": str(LARGEST + 1)}, [], None, 413),
        ({"content_length": "-5"}, [], None, 400),
        ({}, [b"x" * (LARGEST // 2 + 1)] * 2, None, 413),
        ({"content_length": "9"}, [b"abc"], {"type": "http.disconnect"}, 0),
    ],
)
def test_a_body_too_large_or_given_up_is_not_put_to_django(headers, parts, last, status):
    with pytest.raises(Refused) as refused:
        receive_all(ask(method="POST", **headers), parts, last)

    assert refused.value.status == status


def test_all_bodies_together_leave_room_on_the_disk():
    parts = [{"type": "http.request", "body": b"x" * 60, "more_body": more} for more in (True, False)]
    events = {name: iter(parts) for name in "ab"}

    async def read(bodies: Bodies, name: str, ended: asyncio.Event) -> int:
        async def receive() -> dict:
            return next(events[name])

        async with bodies.read(ask(method="POST"), receive) as (_, size):
            await ended.wait()
            return size

    async def read_both() -> list:
        bodies, ended = Bodies(all_together=200), asyncio.Event()
        first = asyncio.ensure_future(read(bodies, "a", ended))
        second = asyncio.ensure_future(read(bodies, "b", ended))
        await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        ended.set()
        found = await asyncio.gather(first, second, return_exceptions=True)
        return [*found, await _read_again(bodies)]

    async def _read_again(bodies: Bodies) -> int:
        events["a"] = iter([{"type": "http.request", "body": b"x" * 200}])
        ended = asyncio.Event()
        ended.set()
        return await read(bodies, "a", ended)

    first, second, again = asyncio.run(read_both())
    assert first == 120
    assert second.status == 503
    assert again == 200, "what was read is given back"


def test_a_request_as_wsgi_wants_it():
    scope = ask("/a%C3%B1o", method="POST", query=b"x=%20", cookie="a=1", content_type="text/plain")
    scope["headers"] += [(b"cookie", b"b=2"), (b"x_forwarded_for", b"198.51.100.1"), (b"content-length", b"99")]
    environ = make_environ(scope, io.BytesIO(b"abc"), 3)

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/año"
    assert (environ["QUERY_STRING"], environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("x=%20", "3", "text/plain")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & environ.keys()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def read_reply(file) -> tuple[int, dict[str, str], bytes]:
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        headers[name.decode().lower()] = value.decode()
    if headers.get("transfer-encoding") != "chunked":
        return status, headers, file.read(int(headers.get("content-length", 0)))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return status, headers, body


def visit_all(port: int, *paths: str) -> list[int]:
    with connect(port) as visit, visit.makefile("rb") as file:
        statuses = []
        for path in paths:
            visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            statuses.append(read_reply(file)[0])
        return statuses


def test_files_and_pages_by_turns_on_one_connection(served):  # noqa: F811
    port, _, _ = served
    with connect(port) as visit, visit.makefile("rb") as file:
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
        b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /map/chicago.pmtiles HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_who_is_slow_holds_up_nobody(served, begun):  # noqa: F811
    """On more connections than there are threads: files, pages and styles go on all the same."""
    port, _, _ = served
    slow = []
    try:
        for _ in range(40):
            visit = socket.socket()
            visit.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visit.settimeout(30)
            visit.connect(("127.0.0.1", port))
            visit.sendall(begun)
            slow.append(visit)
        assert visit_all(port, "/live.json", "/now/", "/static/js/page.js", "/staff/login/") == [200] * 4
    finally:
        for visit in slow:
            visit.close()


def test_a_crowd_that_hangs_up_at_once_leaves_the_server_as_it_was(served):  # noqa: F811
    port, process, _ = served
    before = list_children(process.pid)
    for _ in range(3):
        crowd = [connect(port) for _ in range(200)]
        for visit in crowd:
            visit.sendall(b"GET /now/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for visit in crowd:
            visit.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # gone without a goodbye
            visit.close()
    assert visit_all(port, "/live.json", "/now/") == [200] * 2
    assert list_children(process.pid) == before


def list_children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_process_that_dies_is_started_anew(served):  # noqa: F811
    port, process, log = served
    before = list_children(process.pid)
    (served_by,) = [pid for pid in before if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(served_by, signal.SIGKILL)
    wait_until(lambda: served_by not in list_children(process.pid) and answers(port), "a new process", limit_s=60)
    assert process.poll() is None, log.read_text()


def test_without_the_first_process_nobody_holds_its_address(served):  # noqa: F811
    port, process, _ = served
    process.kill()
    process.wait(30)
    wait_until(lambda: not is_taken(port), "the end of the second", limit_s=60)


def is_taken(port: int) -> bool:
    with socket.socket() as visit:
        return visit.connect_ex(("127.0.0.1", port)) == 0


def test_a_request_in_pieces_is_answered_once_it_is_whole(served):  # noqa: F811
    port, _, _ = served
    body = b"text=" + b"a" * 2000
    whole = FORM + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    large = FORM + b"Content-Length: 300005\r\n\r\ntext=" + b"a" * 300_000
    with connect(port) as visit, visit.makefile("rb") as file:
        visit.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request, statuses in ((whole, {200}), (large, {400, 413, 422}), (whole, {200})):
            for start in range(0, len(request), 700):
                visit.sendall(request[start : start + 700])
            assert read_reply(file)[0] in statuses


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
        assert visit_all(port, "/live.json") == [200]
        assert read_reply(file)[2] == large
        slow.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_reply(file)[0] == 200
