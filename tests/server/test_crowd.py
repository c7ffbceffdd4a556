"""More visitors than the limit: each gets an answer or a 503 with Retry-After; none waits in vain."""

from __future__ import annotations

import contextlib

import pytest

from tests.server.loop import run_alone
from tests.servers.deadline import wait_until
from tests.servers.proxy import caddy, nginx
from tests.servers.visitor import connect, hang_up, open_at_once, read_reply, visit_all

LIMIT = 200


@contextlib.contextmanager
def directly(folder, *, server_port):
    yield server_port


@pytest.mark.parametrize("times", [1.2, 3.0])
@pytest.mark.parametrize("way", [directly, caddy, nginx])
def test_more_than_the_limit_are_answered_or_told_to_come_again(serve, tmp_path, way, times):
    with serve(CORREDOR_CONNECTIONS=str(LIMIT)) as served, way(tmp_path, server_port=served.port) as port:
        before = served.list_children()
        seen = run_alone(open_at_once(port, int(LIMIT * times)))
        told = [one for one in seen if one.status != 200]
        assert len(seen) - len(told) >= LIMIT
        assert {one.status for one in told} <= {503}
        assert way is not directly or len(told) <= len(seen) - LIMIT
        for one in told:
            assert 1 <= int(one.headers["retry-after"]) <= 30
            assert "We are very busy right now" in one.body.decode()
            assert "Estamos muy ocupados en este momento" in one.body.decode()
        again = run_alone(open_at_once(port, min(len(told), LIMIT) or 1))
        assert {one.status for one in again} == {200}, "whoever comes again is answered"
        assert served.list_children() == before
        assert served.log.read_text() == ""


@pytest.mark.parametrize("way", [caddy, nginx])
def test_a_crowd_that_hangs_up_behind_a_proxy_leaves_the_server_as_it_was(serve, tmp_path, way):
    with serve(CORREDOR_CONNECTIONS=str(LIMIT)) as served, way(tmp_path, server_port=served.port) as port:
        before = served.list_children()
        for path in ("/now/", "/live.json"):
            crowd = [connect(port) for _ in range(2 * LIMIT)]
            for visit in crowd:
                visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            for visit in crowd:
                hang_up(visit)
        assert visit_all(port, "/now/", "/live.json") == [200] * 2
        assert served.list_children() == before


def test_one_visitor_has_a_share_and_others_are_answered(serve):
    """An address other than this machine's own, which stands for many, counts as one visitor."""
    with serve(CORREDOR_CONNECTIONS=str(LIMIT)) as served:
        seen = run_alone(open_at_once(served.port, LIMIT, source="127.0.0.2"))
        assert sorted({one.status for one in seen}) == [200, 503]
        assert [one.status for one in seen].count(200) == LIMIT // 8
        held = [connect(served.port, source="127.0.0.2") for _ in range(LIMIT)]
        try:
            assert visit_all(served.port, "/now/", "/live.json") == [200] * 2
        finally:
            for visit in held:
                visit.close()


def test_who_holds_connections_without_a_word_makes_room(serve):
    with serve(CORREDOR_CONNECTIONS=str(LIMIT)) as served:
        held = [connect(served.port) for _ in range(2 * LIMIT)]
        kept = [connect(served.port) for _ in range(LIMIT)]
        try:
            for visit in kept:
                visit.sendall(b"GET /live.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            statuses = {read_reply(visit.makefile("rb"))[0] for visit in kept}
            assert statuses <= {200, 503}
            wait_until(lambda: visit_all(served.port, "/now/") == [200], "room for one more", limit_s=30)
        finally:
            for visit in (*held, *kept):
                visit.close()
