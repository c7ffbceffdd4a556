"""Raw HTTP clients of `corredor serve`, and the server itself."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands.installation import Installation

from .deadline import wait_until

HOST = b"Host: localhost\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    """`corredor serve` at a port, and its log."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    home: Path

    def list_children(self) -> list[int]:
        """The processes that answer and send, oldest first."""
        pid = self.process.pid
        return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def find_pages(self) -> int:
        """The process that answers: the one of the children that holds the listening socket."""
        (pid,) = [child for child in self.list_children() if _holds_port(child, self.port)]
        return pid

    def find_sender(self) -> int:
        """The process that sends."""
        (pid,) = [child for child in self.list_children() if not _holds_port(child, self.port)]
        return pid


def _holds_port(pid: int, port: int) -> bool:
    """Whether a process has the socket that listens at this port."""
    listening = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
            listening.add(f"socket:[{fields[9]}]")
    found = set()
    with contextlib.suppress(OSError):  # ended meanwhile
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(file))
    return bool(listening & found)


def start(installation: Installation, bind: str, log: Path, *words: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start `corredor serve` without waiting for it."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "corredor.commands.main", "serve", "--bind", bind, *words],
            env=installation.environment | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


@contextlib.contextmanager
def serving(home: Path, *words: str, installed: Installation | None = None, **environment: str) -> Iterator[Served]:
    """Serve an installation, a new one unless given, until the block ends."""
    installation = installed or Installation(home)
    if installed is None:
        assert installation.ask("init", "--defaults")
    port, log = find_free_port(), home.with_name(f"{home.name}-serve.log")
    process = start(installation, f"127.0.0.1:{port}", log, *words, **environment)
    try:
        wait_until(lambda: process.poll() is not None or answers(port), "the server", limit_s=60)
        assert process.poll() is None, log.read_text()
        yield Served(port, process, log, home)
    finally:
        process.terminate()
        process.wait(30)


def find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port: int) -> bool:
    try:
        return get(port, "/") == 200
    except OSError:
        return False


def get(port: int, path: str, host: str = "localhost") -> int:
    visit = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        visit.request("GET", path, headers={"Host": host})
        return visit.getresponse().status
    finally:
        visit.close()


def connect(port: int, *, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))


def hang_up(visit: socket.socket) -> None:
    """Gone without a goodbye: the server's next read or write fails."""
    visit.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    visit.close()


def read_reply(file: Any) -> tuple[int, dict[str, str], bytes]:
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        headers[name.decode().lower()] = value.decode()
    if headers.get("transfer-encoding") != "chunked":
        return status, headers, file.read(int(headers.get("content-length", 0)))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return status, headers, body


def visit_all(port: int, *paths: str) -> list[int]:
    """The statuses of requests on one connection, one after the other."""
    with connect(port) as visit, visit.makefile("rb") as file:
        statuses = []
        for path in paths:
            visit.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            statuses.append(read_reply(file)[0])
        return statuses


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of a crowd was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


async def open_at_once(port: int, count: int, path: str = "/now/", *, source: str = "127.0.0.1") -> list[Seen]:
    """Open so many connections, then ask on all of them in the same moment; every one must get a whole answer."""
    lines = [await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)) for _ in range(count)]
    try:
        for _, writer in lines:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n".encode())
        async with asyncio.timeout(60):
            return [await _read_seen(reader) for reader, _ in lines]
    finally:
        for _, writer in lines:
            writer.transport.abort()


async def _read_seen(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    length = int(headers["content-length"]) if "content-length" in headers else None
    body = await (reader.readexactly(length) if length is not None else _read_chunks(reader))
    return Seen(int(first.split()[1]), headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
