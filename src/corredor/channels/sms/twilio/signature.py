"""Twilio's signature of its calls to us (X-Twilio-Signature)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence


def sign(url: str, params: Mapping[str, str | Sequence[str]], token: str) -> str:
    """HMAC-SHA1 over the full address and the posted fields, sorted by name, without separators.

    A field posted more than once counts each different value once, sorted, as Twilio does.
    """
    parts = [url]
    for name in sorted(params):
        value = params[name]
        values = [value] if isinstance(value, str) else sorted(set(value))
        parts += [name + one for one in values]
    digest = hmac.new(token.encode(), "".join(parts).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def is_signed(url: str, params: Mapping[str, str | Sequence[str]], *, signature: str, token: str) -> bool:
    """Whether the call comes from the account.

    ``url`` is our public address with its query, as Twilio has it. The comparison takes the same time for
    every signature; without a token nothing is ever signed.
    """
    return bool(token) and hmac.compare_digest(sign(url, params, token).encode(), signature.encode())
