"""A visitor's connection, read without a thread until a request is all there.

Whoever sends half a request and waits must hold up nobody: threads are few, and the desk, the halt and the providers'
calls need them. What cannot be waited for so (large bodies) or may be read slowly (large files) has threads of its own.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn

LARGEST_BODY = 64 * 1024  # larger ones, photos that is, are read by a thread as they come
_LONGEST_HEAD = 32 * 1024
_AT_ONCE = 64 * 1024
_UNSENT = 400 * 1024  # a page fits in, so that no thread waits for its reader
_WAIT_S = 20.0  # for the next bytes, of those who are waited for
_IN_ALL_S = 600.0
_FRAMING = re.compile(rb"(?i)\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)")
_LARGE_ANSWER = re.compile(rb"(?:GET|HEAD) /(?:static|map)/")


def measure(data: bytes | bytearray) -> int | None:
    """How long the request is that begins here; 0 while nobody can say; None for one with a thread of its own."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0 if len(data) < _LONGEST_HEAD else None
    said = _FRAMING.findall(data, 0, end + 2)
    if not said:
        return None if _LARGE_ANSWER.match(data) else end + 4
    name, length = said[0][0].lower(), said[0][1].strip()
    if len(said) > 1 or name != b"content-length" or not length.isdigit() or len(length) > 9:
        return None
    return end + 4 + int(length) if int(length) <= LARGEST_BODY else None


class PatientSocket(socket.socket):
    """Where a thread waits for somebody, it waits so long and no longer; then they have gone."""

    ends_at = 0.0

    def setblocking(self, flag: bool) -> None:
        """Blocking is with a limit."""
        self.settimeout(_WAIT_S if flag else 0.0)
        self.ends_at = time.monotonic() + _IN_ALL_S if flag else 0.0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As ever; whoever is waited for in vain has gone."""
        try:
            if self.ends_at and time.monotonic() > self.ends_at:
                raise TimeoutError
            return super().recv(size, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As ever; whoever reads too slowly has gone."""
        try:
            super().sendall(data, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None


class Line(TConn):
    """One connection, with what has come of its next request."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        patient = PatientSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
        patient.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT)
        super().__init__(cfg, patient, client, server)
        self.parser: Any = self.parser
        self.gathered = bytearray()
        self.is_whole = False  # a whole request has been handed to the parser

    def gather(self) -> bool:
        """Take what has come; whether it is enough for a thread. Raises OSError when they have gone."""
        try:
            data = self.sock.recv(_AT_ONCE)
            if not data:
                raise ConnectionResetError(errno.ECONNRESET, "gone")
            self.gathered += data
        except BlockingIOError:
            pass
        length = measure(self.gathered)
        if length is not None and (length == 0 or len(self.gathered) < length):
            return False
        self.is_whole = length is not None
        self._hand_over(len(self.gathered) if length is None else length)
        return True

    def _hand_over(self, size: int) -> None:
        if self.parser is None:
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader.unread(bytes(self.gathered[:size]))
        del self.gathered[:size]
        self.data_ready = True
