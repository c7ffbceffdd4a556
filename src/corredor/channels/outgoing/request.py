"""One HTTP request serialised to bytes, and the origin it goes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_URL = 2048
_PRINTABLE = re.compile(r"[\x21-\x7e]*")
_PORTS = {"https": 443, "http": 80}


class BadUrl(ValueError):
    """The URL cannot be requested; the text says why and does not repeat it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: the key of a connection."""

    scheme: str
    host: str  # ASCII, lower case, without brackets
    port: int

    @property
    def is_tls(self) -> bool:
        return self.scheme == "https"

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


class Request(NamedTuple):
    """``key`` is the caller's number, returned with the reply; ``data`` is head and body."""

    key: int
    origin: Origin
    data: bytes

    @classmethod
    def post(cls, key: int, origin: Origin, target: str, *, headers: Mapping[str, str], body: bytes) -> Request:
        """Build a POST. Raise BadUrl if ``target`` or a header holds a line break."""
        return cls.send(key, origin, target, method="POST", headers=headers, body=body)

    @classmethod
    def send(
        cls, key: int, origin: Origin, target: str, *, method: str, headers: Mapping[str, str], body: bytes
    ) -> Request:
        """Build a request of any method with a body. Raise BadUrl if ``target`` or a header holds a line break."""
        headers = {**headers, "Content-Length": str(len(body))}
        return cls(key, origin, _head(method, origin, target, headers) + body)

    @classmethod
    def get(cls, key: int, origin: Origin, target: str, *, headers: Mapping[str, str] | None = None) -> Request:
        """Build a GET. Raise BadUrl if ``target`` or a header holds a line break."""
        return cls(key, origin, _head("GET", origin, target, headers or {}))


def _head(method: str, origin: Origin, target: str, headers: Mapping[str, str]) -> bytes:
    if "\n" in target or "\r" in target:
        raise BadUrl("the target holds a line break")
    return f"{method} {target} HTTP/1.1\r\n".encode("latin-1") + _render_headers(origin, tuple(headers.items()))


@lru_cache(maxsize=256)
def _render_headers(origin: Origin, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Render the head without its first line: the same for every recipient of a fan-out."""
    lines = [f"Host: {origin.netloc}", *(f"{name}: {value}" for name, value in headers)]
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise BadUrl("a header holds a line break")
    return text.encode("latin-1") + b"\r\n\r\n"


def parse_url(url: str, *, schemes: tuple[str, ...] = ("https",)) -> tuple[Origin, str]:
    """Return origin and request target of an absolute URL. Raise BadUrl.

    Refuse other schemes, user names and anything outside printable ASCII; drop the fragment.
    """
    if len(url) > MAX_URL or not _PRINTABLE.fullmatch(url):
        raise BadUrl("the address is too long or holds characters no URL may hold")
    start, _, rest = url.partition("://")
    netloc, slash, path = rest.partition("/")
    if "?" in netloc or "#" in netloc or "\\" in netloc:
        raise BadUrl("the address has no path")
    origin = _parse_origin(start.lower(), netloc)
    if origin.scheme not in schemes:
        raise BadUrl(f"the address must begin with {' or '.join(schemes)}")
    return origin, slash + path.partition("#")[0] if slash else "/"


@lru_cache(maxsize=1024)
def _parse_origin(scheme: str, netloc: str) -> Origin:
    try:
        parts = urlsplit(f"{scheme}://{netloc}")
        port = parts.port
    except ValueError as error:
        raise BadUrl("the address has no valid host or port") from error
    if scheme not in _PORTS or not parts.hostname or "@" in netloc or port == 0:
        raise BadUrl("the address has no valid scheme or host")
    return Origin(scheme, parts.hostname.lower(), port or _PORTS[scheme])
