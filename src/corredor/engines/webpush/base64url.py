"""Base64url without padding, as used by browsers and JWTs."""

import base64
import binascii

_TO_CLASSIC = bytes.maketrans(b"-_", b"+/")


def encode_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes | None:
    """Return the bytes, or None if the text is not base64 (the standard alphabet and padding are accepted too)."""
    try:
        raw = text.encode("ascii").rstrip(b"=").translate(_TO_CLASSIC)
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
