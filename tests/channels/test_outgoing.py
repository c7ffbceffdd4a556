"""The HTTP client: its reader on arbitrary bytes, its definition of a public address, its URLs."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.channels.outgoing import (
    AddressGuard,
    BadUrl,
    Limits,
    Origin,
    Poster,
    Request,
    is_public,
    parse_url,
    retry_after_s,
)
from corredor.channels.outgoing.reply import MAX_BODY, BrokenReply, ReplyReader
from tests.servers.provider import ProviderServer


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2001:4860:4860::8888", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.2.1",
        "192.0.0.192",
        "192.88.99.1",
        "2001:20::1",
        "3fff::1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8.".rstrip("."),
        "2001:db8::1",
        "2002:a00:1::",
        "64:ff9b::a00:1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_private_addresses(address):
    if address == "::ffff:8.8.8.8":
        assert is_public(address)  # a public one in another dress
    else:
        assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("https://push.example/a/b?c=d#e", "https://push.example", "/a/b?c=d"),
        ("HTTPS://Push.Example:443/x", "https://push.example", "/x"),
        ("https://push.example:8443", "https://push.example:8443", "/"),
        ("https://[2606:4700::1]:8443/x", "https://[2606:4700::1]:8443", "/x"),
        ("https://push.example/%C3%B1", "https://push.example", "/%C3%B1"),
    ],
)
def test_urls(url, origin, target):
    found, path = parse_url(url)
    assert (str(found), path) == (origin, target)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "push.example/x",
        "http://push.example/x",
        "https://",
        "https:///x",
        "https://a b/x",
        "https://ñ.example/x",
        "https://u:p@push.example/x",
        "https://push.example:0/x",
        "https://push.example:x/x",
        "https://push.example?x",
        "https://push.example\\@evil/x",
        "https://[::1/x",
        "https://push.example/\t",
        "https://" + "x" * 2100,
        "file:///etc/passwd",
        "https://push.example/x\x7f",
    ],
)
def test_what_is_no_url(url):
    with pytest.raises(BadUrl):
        parse_url(url)


def test_a_header_cannot_bring_another():
    with pytest.raises(BadUrl):
        Request.post(1, Origin("https", "h", 443), "/", headers={"Topic": "a\r\nX-Evil: 1"}, body=b"")
    with pytest.raises(BadUrl):
        Request.get(1, Origin("https", "h", 443), "/x\nX-Evil: 1")


REPLIES = [
    (b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, b"", True),
    (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
    (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", True),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", 200, b"ok", False),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, b"", True),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 200, b"abcde", True),
]


@pytest.mark.parametrize(("data", "status", "body", "stays"), REPLIES)
def test_replies_in_any_pieces(data, status, body, stays):
    for size in (1, 2, 7, 1000):
        reader = ReplyReader()
        done = [reader.feed(data[i : i + size]) for i in range(0, len(data), size)]
        assert done[-1]
        assert not any(done[:-1])
        assert (reader.status, reader.body, reader.keep_alive) == (status, body, stays)


def test_a_reply_without_length_ends_with_the_connection():
    reader = ReplyReader()
    assert not reader.feed(b"HTTP/1.1 200 OK\r\n\r\nabc")
    assert reader.end()
    assert (reader.body, reader.keep_alive) == (b"abc", False)


@pytest.mark.parametrize("head", [b"Content-Length: 99999999\r\n", b"Transfer-Encoding: chunked\r\n", b""])
def test_no_more_than_the_cap_is_kept(head):
    reader = ReplyReader()
    reader.feed(b"HTTP/1.1 500 No\r\n" + head + b"\r\n" + (b"fffffff\r\n" if b"chunked" in head else b""))
    for _ in range(100):
        if reader.feed(b"x" * 1000):
            break
    assert reader.status == 500
    assert len(reader.body) <= MAX_BODY
    assert not reader.keep_alive


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"x" * 20000,
    ],
)
def test_what_is_no_reply(data):
    with pytest.raises(BrokenReply):
        ReplyReader().feed(data)


@given(st.lists(st.one_of(st.binary(max_size=50), st.sampled_from([r[0] for r in REPLIES])), max_size=12))
def test_any_bytes_are_read_or_refused(pieces):
    reader = ReplyReader()
    try:
        for piece in pieces:
            if reader.feed(piece):
                break
    except BrokenReply:
        return
    assert len(reader.body) <= MAX_BODY


def test_retry_after():
    assert retry_after_s({}, now_s=0) is None
    assert retry_after_s({"retry-after": "7"}, now_s=0) == 7.0
    assert retry_after_s({"retry-after": "9" * 50}, now_s=0) == 3600.0
    assert retry_after_s({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, now_s=20) == 40.0
    assert retry_after_s({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, now_s=90) == 0.0
    assert retry_after_s({"retry-after": "-5"}, now_s=0) is None


def test_connections_over_all_origins_stay_within_the_limit():
    with ProviderServer() as one, ProviderServer() as two, ProviderServer() as three:
        origins = [parse_url(p.url, schemes=("http",))[0] for p in (one, two, three)]
        poster = Poster(
            guard=AddressGuard([str(o) for o in origins]), limits=Limits(per_origin=2, connections=3, waiting=16)
        )
        asked = [Request.get(i, origins[i % 3], "/") for i in range(90)]
        replies = list(poster.post_many(asked))
        assert sorted(r.key for r in replies) == list(range(90))
        assert {r.status for r in replies} == {200}
        assert poster._open <= 3
        assert [len(p.asked) for p in (one, two, three)] == [30, 30, 30]
        poster.close()
        assert poster._open == 0


def test_small_work_is_done_while_the_network_is_quiet():
    done, is_enough = [], threading.Event()

    class Waiting(ProviderServer):
        def take(self, asked):
            assert is_enough.wait(10)
            return super().take(asked)

    def work() -> bool:
        done.append(1)
        if len(done) == 5:
            is_enough.set()
        return len(done) < 5

    with Waiting() as remote:
        origin, _ = parse_url(remote.url, schemes=("http",))
        poster = Poster(guard=AddressGuard([str(origin)]), limits=Limits(reply_s=12, newcomer_s=12))
        (reply,) = poster.post_many([Request.get(1, origin, "/")], while_waiting=work)
        poster.close()
    assert reply.status == 200
    assert len(done) >= 5
