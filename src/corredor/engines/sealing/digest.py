"""Keyed digests (blind index): deterministic, and not guessable without the key."""

from __future__ import annotations

import hashlib

DIGEST_SIZE = 16  # bytes


def digest_value(value: str, *, key: bytes, context: str) -> bytes:
    """Return the 16-byte digest of ``value`` for a lookup column.

    Phone numbers are few enough to enumerate, so a plain hash would hide nothing; BLAKE2b is keyed
    (RFC 7693) with a key outside the database. ``context`` separates digests of different kinds.
    """
    message = f"{context}\0{value}".encode()
    return hashlib.blake2b(message, key=key, digest_size=DIGEST_SIZE, person=b"corredor-lookup").digest()
