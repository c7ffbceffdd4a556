"""Key derivation: one key per purpose from a key file, so that no key is used for two purposes."""

from __future__ import annotations

import hashlib

KEY_SIZE = 32  # bytes


def derive_key(master: bytes, *, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, from which neither the master nor another purpose's key follows.

    Keyed BLAKE2b over the purpose's name (RFC 7693; the key makes it a pseudo-random function).

    Raises
    ------
    ValueError
        ``master`` is shorter than 32 bytes or longer than BLAKE2b takes (64).
    """
    if len(master) < KEY_SIZE:
        raise ValueError(f"a master key has at least {KEY_SIZE} bytes")
    return hashlib.blake2b(purpose.encode(), key=master, digest_size=KEY_SIZE, person=b"corredor-derive").digest()
