"""Gunicorn's threaded worker with one thing more: readers of published files are answered in its own loop.

A thread, Django and a database are for pages. A file that a thousand newsrooms ask for every ten seconds is
compared and sent from memory; whatever is not plainly such a request goes on to Django untouched.
"""

from __future__ import annotations

import re
import socket
import time
from concurrent.futures import Future
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from corredor.flows.publish import CHECK_AGAIN_S, open_files
from corredor.flows.publish_files import Published, answer, is_published

_LONGEST_HEAD = 4096
_REQUEST = re.compile(rb"(GET|HEAD) /([a-z0-9./]{4,60}) HTTP/1\.1\r\n")
# Anything with a body, a wish for another protocol, or lines that servers read differently.
_UNUSUAL = re.compile(rb"(?i)\r\n(?:content-length|transfer-encoding|upgrade|expect|range|[ \t])|[^\r]\n|\r[^\n]|\0")
_HOST = re.compile(rb"(?i)\r\nhost:[^\r]")
_HEADER = re.compile(rb"(?i)\r\n(if-none-match|accept-encoding|connection):[ \t]*([^\r]*)")
_SEND_S = 30.0


class FrontWorker(ThreadWorker):
    """One per process; runs in the worker's main thread."""

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for its first bytes in the loop, not in a thread."""
        try:
            sock, address = listener.accept()
        except OSError:  # gone again, or somebody else's
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, sock, address, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A connection's first request."""
        reply = self._take_request(conn)
        if reply is None:
            super().on_pending_socket_readable(conn, client)
            return
        self.pending_conns.remove(conn)
        self.poller.modify(client, EVENT_READ, partial(self.on_client_socket_readable, conn))
        self._send(conn, client, reply)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A kept connection's next request."""
        reply = self._take_request(conn)
        if reply is None:
            super().on_client_socket_readable(conn, client)
            return
        self.keepalived_conns.remove(conn)
        self._send(conn, client, reply)

    def _take_request(self, conn: Any) -> bytes | None:
        """The reply, if it is a plain request for a published file; otherwise nothing is read."""
        if not self.alive or self.cfg.is_ssl or len(self.keepalived_conns) >= self.max_keepalived:
            return None
        try:
            seen = conn.sock.recv(_LONGEST_HEAD, socket.MSG_PEEK)
            end = seen.find(b"\r\n\r\n")
            reply = find_reply(seen[: end + 2]) if end > 0 else None
            if reply is not None:
                conn.sock.recv(end + 4)
        except OSError:
            return None
        return reply

    def _send(self, conn: Any, client: socket.socket, reply: bytes) -> None:
        try:
            sent = conn.sock.send(reply)
        except BlockingIOError:
            sent = 0
        except OSError:  # they have gone
            self.poller.unregister(client)
            self._drop(conn)
            return
        if sent == len(reply):
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # last, so that the queue stays sorted by time
            return
        self.poller.unregister(client)
        rest = self.tpool.submit(_send_rest, conn.sock, reply[sent:])
        rest.add_done_callback(lambda done: self.method_queue.defer(self._keep, conn, done))

    def _keep(self, conn: Any, done: Future[bool]) -> None:
        """Wait for the connection's next request once a slow reader has taken the whole file."""
        if not done.result() or not self.alive:
            self._drop(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_client_socket_readable, conn))

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()


def _send_rest(sock: socket.socket, rest: bytes) -> bool:
    sock.settimeout(_SEND_S)  # of the whole, however slowly they read
    try:
        sock.sendall(rest)
    except OSError:
        return False
    return True


def find_reply(head: bytes) -> bytes | None:
    """The whole reply to a request's head (without its empty line); None when it is for Django."""
    match = _REQUEST.match(head)
    if match is None or not is_published(match[2].decode()) or _UNUSUAL.search(head) or not _HOST.search(head):
        return None
    files = open_files()
    if files.age_s() > CHECK_AGAIN_S:
        return None  # Django has it looked over first
    found = files.find(match[2].decode())
    if found is None:
        return None
    said = {name.lower(): value.decode("latin-1") for name, value in _HEADER.findall(head)}
    if said.get(b"connection", "keep-alive").lower() != "keep-alive":
        return None
    return _write_reply(
        found,
        said.get(b"if-none-match", ""),
        said.get(b"accept-encoding", ""),
        is_head=match[1] == b"HEAD",
        second=int(time.time()),
    )


@lru_cache(maxsize=64)
def _write_reply(found: Published, if_none_match: str, accept_encoding: str, *, is_head: bool, second: int) -> bytes:
    """Readers mostly say the same words, so within a second one reply does for all of them."""
    reply = answer(found, if_none_match=if_none_match, accept_encoding=accept_encoding)
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", f"Date: {formatdate(second, usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.status == 200:
        lines.append(f"Content-Length: {len(reply.body)}")
    head = "\r\n".join([*lines, "Connection: keep-alive", "", ""]).encode()
    return head if is_head else head + reply.body
