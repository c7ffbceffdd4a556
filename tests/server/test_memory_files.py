"""Files in memory: plain requests are answered at once, all others by Django."""

from __future__ import annotations

import gzip
import os

import pytest

from corredor.flows.publish.snapshot import write_snapshot
from corredor.server import memory_files
from corredor.server.memory_files import RecentReplies, find_reply, load_static
from tests.factories import NOW


@pytest.fixture
def published(db, settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    write_snapshot(now=NOW)


def ask(target="/live.json", *headers: str, method="GET") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


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
        b"GET /live.json HTTP/1.0\r\nHost: x\r\n\r\n",
        b"GET /live.json HTTP/1.1\r\nAccept: x\r\n\r\n",
        b"GET /live.json HTTP/1.1\n\n",
        ask()[:-2],
        ask()[:-1],
        ask() * 2,
        ask() + b"GET",
        ask("/live.json", "X: " + "a" * 5000),
        ask("/static/css/none.css"),
        b"",
    ],
)
def test_anything_else_is_for_django(published, head):
    assert find_reply(head) is None


def test_without_a_fresh_file_django_is_asked(published, settings):
    os.utime(settings.PUBLIC_SNAPSHOT / "live.json", (0, 0))
    assert find_reply(ask()) is None


@pytest.fixture
def static(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_files, "_static", {})
    (tmp_path / "page.1a2b.css").write_bytes(b"body{}" * 99)
    (tmp_path / "page.1a2b.css.br").write_bytes(b"brotli")
    (tmp_path / "page.1a2b.css.gz").write_bytes(gzip.compress(b"body{}" * 99))
    (tmp_path / "map.3c4d.js").write_bytes(b"x" * 200_000)
    load_static({"page.css": "page.1a2b.css", "map.js": "map.3c4d.js", "gone.js": "gone.5e6f.js"}, tmp_path)


def test_small_static_files_are_answered_in_the_coding_that_is_taken(static):
    plain = find_reply(ask("/static/page.1a2b.css"))
    assert plain.startswith(b"HTTP/1.1 200 OK\r\n")
    assert plain.endswith(b"body{}" * 99)
    assert b"Content-Type: text/css; charset=utf-8" in plain
    assert b"immutable" in plain
    assert find_reply(ask("/static/page.1a2b.css", "Accept-Encoding: gzip, br")).endswith(b"\r\n\r\nbrotli")
    assert b"Content-Encoding: gzip" in find_reply(ask("/static/page.1a2b.css", "Accept-Encoding: gzip"))
    etag = plain.partition(b"ETag: ")[2].partition(b"\r\n")[0].decode()
    assert find_reply(ask("/static/page.1a2b.css", f"If-None-Match: {etag}")).startswith(b"HTTP/1.1 304 ")


@pytest.mark.parametrize("path", ["/static/map.3c4d.js", "/static/gone.5e6f.js", "/static/page.css", "/static/../x"])
def test_large_and_unknown_static_files_are_for_django(static, path):
    assert find_reply(ask(path)) is None


def test_a_reply_is_found_again_for_a_moment_only(published, settings):
    replies = RecentReplies(kept_s=1.0)
    assert replies.find(ask(), 0.0) == find_reply(ask())
    (settings.PUBLIC_SNAPSHOT / "live.json").write_bytes(b"{}")
    assert replies.find(ask(), 0.9) != find_reply(ask())
    assert replies.find(ask(), 1.1) == find_reply(ask())
    assert replies.find(ask("/"), 1.1) is None
