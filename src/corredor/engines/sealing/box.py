"""Authenticated encryption of short values, with key ids for key rotation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from .keys import KEY_SIZE

_VERSION = b"\x01"
_ID_SIZE = 4
_HEAD_SIZE = len(_VERSION) + _ID_SIZE


class CannotOpen(Exception):
    """The sealed value was changed, truncated, or sealed for another context."""


class WrongKey(CannotOpen):
    """The key ring has no key with the id in the sealed value."""


class KeyRing:
    """Encrypts with the newest key and decrypts with any.

    A sealed value is ``version (1 byte) | key id (4) | nonce (24) | ciphertext and tag (16 more than the
    value)``: XChaCha20-Poly1305 of libsodium with a random nonce. The context is authenticated but not
    stored, so a value moved to another row of another kind does not decrypt.

    Parameters
    ----------
    newest, older
        Keys of 32 bytes. ``older`` keys only decrypt.
    """

    def __init__(self, newest: bytes, *, older: Sequence[bytes] = ()) -> None:
        for key in (newest, *older):
            if len(key) != KEY_SIZE:
                raise ValueError(f"a key has {KEY_SIZE} bytes")
        self._head = _VERSION + _key_id(newest)
        self._newest = Aead(newest)
        self._boxes = {_VERSION + _key_id(key): Aead(key) for key in (*older, newest)}

    def seal(self, value: bytes, *, context: str) -> bytes:
        """Encrypt ``value`` with the newest key."""
        return self._head + bytes(self._newest.encrypt(value, self._bind(self._head, context)))

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt. Raise CannotOpen, or its subclass WrongKey if the key itself is missing."""
        head = sealed[:_HEAD_SIZE]
        box = self._boxes.get(head)
        if box is None:
            raise WrongKey if head[:1] == _VERSION and len(head) == _HEAD_SIZE else CannotOpen
        try:
            return box.decrypt(sealed[_HEAD_SIZE:], self._bind(head, context))
        except (CryptoError, ValueError) as error:  # ValueError: shorter than a nonce
            raise CannotOpen from error

    def is_current(self, sealed: bytes) -> bool:
        """Return whether ``sealed`` was encrypted with the newest key; if not, it should be re-encrypted."""
        return sealed[:_HEAD_SIZE] == self._head

    @staticmethod
    def _bind(head: bytes, context: str) -> bytes:
        return head + context.encode()


def _key_id(key: bytes) -> bytes:
    return hashlib.blake2b(b"id", key=key, digest_size=_ID_SIZE, person=b"corredor-key-id").digest()
