"""One client connection: limits and responses from memory here, everything else by uvicorn's HTTP protocol.

1. ``Room`` admits it, or it gets 503; 2. a plain request for a file in memory is answered at once; 3. other bytes go to
uvicorn, which calls the ASGI application; 4. timeouts close it. ``check`` enforces every timeout, about once a second;
nothing here blocks.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from typing import Protocol

from .busy import BusyReply
from .limits import name_client
from .line import Line
from .memory_files import RecentReplies
from .room import Room

log = logging.getLogger(__name__)

_UNSENT = 128 * 1024  # bytes in the socket's send buffer: small, so that a slow reader's progress is visible
_DROPPED = 4 * 1024 * 1024  # bytes read and discarded from a client that still sends after the response
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class HttpProtocol(Protocol):
    """The part of uvicorn's protocol that a connection uses."""

    def connection_made(self, transport: asyncio.Transport) -> None: ...
    def data_received(self, data: bytes) -> None: ...
    def connection_lost(self, exc: Exception | None) -> None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...
    def shutdown(self) -> None: ...


class Connection(asyncio.Protocol):
    """``make_http`` is called at the first request that is not answered from memory."""

    def __init__(
        self,
        room: Room,
        busy: BusyReply,
        replies: RecentReplies,
        make_http: Callable[[Connection], HttpProtocol],
        *,
        counts_clients: bool,
    ) -> None:
        self._room, self._busy, self._replies = room, busy, replies
        self._make_http, self._counts_clients = make_http, counts_clients
        self._http: HttpProtocol | None = None
        self._line: Line | None = None
        self.client = ""  # "": not counted, because it cannot be told from other clients
        self.was_answered = False
        self._at_work = False
        self._is_last = False
        self._unread_head = 0  # bytes of a request that is not under way yet
        self._is_plain = True  # uvicorn holds no bytes of a request that is not under way
        self._since = 0.0  # of the present state; or of the last progress
        self._taken = 0
        self._dropped = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register the connection, if there is room."""
        assert isinstance(transport, asyncio.Transport)
        self._line, self._since = Line(transport), time.monotonic()
        if not self._room.enter(self):
            self._line.abort()
            return
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT)
        peer = transport.get_extra_info("peername")
        if self._counts_clients and isinstance(peer, tuple):
            self.client = name_client(str(peer[0]))
        self._room.admit(self, self._since)

    def data_received(self, data: bytes) -> None:
        """Answer from memory, or hand over to uvicorn. An error ends this connection, never the loop."""
        line = self._line
        assert line is not None
        if line.is_closing():
            self._drop(len(data))
            return
        now = time.monotonic()
        if not self._room.admit(self, now):
            self._answer_last(self._busy.write_whole(data))
            return
        if self._is_plain and not self._at_work and (reply := self._replies.find(data, now)) is not None:
            line.write(reply)
            self._wait_for_next(now)
            return
        self._hand_over(data)

    def eof_received(self) -> bool:
        """Treat a half-closed connection as gone; pending output is still sent."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection in any state."""
        self._room.leave(self)
        if self._http is not None:
            self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        """Stop reading requests while the send buffer is full, and pause uvicorn."""
        assert self._line is not None
        if not self._at_work:
            self._line.pause_reading()
        if self._http is not None:
            self._http.pause_writing()

    def resume_writing(self) -> None:
        """Read requests again: the send buffer has drained."""
        assert self._line is not None
        if not self._at_work:
            self._line.resume_reading()
        if self._http is not None:
            self._http.resume_writing()

    def begin_request(self) -> None:
        """Note that the application has received a request's head."""
        self._at_work, self._unread_head = True, 0
        self._room.work(self)

    def end_request(self) -> None:
        """Note that the application has answered or abandoned the request."""
        self._at_work = False
        self._wait_for_next(time.monotonic())
        if self._is_last and self._line is not None:
            self._line.close()

    def give_up(self) -> None:
        """Close an idle connection to make room for another."""
        self._room.release(self)
        if self._line is not None:
            self._line.close()

    def shutdown(self) -> None:
        """Close now, or after the current request."""
        self._is_last = True
        if not self._at_work:
            self.give_up()
        elif self._http is not None:
            self._http.shutdown()

    def abort(self) -> None:
        """Close without a response."""
        if self._line is not None:
            self._line.abort()

    def check(self, now: float) -> None:
        """Close the connection if the timeout of its current state has passed."""
        line, limits = self._line, self._room.limits
        if line is None:
            return
        if line.waits:
            if line.taken != self._taken:
                self._taken, self._since = line.taken, now
            elif now - self._since > limits.stalled_s:
                line.abort()
        elif line.is_closing():
            if now - self._since > limits.closing_s:
                line.abort()
        elif not self._at_work:
            most_s = limits.idle_s if self.was_answered and not self._unread_head else limits.head_s
            if now - self._since > most_s:
                self.give_up()
                self._since = now

    def _hand_over(self, data: bytes) -> None:
        if not self._at_work:
            if not self._unread_head:
                self._since = time.monotonic()
            self._unread_head += len(data)
            if self._unread_head > self._room.limits.head_bytes and b"\r\n\r\n" not in data:
                self._answer_last(_TOO_LONG)
                return
        self._is_plain = self._is_plain and not self._at_work and _is_one_head(data)
        try:
            if self._http is None:
                assert self._line is not None
                self._http = self._make_http(self)
                self._http.connection_made(self._line)
            self._http.data_received(data)
        except Exception:
            log.exception("a connection failed")
            self.abort()

    def _answer_last(self, reply: bytes) -> None:
        assert self._line is not None
        self._line.write(reply)
        self.give_up()
        self._since = time.monotonic()

    def _wait_for_next(self, now: float) -> None:
        self.was_answered, self._unread_head, self._since = True, 0, now
        self._room.wait(self, now)

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > _DROPPED:
            self.abort()


def _is_one_head(data: bytes) -> bool:
    """Whether ``data`` is exactly one request without a body."""
    if data.find(b"\r\n\r\n") != len(data) - 4:
        return False
    head = data.lower()
    return b"\r\ncontent-length:" not in head and b"\r\ntransfer-encoding:" not in head and b"\r\nupgrade:" not in head
