"""Public-key signatures (Ed25519, RFC 8032): canonical JSON, signing, verification, and public-key formats."""

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
    """Return canonical JSON: sorted keys, no blanks, unescaped letters; equal contents give equal texts."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sign(text: str, *, seed: bytes) -> str:
    """Return the base64 signature of a text's UTF-8 bytes. ``seed`` is the 32-byte private key."""
    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())).decode()


def is_signed(text: str, signature: str, *, public: bytes) -> bool:
    """Return whether the signature is valid for the text and key; malformed ones are not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def derive_public_key(seed: bytes) -> bytes:
    """Return the public half of a key, 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> str:
    """Return the short id of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def write_jwk(public: bytes) -> dict[str, str]:
    """Return the key as a JSON Web Key (RFC 8037)."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key_id(public), "x": x}


def read_jwk(key: Mapping[str, str]) -> bytes:
    """Return the 32 bytes of a JSON Web Key. Raise ValueError or KeyError if malformed."""
    public = base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4))
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    return public


def write_pem(public: bytes) -> str:
    """Return the key as PEM, for OpenSSL and other programs."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
