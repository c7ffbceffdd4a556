"""Pool of pre-generated sender keys: a fresh pair and salt per message, each used once."""

from __future__ import annotations

import os
from collections import deque
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .hkdf import Pads, make_pads

RECORD_SIZE = 4096
_HEADER_MIDDLE = RECORD_SIZE.to_bytes(4, "big") + b"\x41"  # followed by the 65 bytes of the point


class SenderKey(NamedTuple):
    """All randomness of one message: a key pair, and the header (RFC 8188, 2.1) with salt and point."""

    private_key: ec.EllipticCurvePrivateKey
    point: bytes
    header: bytes
    salt_pads: Pads

    @classmethod
    def make(cls) -> SenderKey:
        return cls.of(ec.generate_private_key(ec.SECP256R1()), os.urandom(16))

    @classmethod
    def of(cls, private_key: ec.EllipticCurvePrivateKey, salt: bytes) -> SenderKey:
        """Build one from given parts, as in the RFC's example."""
        point = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return cls(private_key, point, salt + _HEADER_MIDDLE + point, make_pads(salt))


class KeyPool:
    """A pool of unused sender keys, filled while waiting for the network.

    RFC 8291 (3.1) requires a new pair for every message, not that it be generated at that moment. Taking a key
    removes it, so none is used twice, also between threads; a forked child starts with an empty pool.
    """

    def __init__(self, size: int = 2000) -> None:
        self.size = size
        self._keys: deque[SenderKey] = deque()
        self._owner = os.getpid()

    def take(self) -> SenderKey:
        """Return an unused key."""
        self._forget_after_fork()
        try:
            return self._keys.popleft()
        except IndexError:
            return SenderKey.make()

    def fill(self, count: int | None = None) -> bool:
        """Generate up to ``count`` keys (all missing ones if None). Return True if the pool is full."""
        self._forget_after_fork()
        lacking = self.size - len(self._keys)
        for _ in range(lacking if count is None else min(count, lacking)):
            self._keys.append(SenderKey.make())
        return len(self._keys) >= self.size

    def __len__(self) -> int:
        return len(self._keys)

    def _forget_after_fork(self) -> None:
        if self._owner != os.getpid():
            self._keys, self._owner = deque(), os.getpid()
