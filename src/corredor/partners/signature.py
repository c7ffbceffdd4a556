"""Signatures by the Standard Webhooks specification: symmetric, version 1, several at once during key rotation."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence


def sign(body: bytes, *, message_id: str, timestamp_s: int, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the three headers of a signed message; one signature for each key, the newest first."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    marks = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }
