"""Telnyx's webhook signature (telnyx-signature-ed25519 and telnyx-timestamp)."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_OLDEST_S = 300.0
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


def is_signed(body: bytes, *, timestamp: str, signature: str, key: str, now_s: float) -> bool:
    """Return True if the call comes from Telnyx: signed over "timestamp|body", at most five minutes off.

    ``key`` is the account's public key as its portal shows it (Base64); without one the result is always False.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        return False
    if abs(now_s - int(timestamp)) > _OLDEST_S:
        return False
    public, signed = _decode(key, _KEY_BYTES), _decode(signature, _SIGNATURE_BYTES)
    if public is None or signed is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, timestamp.encode() + b"|" + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decode(text: str, size: int) -> bytes | None:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == size else None
