"""HMAC-SHA256 (RFC 2104) and one-block HKDF (RFC 5869), with the padded key state cached.

Written by hand because it is called five times for every message: twice as fast as a general HKDF, whose calls
cost a sixth of a message. Checked in the tests against `cryptography`'s.
"""

from __future__ import annotations

from hashlib import sha256

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_ZEROS = bytes(64)

Pads = tuple[bytes, bytes]


def make_pads(key: bytes) -> Pads:
    """Return the cached HMAC state of a key of at most 64 bytes."""
    block = key + _ZEROS[len(key) :]
    return block.translate(_INNER), block.translate(_OUTER)


def mac(pads: Pads, message: bytes) -> bytes:
    r"""Return HMAC-SHA256, 32 bytes. HKDF-Expand to one block is ``mac(pads, info + b"\x01")``."""
    return sha256(pads[1] + sha256(pads[0] + message).digest()).digest()
