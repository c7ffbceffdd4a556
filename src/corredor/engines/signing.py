"""Signatures that anyone can check (Ed25519, RFC 8032): canonical text, sign, check, and publishing a key."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUBLIC_BYTES = 32


def write_canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no blanks and letters as they are: the same content is always the same text."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sign(text: str, *, seed: bytes) -> str:
    """The signature of a text's UTF-8 bytes, in base64. ``seed`` is the 32-byte private key."""
    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())).decode()


def is_signed(text: str, signature: str, *, public: bytes) -> bool:
    """Whether the signature is that of the text and the key; anything malformed is not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_of(seed: bytes) -> bytes:
    """The public half of a key, 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def name_key(public: bytes) -> str:
    """A short name for a public key, the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def write_jwk(public: bytes) -> dict[str, str]:
    """The key as a JSON Web Key (RFC 8037)."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": name_key(public), "x": x}


def read_jwk(key: Mapping[str, str]) -> bytes:
    """The 32 bytes of a JSON Web Key. Raises ValueError, KeyError."""
    public = base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4))
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    return public


def write_pem(public: bytes) -> str:
    """The key as other programs read it, OpenSSL among them."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
