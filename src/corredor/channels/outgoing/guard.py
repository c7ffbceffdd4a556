"""Keeps outgoing requests off private networks: resolves names, checks the addresses and pins one (SSRF, rebinding)."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from .request import Origin

_KEPT_S = 300.0
_FAILURE_KEPT_S = 5.0
_KEPT_ORIGINS = 1000
_LOOKUPS_AT_ONCE = 4  # getaddrinfo blocks; slow name servers of unknown origins must not delay known ones
# Browser vendors' push services: subscribers cannot control their name servers.
_WELL_KNOWN = (".googleapis.com", ".mozilla.com", ".push.apple.com", ".notify.windows.com")
# Ranges that older Pythons consider public: protocol assignments (cloud metadata among them), documentation.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(Exception):
    """The host's address is not on the public internet."""


class CannotResolve(Exception):
    """The host name does not resolve now."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked address to connect to, so that no second look-up can change it."""

    family: int
    address: tuple[str, int]


def is_public(text: str) -> bool:
    """Return True if an IP address is public; an IPv4 address embedded in an IPv6 one is checked too."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            return False
        if hidden is None and address in _NAT64:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(str(hidden))
        if address.is_site_local:
            return False
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class AddressGuard:
    """Resolves origins and refuses private ones, except those that the steward allowed by name.

    Parameters
    ----------
    allowed_private : origins such as ``https://localhost:8443`` that may be private (tests, own gateways).
    """

    def __init__(self, allowed_private: Iterable[str] = ()) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed_private)
        self._lookups = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="resolve")
        self._known_lookups = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="resolve-known")
        self._answered: dict[Origin, Future[list[Endpoint]]] = {}
        self._known: dict[Origin, tuple[float, Future[list[Endpoint]]]] = {}

    def look_up(self, origin: Origin) -> Future[list[Endpoint]]:
        """Return a future of the checked addresses; done at once when cached.

        The future raises PrivateAddress or CannotResolve. While a known origin is being looked up again, return its
        last good answer.
        """
        now = time.monotonic()
        future = self._ask(origin, now)
        good = self._answered.get(origin)
        if future.done() and future.exception() is None:
            self._answered[origin] = future
        elif good is not None and not future.done():
            return good
        return future

    def close(self) -> None:
        for threads in (self._lookups, self._known_lookups):
            threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, origin: Origin, now: float) -> Future[list[Endpoint]]:
        if origin in self._known:
            asked_at, future = self._known[origin]
            is_bad = future.done() and future.exception() is not None
            if now - asked_at < (_FAILURE_KEPT_S if is_bad else _KEPT_S):
                return future
        if len(self._known) >= _KEPT_ORIGINS:
            self._forget_strangers()
        is_no_stranger = origin in self._answered or origin.host.endswith(_WELL_KNOWN)
        threads = self._known_lookups if is_no_stranger else self._lookups
        future = threads.submit(self._resolve, origin)
        self._known[origin] = (now, future)
        return future

    def _forget_strangers(self) -> None:
        self._known = {origin: row for origin, row in self._known.items() if origin in self._answered}
        if len(self._known) >= _KEPT_ORIGINS:
            self._known.clear()
            self._answered.clear()

    def _resolve(self, origin: Origin) -> list[Endpoint]:
        try:
            found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise CannotResolve(origin.host) from error
        endpoints = [
            Endpoint(family, (str(address[0]), int(address[1])))
            for family, _, _, _, address in found
            if family in (socket.AF_INET, socket.AF_INET6)
        ]
        # One private address among several refuses all of them: DNS rebinding begins like this.
        if str(origin) not in self._allowed and not all(is_public(e.address[0]) for e in endpoints):
            raise PrivateAddress(origin.host)
        if not endpoints:
            raise CannotResolve(origin.host)
        return endpoints
