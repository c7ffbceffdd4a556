"""Malicious endpoints: they stall, flood, mislead or hang up, over real TLS."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from corredor.bench.parts.certificate import Certificate

Script = Callable[[socket.socket, threading.Event], None]


def _read_request(sock: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return
        data += more


def stall(sock: socket.socket, stop: threading.Event) -> None:
    """Take the request and never say a word."""
    _read_request(sock)
    stop.wait(30)


def drip(sock: socket.socket, stop: threading.Event) -> None:
    """Slow loris: one header byte at a time, for ever."""
    _read_request(sock)
    sock.sendall(b"HTTP/1.1 201 Created\r\nX-Slow: ")
    while not stop.wait(0.05):
        sock.sendall(b"a")


def drip_body(sock: socket.socket, stop: threading.Event) -> None:
    """A whole head, then a body that never ends."""
    _read_request(sock)
    sock.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
    while not stop.wait(0.05):
        sock.sendall(b"a")


def flood_body(sock: socket.socket, stop: threading.Event) -> None:
    """A body of gigabytes."""
    _read_request(sock)
    sock.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 9999999999\r\n\r\n")
    while not stop.is_set():
        sock.sendall(b"x" * 65536)


def flood_head(sock: socket.socket, stop: threading.Event) -> None:
    """Headers without end."""
    _read_request(sock)
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.is_set():
        sock.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")


def redirect(sock: socket.socket, stop: threading.Event) -> None:
    """Point the sender to the cloud's metadata address."""
    _read_request(sock)
    sock.sendall(
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"
    )


def rubbish(sock: socket.socket, stop: threading.Event) -> None:
    """Not HTTP at all."""
    _read_request(sock)
    sock.sendall(b"\x00\xff SSH-2.0-OpenSSH_9.2\r\n\r\n" * 4)


def hang_up(sock: socket.socket, stop: threading.Event) -> None:
    """Take the request and close."""
    _read_request(sock)


def chunked(sock: socket.socket, stop: threading.Event) -> None:
    """A proper reply in chunks, then the connection closes although it said it would stay."""
    _read_request(sock)
    sock.sendall(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n")


class HostileServer:
    """Use as a context manager; every connection is treated by ``script``, in clear without a certificate."""

    def __init__(self, certificate: Certificate | None, script: Script) -> None:
        self._context = certificate.server_context() if certificate else None
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]
        self.origin = f"{'https' if certificate else 'http'}://localhost:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> HostileServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._treat, args=(sock,), daemon=True).start()

    def _treat(self, sock: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            self._context.wrap_socket(sock, server_side=True) if self._context else sock as peer,
        ):
            self._script(peer, self._stop)
