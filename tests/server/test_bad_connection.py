"""A faulty connection ends alone, never the shared event loop, and releases all its resources."""

from __future__ import annotations

import asyncio
import socket

import pytest

from corredor.server.busy import BusyReply
from corredor.server.limits import Limits, make_limits, name_client
from corredor.server.page_process import PageServer
from tests.server.loop import run_alone

REQUEST = b"GET /good/ HTTP/1.1\r\nHost: x\r\n\r\n"


async def site(scope, receive, send):
    """An application that fails at a path of its own, and tells the connection as ours does."""
    connection = scope["state"]["connection"]
    connection.begin_request()
    try:
        if scope["path"] == "/bad/":
            raise RuntimeError("a page that nobody thought of")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
    finally:
        connection.end_request()


def serve(visit, **limits: float) -> PageServer:
    """The server after ``visit(port, server)`` has run beside it in one loop."""
    server = PageServer(site, limits=Limits(**limits), busy=BusyReply(), counts_clients=True)

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as sock:
            stop = asyncio.Event()
            serving = asyncio.ensure_future(server.serve(sock, stop=stop))
            try:
                await asyncio.wait_for(visit(sock.getsockname()[1], server), 60)
            finally:
                stop.set()
                await serving

    run_alone(run())
    return server


async def ask(port: int, request: bytes = REQUEST) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        return await reader.readline()
    except ConnectionResetError:
        return b""
    finally:
        writer.transport.abort()


class Broken:
    """A protocol that fails wherever it is called."""

    def connection_made(self, transport):
        raise ValueError("queue.remove(x): x not in queue")

    data_received = connection_lost = connection_made

    def pause_writing(self):
        raise ValueError

    resume_writing = shutdown = pause_writing


def test_a_connection_that_fails_in_our_own_code_ends_alone(caplog):
    async def visit(port: int, server: PageServer) -> None:
        make = server._make_http
        server._make_http = lambda connection: Broken()
        assert await ask(port) == b""
        server._make_http = make
        assert b"200" in await ask(port)

    server = serve(visit)
    assert not server.room.all, "and gives back what it held"
    assert "a connection failed" in caplog.text


def test_a_page_that_fails_ends_its_request_alone():
    async def visit(port: int, server: PageServer) -> None:
        assert b"500" in await ask(port, b"GET /bad/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in await ask(port)

    assert not serve(visit).room.all


def test_whoever_says_nothing_is_closed_and_gives_back_the_place():
    async def visit(port: int, server: PageServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b"", "closed from the other side"
        writer.transport.abort()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST[:-4])
        assert await reader.read() == b"", "half a request is no more"
        writer.transport.abort()

    assert not serve(visit, head_s=0.1, idle_s=0.1, closing_s=0.1).room.all


def test_an_answer_that_nobody_takes_is_given_up():
    async def visit(port: int, server: PageServer) -> None:
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.setblocking(False)
            await asyncio.get_running_loop().sock_connect(slow, ("127.0.0.1", port))
            while not server.room.all:
                await asyncio.sleep(0.01)
            (connection,) = server.room.all
            connection._line.write(b"x" * 10_000_000)
            while server.room.all:
                await asyncio.sleep(0.05)

    serve(visit, stalled_s=0.5)


def test_the_limits_follow_what_the_system_allows():
    limits = make_limits(400)
    assert limits.connections == 400
    assert limits.connections_per_client == 50
    assert limits.turned_away >= 2 * limits.connections


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("/run/pages.sock", ""),
    ],
)
def test_one_visitor_is_an_address_or_a_network_of_one_home(address, client):
    assert name_client(address) == client
