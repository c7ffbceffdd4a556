"""Twilio's webhook signature (X-Twilio-Signature)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence


def sign(url: str, params: Mapping[str, str | Sequence[str]], token: str) -> str:
    """Return the HMAC-SHA1 over the full URL and the posted fields, sorted by name, without separators.

    A field posted more than once contributes each distinct value once, sorted, as Twilio does.
    """
    parts = [url]
    for name in sorted(params):
        value = params[name]
        values = [value] if isinstance(value, str) else sorted(set(value))
        parts += [name + one for one in values]
    digest = hmac.new(token.encode(), "".join(parts).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def is_signed(url: str, params: Mapping[str, str | Sequence[str]], *, signature: str, token: str) -> bool:
    """Return True if the call comes from the account.

    ``url`` is our public URL with its query, as Twilio has it. The comparison takes constant time; without a token
    the result is always False.
    """
    return bool(token) and hmac.compare_digest(sign(url, params, token).encode(), signature.encode())
