"""Encrypt one message for one browser: RFC 8291 over RFC 8188 (aes128gcm), a single record."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .hkdf import mac, make_pads
from .key_pool import RECORD_SIZE, SenderKey
from .receiver import Receiver

MAX_PLAINTEXT = RECORD_SIZE - 86 - 17  # header, then the delimiter and the tag: push services take 4096
_CEK = b"Content-Encoding: aes128gcm\0\x01"
_NONCE = b"Content-Encoding: nonce\0\x01"
_ECDH = ec.ECDH()


class PayloadTooLong(ValueError):
    """The text exceeds the 4096 bytes that every push service accepts."""


def encrypt(plaintext: bytes, receiver: Receiver, *, pad_to: int = 0, sender: SenderKey | None = None) -> bytes:
    """Return the request body for one message.

    Parameters
    ----------
    plaintext : at most ``MAX_PLAINTEXT`` bytes, else ``PayloadTooLong`` is raised.
    pad_to : shorter texts are padded to this many bytes, so that their length reveals neither language nor kind to
        the push service.
    sender : an unused key pair and salt, from a ``KeyPool``; created here if None.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise PayloadTooLong(f"{len(plaintext)} bytes; at most {MAX_PLAINTEXT}")
    sender = SenderKey.make() if sender is None else sender
    shared = sender.private_key.exchange(_ECDH, receiver.public_key)
    secret = mac(make_pads(mac(receiver.auth_pads, shared)), receiver.info + sender.point + b"\x01")
    pads = make_pads(mac(sender.salt_pads, secret))
    key, nonce = mac(pads, _CEK)[:16], mac(pads, _NONCE)[:12]
    padding = min(pad_to, MAX_PLAINTEXT) - len(plaintext)
    record = plaintext + (b"\x02" + bytes(padding) if padding > 0 else b"\x02")
    return sender.header + AESGCM(key).encrypt(nonce, record, None)
