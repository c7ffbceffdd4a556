"""One request put to a WSGI application (PEP 3333) in a thread, and its answer taken in large parts."""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_PART_BYTES = 256 * 1024
_ORIGIN = re.compile(rb"(?i)^https?://[^/]*")  # a target may name the whole address (RFC 9112, 3.2.2)


@dataclass(frozen=True, slots=True)
class Reply:
    """The beginning of an answer; ``is_whole`` when there is no more of it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_whole: bool


class WsgiCall:
    """``begin`` once, then ``read_on`` until it says that it was the last; each in a thread, never two at once."""

    def __init__(
        self, application: WsgiApplication, scope: Scope, body: Any, size: int, *, is_wanted: Callable[[], bool]
    ) -> None:
        self._application, self._scope, self._is_wanted = application, scope, is_wanted
        self._environ = make_environ(scope, body, size)
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._answer: Iterable[bytes] = ()
        self._parts: Iterator[bytes] = iter(())

    def begin(self) -> Reply | None:
        """Return the answer's head and first part; None when nobody waits for it any more."""
        if not self._is_wanted():
            return None
        self._answer = self._application(self._environ, self._take_head)
        self._parts = iter(self._answer)
        part, is_last = self.read_on()
        return Reply(self._status, self._headers, part, is_last)

    def read_on(self) -> tuple[bytes, bool]:
        """Return the next part, and whether it is the last."""
        part, is_last = b"", False
        try:
            while len(part) < _PART_BYTES and not is_last:
                following = next(self._parts, None)
                is_last = following is None
                part += following or b""
        finally:
            if is_last or sys.exc_info()[0] is not None:
                self.close()
        return (b"" if self._scope["method"] == "HEAD" else part), is_last

    def close(self) -> None:
        """End the answer, whether or not all of it was taken."""
        close = getattr(self._answer, "close", None)
        self._answer = ()
        if close is not None:
            close()

    def _take_head(self, status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
        self._status = int(status[:3])
        self._headers = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]


def make_environ(scope: Scope, body: Any, size: int) -> dict[str, Any]:
    """Return a request as WSGI wants it. Names with an underscore are dropped: they could pass for other names."""
    server, client = scope.get("server") or ("localhost", None), scope.get("client")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(_ORIGIN.sub(b"", scope["raw_path"], count=1)).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0] if client else "",
        "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name == "CONTENT_TYPE":
            environ[name] = value
        elif b"_" not in raw_name and name not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            joint = "; " if name == "COOKIE" else ","
            key = f"HTTP_{name}"
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
