"""How much of the server one visitor, and all of them together, may hold at once, and for how long."""

from __future__ import annotations

import ipaddress
import resource
from dataclasses import dataclass

CONNECTIONS = 4096
_SPARE_FILES = 256  # beside connections: database, log, files being read
_OPEN_FILES = 65_536
_THIS_MACHINE = ("127.0.0.1", "::1")  # a proxy, an onion service or a tunnel: it stands for many


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers are at once; times in seconds; sizes in bytes."""

    connections: int = CONNECTIONS  # that are answered
    turned_away: int = 4 * CONNECTIONS  # beyond these, told to come again; more are closed without a word
    connections_per_client: int = CONNECTIONS // 8
    head_s: float = 12.0  # from a request's first byte, or a connection's beginning, to the end of its head
    idle_s: float = 15.0  # until the next request of a kept connection
    stalled_s: float = 45.0  # without a byte of an answer taken
    closing_s: float = 2.0  # from the last byte of an answer to the visitor's own close
    head_bytes: int = 64 * 1024
    bodies: int = 256  # uploads that are not all here at once
    bodies_per_client: int = 16
    body_bytes: int = 56 * 1024 * 1024  # above the largest that a page takes, so that a page can say what was wrong
    bodies_bytes: int = 1024 * 1024 * 1024
    body_in_memory: int = 256 * 1024  # more of one goes to a temporary file
    body_window_s: float = 20.0  # in each of these
    body_window_bytes: int = 8 * 1024  # at least so much comes
    body_s: float = 600.0
    requests_per_client: int = 64
    queued: int = 1500  # requests that wait for a thread
    streams: int = 256  # answers that are not all sent at once


def make_limits(connections: int) -> Limits:
    """Return the limits for ``connections`` at once, fewer where the system allows fewer open files."""
    files = allow_open_files() - _SPARE_FILES
    answered = max(16, min(connections, files // 2))
    return Limits(
        connections=answered,
        turned_away=max(16, min(4 * answered, files - answered)),
        connections_per_client=max(16, answered // 8),
    )


def allow_open_files() -> int:
    """Raise the limit on open files as far as the system lets us; return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def name_client(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address or an IPv6 /64; "" for an address that stands for many."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if address in _THIS_MACHINE:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return name_client(str(parsed.ipv4_mapped))
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
