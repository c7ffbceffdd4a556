"""VAPID (RFC 8292): a signed token that identifies the sender to a push service, one per push origin."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from .base64url import encode_base64url

_HEADER = encode_base64url(b'{"typ":"JWT","alg":"ES256"}')
LIFETIME_S = 12 * 3600  # the RFC allows 24 hours; half tolerates wrong clocks
RENEW_BEFORE_S = 3600
_KEPT_ORIGINS = 1000


class BrokenVapidKey(ValueError):
    """The server's own VAPID key is unreadable or not of the curve P-256."""


def make_vapid_key() -> bytes:
    """Return a new private key as PEM (PKCS 8), to be stored in a file that only the server reads."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class VapidSigner:
    """Signs tokens and caches one per push origin until shortly before it expires.

    Parameters
    ----------
    contact : a ``mailto:`` or ``https:`` address where a push service can reach the steward.
    """

    def __init__(self, private_key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        self._key, self._contact = private_key, contact
        point = private_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public_key = encode_base64url(point)  # the page's applicationServerKey
        self._tokens: dict[str, tuple[float, str]] = {}

    @classmethod
    def from_pem(cls, pem: bytes, contact: str) -> VapidSigner:
        """Load the key. Raise ``BrokenVapidKey``, whose text contains nothing of the key."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BrokenVapidKey("the VAPID key is not a readable PEM private key") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise BrokenVapidKey("the VAPID key must be of the curve P-256")
        return cls(key, contact)

    @classmethod
    def from_file(cls, path: Path, contact: str) -> VapidSigner:
        """Load the key from a file. Raise ``BrokenVapidKey``, or ``OSError`` if the file cannot be read."""
        return cls.from_pem(path.read_bytes(), contact)

    def authorization(self, origin: str, *, now_s: float) -> str:
        """Return the Authorization header for ``origin`` (such as ``https://push.example``).

        ``now_s`` is Unix time. A clock that was set back also renews: a token must expire within 24 hours.
        """
        cached = self._tokens.get(origin)
        if cached and RENEW_BEFORE_S < cached[0] - now_s <= LIFETIME_S:
            return cached[1]
        if len(self._tokens) >= _KEPT_ORIGINS:
            self._tokens.clear()
        header = f"vapid t={self._sign(origin, int(now_s) + LIFETIME_S)},k={self.public_key}"
        self._tokens[origin] = (int(now_s) + LIFETIME_S, header)
        return header

    def _sign(self, origin: str, expires_s: int) -> str:
        claims = {"aud": origin, "exp": expires_s, "sub": self._contact}
        signed = f"{_HEADER}.{encode_base64url(json.dumps(claims, separators=(',', ':')).encode())}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{encode_base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
