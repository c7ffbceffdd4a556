"""Validate and cache the keys of a browser's push subscription."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from .base64url import decode_base64url
from .hkdf import Pads, make_pads

POINT_SIZE = 65  # an uncompressed point of P-256
AUTH_SIZE = 16
_KEPT = 20_000  # about 1.5 kB each


class BrokenKey(ValueError):
    """The subscription's keys can never receive a message."""

    code = "BROKEN_KEY"


class NotBase64(BrokenKey):
    code = "KEY_NOT_BASE64"


class WrongLength(BrokenKey):
    """A key does not have the length in the RFC (65 bytes p256dh, 16 bytes auth)."""

    code = "KEY_WRONG_LENGTH"


class PointOffCurve(BrokenKey):
    """The public key is not a point of the curve P-256."""

    code = "KEY_OFF_CURVE"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A validated public key, and the values that RFC 8291 (3.3, 3.4) derives from it and the secret."""

    public_key: ec.EllipticCurvePublicKey
    auth_pads: Pads  # HMAC state of the 16-byte shared secret
    info: bytes  # the receiver's half of the key's context, ending in its point


@lru_cache(maxsize=_KEPT)
def parse_receiver(p256dh: str, auth: str) -> Receiver:
    """Validate the two keys of a subscription. Raise the ``BrokenKey`` subclass of the violated rule."""
    point, secret = decode_base64url(p256dh), decode_base64url(auth)
    if point is None or secret is None:
        raise NotBase64("p256dh or auth is not base64")
    if len(point) != POINT_SIZE or len(secret) != AUTH_SIZE:
        raise WrongLength(f"p256dh has {len(point)} bytes, auth {len(secret)}; expected 65 and 16")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise PointOffCurve("p256dh is no point of P-256") from error
    return Receiver(key, make_pads(secret), b"WebPush: info\0" + point)
