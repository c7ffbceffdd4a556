"""Push service for benches that stores every message and counts the visible duplicates of each person."""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import ssl
from collections import defaultdict
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from corredor.engines.webpush.base64url import encode_base64url

from .certificate import make_certificate

_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
_KEYS = 200  # distinct browser keys, reused in rotation; secrets differ for everyone
_SAMPLE = 500  # messages received once that are decrypted too


@dataclass(frozen=True, slots=True)
class Judged:
    """``doubled``: numbers of people who got more than one; ``visible``: those who would have seen that."""

    accepted: int
    people: int
    doubled: list[int]
    visible: list[int]
    unreadable: int


class PushWitness:
    """Context manager. ``origin`` is the prefix of endpoints, ``ca_file`` the clients' CA file."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = str(folder / "cert.pem")
        make_certificate(folder)
        self._parent, child = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(child, str(folder)), daemon=True
        )
        self.origin = ""

    def __enter__(self) -> PushWitness:
        self._process.start()
        self.origin = f"https://localhost:{self._parent.recv()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join(5)

    def subscribe(self, count: int) -> list[str]:
        """Return push subscriptions of ``count`` browsers; the number is at the end of the endpoint."""
        points = [
            encode_base64url(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
            for key in _make_keys()
        ]
        return [
            json.dumps(
                {
                    "endpoint": f"{self.origin}/push/{number}",
                    "keys": {"p256dh": points[number % _KEYS], "auth": encode_base64url(_secret(number))},
                }
            )
            for number in range(count)
        ]

    def count(self) -> int:
        """Return the number of messages accepted so far."""
        self._parent.send("count")
        return int(self._parent.recv())

    def judge(self) -> Judged:
        """Decrypt everything received more than once, and a sample of the rest, with an independent implementation."""
        self._parent.send("judge")
        return Judged(**json.loads(self._parent.recv()))


class _Protocol(asyncio.Protocol):
    """Minimal HTTP/1.1: a header that ends in an empty line, and a body of Content-Length bytes."""

    def __init__(self, stored: dict[int, list[tuple[str, bytes]]]) -> None:
        self._stored = stored
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport for answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Store and answer every complete request."""
        self._buffer += data
        while (head_ends := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:head_ends]
            ends = head_ends + 4 + int(_find_header(head, b"content-length") or 0)
            if len(self._buffer) < ends:
                return
            number = int(head.split(b" ", 2)[1].rpartition(b"/")[2])
            topic = _find_header(head, b"topic").decode()
            self._stored[number].append((topic, self._buffer[head_ends + 4 : ends]))
            self._buffer = self._buffer[ends:]
            assert self._transport is not None
            self._transport.write(_ANSWER)


def _find_header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


def _serve(pipe: Connection, folder: str) -> None:
    asyncio.run(_run(pipe, Path(folder)))


async def _run(pipe: Connection, folder: Path) -> None:
    stored: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(stored), "127.0.0.1", 0, ssl=context, backlog=512)
    pipe.send(server.sockets[0].getsockname()[1])
    while True:
        question = await loop.run_in_executor(None, pipe.recv)
        pipe.send(sum(map(len, stored.values())) if question == "count" else json.dumps(_judge(stored)))


def _judge(stored: dict[int, list[tuple[str, bytes]]]) -> dict[str, object]:
    """Classify repeats. One is invisible if the phone replaces the first by it: the same tag, or still in transit and
    replaced at the push service by its topic; both are required.
    """
    keys = _make_keys()
    doubled = sorted(number for number, came in stored.items() if len(came) > 1)
    visible, unreadable = [], 0
    for number in doubled + sorted(stored)[:: max(len(stored) // _SAMPLE, 1)]:
        tags = {_read_tag(keys[number % _KEYS], number, body) for _, body in stored[number]}
        topics = {topic for topic, _ in stored[number]}
        unreadable += None in tags
        if len(stored[number]) > 1 and (len(tags) > 1 or len(topics) > 1 or not all(tags) or not all(topics)):
            visible.append(number)
    return {
        "accepted": sum(map(len, stored.values())),
        "people": len(stored),
        "doubled": doubled,
        "visible": visible,
        "unreadable": unreadable,
    }


def _read_tag(key: ec.EllipticCurvePrivateKey, number: int, body: bytes) -> str | None:
    import http_ece

    try:
        plain = http_ece.decrypt(body, private_key=key, auth_secret=_secret(number), version="aes128gcm")
        return str(json.loads(plain)["tag"])
    except (http_ece.ECEException, ValueError, KeyError):
        return None


def _make_keys() -> list[ec.EllipticCurvePrivateKey]:
    """Return the same keys in every process: they protect nothing."""
    return [ec.derive_private_key(number + 1_000_003, ec.SECP256R1()) for number in range(_KEYS)]


def _secret(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()[:16]
