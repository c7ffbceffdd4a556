"""The process that answers: one event loop for all connections, threads for Django, background work beside it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, cast

from django.conf import settings
from uvicorn import Config
from uvicorn.server import ServerState

from .busy import BusyReply
from .connection import Connection, HttpProtocol
from .front import Front
from .limits import Limits, make_limits
from .memory_files import RecentReplies, load_static
from .room import Room

_ACCEPTED_AT_ONCE = 32  # in one turn of the loop, so that no turn is long
WAITING = 4096  # connections that the system holds until they are taken
_HURRY_S = 6.0  # for what is under way when told to stop
_GIVE_UP_S = 1.0
_NEVER_S = 86_400  # uvicorn's own limit on idle connections; Connection.check has its own


class PageServer:
    """Serve one listening socket with an ASGI application, until told to stop."""

    def __init__(self, app: Any, *, limits: Limits, busy: BusyReply, counts_clients: bool) -> None:
        self._busy, self._replies, self._counts_clients = busy, RecentReplies(), counts_clients
        self.room = Room(limits)
        self._state = ServerState()
        self._config = Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,  # it would hold who read what
            proxy_headers=False,
            timeout_keep_alive=_NEVER_S,
            h11_max_incomplete_event_size=limits.head_bytes,
        )
        self._config.load()
        # Its lines about unreadable requests would let anybody fill the log.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

    async def serve(self, sock: socket.socket, *, stop: asyncio.Event) -> None:
        """Take connections until ``stop`` is set; then finish requests, for _HURRY_S at most."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connect, sock=sock, backlog=_ACCEPTED_AT_ONCE)
        sock.listen(WAITING)
        clock = asyncio.ensure_future(self._tick())
        await stop.wait()
        server.close()
        for connection in tuple(self.room.all):
            connection.shutdown()
        await self._wait_until_empty(_HURRY_S)
        for connection in tuple(self.room.all):
            connection.abort()
        await self._wait_until_empty(_GIVE_UP_S)
        clock.cancel()

    async def _wait_until_empty(self, most_s: float) -> None:
        ends_at = time.monotonic() + most_s
        while (self.room.all or self._state.tasks) and time.monotonic() < ends_at:
            await asyncio.sleep(0.05)

    def _connect(self) -> Connection:
        return Connection(self.room, self._busy, self._replies, self._make_http, counts_clients=self._counts_clients)

    def _make_http(self, connection: Connection) -> HttpProtocol:
        make = cast(Callable[..., HttpProtocol], self._config.http_protocol_class)
        return make(config=self._config, server_state=self._state, app_state={"connection": connection})

    async def _tick(self) -> None:
        while True:
            self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
            self.room.close_overdue(time.monotonic())
            await asyncio.sleep(1.0)


def run_pages(sock: socket.socket, *, threads: int, ended: threading.Event) -> None:
    """Serve pages until ``ended``. Call in the main thread of a separate process, after Django is set up."""
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.urls import get_resolver

    from corredor.flows.run.background import PageJobs

    if connection.vendor == "sqlite":
        # One stays open: when the last one is closed, SQLite copies its whole log into the database.
        connection.ensure_connection()
    limits = make_limits(settings.CORREDOR_CONNECTIONS)
    busy = BusyReply()
    wsgi = get_wsgi_application()
    _ = get_resolver().url_patterns  # views are loaded before the first visitor comes
    load_static(getattr(staticfiles_storage, "hashed_files", {}), settings.STATIC_ROOT)
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    front = Front(wsgi, threads=threads, limits=limits, busy=busy, proxies=proxies)
    counts_clients = sock.family != socket.AF_UNIX and not proxies
    server = PageServer(front, limits=limits, busy=busy, counts_clients=counts_clients)
    jobs = PageJobs()
    jobs.start()
    asyncio.run(_serve_until(server, sock, ended))
    front.close()
    jobs.stop()


async def _serve_until(server: PageServer, sock: socket.socket, ended: threading.Event) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if ended.is_set():  # told so before the loop could hear it
        stop.set()
    await server.serve(sock, stop=stop)
