"""Gunicorn's threaded worker with one thing more: readers of published files are answered in its own loop.

A thread, Django and a database are for pages. A file that a thousand newsrooms ask for every ten seconds is
compared and sent from memory; whatever is not plainly such a request goes on to Django untouched, and gets a thread
only once it is all there (``front_request``).
"""

from __future__ import annotations

import re
import socket
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from corredor.flows.publish.files import Published, answer, is_published
from corredor.flows.publish.snapshot import CHECK_AGAIN_S, open_files

from .front_request import Line

_LONGEST_HEAD = 4096
_REQUEST = re.compile(rb"(GET|HEAD) /([a-z0-9./]{4,60}) HTTP/1\.1\r\n")
# Anything with a body, a wish for another protocol, or lines that servers read differently.
_UNUSUAL = re.compile(rb"(?i)\r\n(?:content-length|transfer-encoding|upgrade|expect|range|[ \t])|[^\r]\n|\r[^\n]|\0")
_HOST = re.compile(rb"(?i)\r\nhost:[^\r]")
_HEADER = re.compile(rb"(?i)\r\n(if-none-match|accept-encoding|connection):[ \t]*([^\r]*)")
_SEND_S = 30.0
_WHOLE_WITHIN_S = 30.0  # from a request's first bytes to its last, on the slowest of networks
_FULL_AT = 0.9  # of the connections there may be: then those who have said nothing whole make room


class FrontWorker(ThreadWorker):
    """One per process; runs in the worker's main thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun_conns: deque[Line] = deque()  # half a request has come; sorted by time
        self.waiting_threads: Any = None  # for those who may keep a thread waiting

    def init_process(self) -> None:
        """Beside the threads that everybody shares, a few for large bodies and large files."""
        self.waiting_threads = ThreadPoolExecutor(max_workers=max(2, self.cfg.threads // 4))
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for its first bytes in the loop, not in a thread."""
        try:
            sock, address = listener.accept()
        except OSError:  # gone again, or somebody else's
            return
        self._make_room()
        self.nr_conns += 1
        conn = Line(self.cfg, sock, address, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A connection's first request."""
        self._read(conn, client, self.pending_conns)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A kept connection's next request."""
        self._read(conn, client, self.keepalived_conns)

    def enqueue_req(self, conn: Any) -> None:
        """A thread for a request: one that everybody shares only if nobody needs to be waited for."""
        pool = self.tpool if conn.is_whole else self.waiting_threads
        conn.is_whole = False
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Answered; of a kept connection more may have come already."""
        super().finish_request(conn, fs)
        if conn.gathered and self.keepalived_conns and self.keepalived_conns[-1] is conn:
            self._read(conn, conn.sock, self.keepalived_conns)

    def murder_pending(self) -> None:
        """Those who say nothing, and those who do not come to an end."""
        super().murder_pending()
        now = time.monotonic()
        while self.begun_conns and self.begun_conns[0].timeout <= now:
            self._give_up(self.begun_conns.popleft())

    def _read(self, conn: Any, client: socket.socket, queue: deque[Any]) -> None:
        reply = None if conn.gathered else self._take_request(conn)
        if reply is not None:
            queue.remove(conn)
            self.poller.modify(client, EVENT_READ, partial(self.on_client_socket_readable, conn))
            self._send(conn, client, reply)
            return
        try:
            is_enough = conn.gather()
        except OSError:  # they have gone
            queue.remove(conn)
            self._give_up(conn)
            return
        if is_enough:
            queue.remove(conn)
            self.poller.unregister(client)
            self.enqueue_req(conn)
        elif queue is not self.begun_conns:
            queue.remove(conn)
            conn.timeout = time.monotonic() + _WHOLE_WITHIN_S
            self.begun_conns.append(conn)
            self.poller.modify(client, EVENT_READ, partial(self._on_more, conn))

    def _on_more(self, conn: Any, client: socket.socket) -> None:
        """More of a request that has begun."""
        self._read(conn, client, self.begun_conns)

    def _make_room(self) -> None:
        if self.nr_conns >= self.worker_connections * _FULL_AT:
            for queue in (self.begun_conns, self.pending_conns):
                if queue:
                    self._give_up(queue.popleft())
                    return

    def _give_up(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self._drop(conn)

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
