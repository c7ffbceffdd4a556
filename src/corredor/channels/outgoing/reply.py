"""The reply to one request, and a strict HTTP/1.1 reader for untrusted input."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum

MAX_HEAD = 16 * 1024
MAX_BODY = 16 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: |\r?\n)")
# Fast path: a successful reply without a body, the most frequent kind.
_OTHER = rb"(?:(?!content-length|transfer-encoding)[A-Za-z0-9-]{1,60}:[^\r\n]{0,2000}\r\n){0,40}"
_PLAIN = re.compile(
    rb"HTTP/1\.1 20[01] [^\r\n]{0,60}\r\n" + _OTHER + rb"content-length: ?0\r\n" + _OTHER + rb"\r\n", re.IGNORECASE
)
_LONGEST_RETRY_S = 3600.0


class Fault(StrEnum):
    """Why there is no reply."""

    PRIVATE_ADDRESS = "PRIVATE_ADDRESS"
    CANNOT_RESOLVE = "CANNOT_RESOLVE"
    CANNOT_CONNECT = "CANNOT_CONNECT"
    TLS_FAILED = "TLS_FAILED"
    TIMED_OUT = "TIMED_OUT"
    BROKEN_REPLY = "BROKEN_REPLY"
    CLOSED = "CLOSED"
    ORIGIN_RESTING = "ORIGIN_RESTING"  # not tried: the origin's circuit is open


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to request ``key``: either a ``fault``, or a status with headers (lower case) and body."""

    key: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: Fault | None = None


class BrokenReply(Exception):
    """The bytes are not an HTTP reply, or exceed the limits."""


class ReplyReader:
    """Takes bytes until one reply is complete. Keeps at most 16 kB of head and 16 kB of body."""

    __slots__ = ("_buffer", "_chunked", "_left", "body", "headers", "keep_alive", "status")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.status, self.headers, self.body = 0, dict[str, str](), b""
        self.keep_alive = True
        self._left: int | None = None  # bytes of body still expected; None is "until the end"
        self._chunked = False

    def feed(self, data: bytes) -> bool:
        """Return True once the reply is complete (or its body exceeds the limit). Raise BrokenReply."""
        if not self._buffer and self.status == 0 and _PLAIN.fullmatch(data):
            return self._read_plain(data)
        self._buffer += data
        while self.status == 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > MAX_HEAD:
                    raise BrokenReply("head too long")
                return False
            self._read_head(bytes(self._buffer[: end + 2]))
            del self._buffer[: end + 4]
        return self._read_body()

    def _read_plain(self, data: bytes) -> bool:
        """Fast path for what nearly every push service answers: a whole head in one piece, and no body."""
        self.status = int(data[9:12])
        for line in data[:-4].split(b"\r\n")[1:]:
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.lower()] = value.strip()
        self.keep_alive = "close" not in self.headers.get("connection", "").lower()
        return True

    def end(self) -> bool:
        """Handle EOF from the peer. Return True if it completes the reply."""
        self.keep_alive = False
        if self.status and self._left is None and not self._chunked:
            self.body = bytes(self._buffer[:MAX_BODY])
            return True
        return False

    @property
    def has_begun(self) -> bool:
        return bool(self._buffer) or self.status != 0

    def _read_head(self, head: bytes) -> None:
        match = _STATUS.match(head)
        if not match:
            raise BrokenReply("no status line")
        status = int(match[1])
        if status < 200:  # an interim (1xx) reply: the final one follows
            return
        for line in head.split(b"\r\n")[1:-1]:
            name, colon, value = line.partition(b":")
            if not colon:
                raise BrokenReply("a header without a colon")
            self.headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
        self._frame(status)
        self.status = status

    def _frame(self, status: int) -> None:
        coding = self.headers.get("transfer-encoding", "").lower()
        length = self.headers.get("content-length")
        closes = "close" in self.headers.get("connection", "").lower()
        self._chunked = "chunked" in coding
        if status in (204, 304):
            self._left, self._chunked = 0, False
        elif length is not None and not self._chunked:
            if not (length.isascii() and length.isdigit() and len(length) < 16):
                raise BrokenReply("a content length that is no number")
            self._left = int(length)
        self.keep_alive = not closes and (self._left is not None or self._chunked)

    def _read_body(self) -> bool:
        if self._chunked:
            return self._read_chunks()
        if self._left is not None and len(self._buffer) >= self._left:
            self.keep_alive = self.keep_alive and len(self._buffer) == self._left
            self.body = bytes(self._buffer[: min(self._left, MAX_BODY)])
            return True
        return self._is_enough()

    def _read_chunks(self) -> bool:
        while True:
            end = self._buffer.find(b"\r\n")
            if end < 0:
                return self._is_enough()
            try:
                size = int(bytes(self._buffer[:end]).split(b";")[0], 16)
            except ValueError:
                raise BrokenReply("a broken chunk") from None
            if size < 0 or len(self._buffer) < end + 4 + size:
                return self._is_enough()
            self.body += bytes(self._buffer[end + 2 : end + 2 + size])
            del self._buffer[: end + 4 + size]
            if size == 0:
                self.keep_alive = self.keep_alive and not self._buffer
                return True
            if len(self.body) > MAX_BODY:
                return self._is_enough()

    def _is_enough(self) -> bool:
        """Truncate a body beyond the limit and drop the connection: only the status is needed."""
        if len(self._buffer) + len(self.body) <= MAX_BODY:
            return False
        self.body = (self.body + bytes(self._buffer))[:MAX_BODY]
        self.keep_alive = False
        return True


def retry_after_s(headers: dict[str, str], *, now_s: float) -> float | None:
    """Return the seconds of a Retry-After header, in either form, from 0 to an hour; None without one."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_RETRY_S)
    try:
        at_s = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(at_s - now_s, 0.0), _LONGEST_RETRY_S)
