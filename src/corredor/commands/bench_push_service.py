"""A push service on localhost for benches: TLS, HTTP/1.1 with keep-alive, counts what comes, in its own process."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the service saw: seconds (monotonic clock) at which each acceptance came, and repeats by path."""

    times_s: list[float]
    repeats: int


class BenchPushService:
    """Use as a context manager. ``origin`` is what endpoints begin with, ``ca_file`` what clients trust."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = str(folder / "cert.pem")
        _make_certificate(folder)
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

    def count(self) -> int:
        """How many have been accepted so far."""
        self._parent.send("count")
        return int(self._parent.recv())

    def read(self) -> Counted:
        """Everything seen so far."""
        self._parent.send("read")
        times, repeats = json.loads(self._parent.recv())
        return Counted(times, repeats)


class _Protocol(asyncio.Protocol):
    """Just enough HTTP/1.1: a header that ends in an empty line, and a body of Content-Length bytes."""

    def __init__(self, times: list[float], paths: Counter[bytes]) -> None:
        self._times, self._paths = times, paths
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._buffer += data
        while (head_ends := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:head_ends]
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < head_ends + 4 + length:
                return
            self._buffer = self._buffer[head_ends + 4 + length :]
            self._times.append(time.monotonic())
            self._paths[head.split(b" ", 2)[1]] += 1
            assert self._transport is not None
            self._transport.write(_ANSWER)


def _serve(pipe: Connection, folder: str) -> None:
    asyncio.run(_run(pipe, Path(folder)))


async def _run(pipe: Connection, folder: Path) -> None:
    times: list[float] = []
    paths: Counter[bytes] = Counter()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(times, paths), "127.0.0.1", 0, ssl=context, backlog=512)
    pipe.send(server.sockets[0].getsockname()[1])
    while True:
        question = await loop.run_in_executor(None, pipe.recv)
        repeats = sum(paths.values()) - len(paths)
        pipe.send(len(times) if question == "count" else json.dumps([times, repeats]))


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
