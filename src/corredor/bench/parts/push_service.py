"""Push service on localhost for benches: TLS, HTTP/1.1 keep-alive, counts requests, in a child process.

It does as little as possible for each request, because it shares the machine with what is measured; a sample
of the bodies is stored and decrypted at the end, by an independent library.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import selectors
import socket
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from corredor.engines.webpush.base64url import encode_base64url

from .certificate import make_certificate

BROWSERS = 500  # distinct keys, reused in rotation: generating a hundred thousand would dominate
_SAMPLE = 250  # one body in so many is stored
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Counted:
    """Times of acceptance (seconds, monotonic clock), repeats by path, and the decrypted sample."""

    times_s: list[float]
    repeats: int
    sampled: int
    opened: int


class BenchPushService:
    """Context manager. ``origin`` is the prefix of endpoints, ``ca_file`` the clients' CA file."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = str(folder / "cert.pem")
        make_certificate(folder)
        self._keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(BROWSERS)]
        self._points = [encode_base64url(_point(key)) for key in self._keys]
        self._parent, child = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(child, str(folder)), daemon=True)
        self.origin = ""

    def __enter__(self) -> BenchPushService:
        self._process.start()
        self.origin = f"https://localhost:{self._parent.recv()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join(5)

    def subscribe(self, count: int, *, first: int = 0) -> list[str]:
        """Return push subscriptions as browsers make them, each with a unique path, numbered from ``first``."""
        auth = encode_base64url(bytes(16))
        return [
            json.dumps(
                {
                    "endpoint": f"{self.origin}/push/{number}",
                    "keys": {"p256dh": self._points[number % BROWSERS], "auth": auth},
                }
            )
            for number in range(first, first + count)
        ]

    def forget(self) -> None:
        """Reset the counts."""
        self._parent.send("forget")
        self._parent.recv()

    def count(self) -> int:
        """Return the number accepted so far."""
        self._parent.send("count")
        return int(self._parent.recv())

    def read(self) -> Counted:
        """Return everything received so far, with the sample decrypted."""
        import http_ece  # a development requirement; only benches need it

        self._parent.send("read")
        times, repeats, sample = self._parent.recv()
        opened = 0
        for path, body in sample:
            key = self._keys[int(path.rpartition(b"/")[2]) % BROWSERS]
            plain = http_ece.decrypt(body, private_key=key, auth_secret=bytes(16), version="aes128gcm")
            opened += json.loads(plain)["title"] != ""
        return Counted(times, repeats, len(sample), opened)


class _Seen:
    """What has been received since the last reading."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.paths: Counter[bytes] = Counter()
        self.sample: list[tuple[bytes, bytes]] = []

    def note(self, path: bytes, body: bytes) -> None:
        if len(self.times) % _SAMPLE == 0:
            self.sample.append((path, body))
        self.times.append(time.monotonic())
        self.paths[path] += 1


class _Client:
    """One connection: minimal HTTP/1.1, a header and a body of Content-Length bytes."""

    __slots__ = ("_buffer", "_is_shaken", "sock")

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self.sock, self._buffer, self._is_shaken = sock, b"", False

    def advance(self, seen: _Seen) -> None:
        """Read available data and answer it. Raise OSError if the peer has closed."""
        try:
            if not self._is_shaken:
                self.sock.do_handshake()
                self._is_shaken = True
            while True:
                data = self.sock.recv(16384)  # maximum size of a TLS record
                if not data:
                    raise ConnectionResetError
                self._buffer = self._buffer + data if self._buffer else data
                self._answer(seen)
                if not self.sock.pending():
                    return
        except ssl.SSLWantReadError:
            return

    def _answer(self, seen: _Seen) -> None:
        while (head_ends := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _CONTENT_LENGTH.search(self._buffer, 0, head_ends)
            end = head_ends + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < end:
                return
            seen.note(self._buffer[5 : self._buffer.index(b" ", 5)], self._buffer[head_ends + 4 : end])
            self._buffer = self._buffer[end:]
            self.sock.send(_ANSWER)


def _serve(pipe: Connection, folder: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(folder) / "cert.pem", Path(folder) / "key.pem")
    selector = selectors.DefaultSelector()
    door = socket.create_server(("127.0.0.1", 0), backlog=512)
    door.setblocking(False)
    selector.register(door, selectors.EVENT_READ)
    selector.register(pipe, selectors.EVENT_READ)
    pipe.send(door.getsockname()[1])
    seen = _Seen()
    while True:
        for key, _ in selector.select():
            if key.fileobj is door:
                _welcome(door, context, selector)
            elif key.fileobj is pipe:
                seen = _reply(pipe, seen)
            else:
                _serve_client(key.data, selector, seen)


def _welcome(door: socket.socket, context: ssl.SSLContext, selector: selectors.BaseSelector) -> None:
    sock, _ = door.accept()
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client = _Client(context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False))
    selector.register(client.sock, selectors.EVENT_READ, client)


def _serve_client(client: _Client, selector: selectors.BaseSelector, seen: _Seen) -> None:
    try:
        client.advance(seen)
    except OSError:
        selector.unregister(client.sock)
        client.sock.close()


def _reply(pipe: Connection, seen: _Seen) -> _Seen:
    question = pipe.recv()
    if question == "count":
        pipe.send(len(seen.times))
    elif question == "read":
        pipe.send((seen.times, sum(seen.paths.values()) - len(seen.paths), seen.sample))
    else:
        pipe.send(None)
        return _Seen()
    return seen


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
