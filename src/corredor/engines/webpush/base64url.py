"""Base64 in the URL alphabet without padding, as browsers and JWTs write it."""

import base64
import binascii

_TO_CLASSIC = bytes.maketrans(b"-_", b"+/")


def encode_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes | None:
    """The bytes, or None when the text is no base64 (the classic alphabet and padding are taken too)."""
    try:
        raw = text.encode("ascii").rstrip(b"=").translate(_TO_CLASSIC)
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
