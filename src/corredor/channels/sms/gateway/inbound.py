"""Authenticates and reads the gateway's calls: receipts and received texts."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from typing import Any

from corredor.channels.base import Result
from corredor.channels.inbound import BadInbound, InboundText, Reason, Receipt

_OLDEST_S = 300.0

# Kannel's kinds of receipt (%d).
_KANNEL: dict[str, tuple[Result, bool]] = {
    "1": (Result.ACCEPTED, True),  # delivered to the phone
    "2": (Result.FAILED, True),  # permanently failed
    "4": (Result.ACCEPTED, False),  # buffered until the phone is reachable
    "8": (Result.ACCEPTED, False),  # accepted by the carrier
    "16": (Result.FAILED, True),  # refused by the carrier
}
_REFUSED = "16"
_CHARSETS = {
    "UTF-16BE": "utf-16-be",
    "UCS-2": "utf-16-be",
    "UTF-8": "utf-8",
    "ISO-8859-1": "latin-1",
    "WINDOWS-1252": "windows-1252",
    "8-BIT": "latin-1",
}
_ANDROID: dict[str, tuple[Result, bool]] = {
    "sms:sent": (Result.ACCEPTED, False),
    "sms:delivered": (Result.ACCEPTED, True),
    "sms:failed": (Result.FAILED, True),
}


def is_token_right(given: str, expected: str) -> bool:
    """Compare the shared token in constant time; an empty expected token accepts nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def is_android_signed(body: bytes, *, timestamp: str, signature: str, key: str, now_s: float) -> bool:
    """Check X-Signature (hex HMAC-SHA256 over body and X-Timestamp), at most five minutes off."""
    if not key or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        return False
    right = hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()
    is_fresh = abs(now_s - int(timestamp)) <= _OLDEST_S
    return hmac.compare_digest(right.encode(), signature.strip().lower().encode()) and is_fresh


def parse_kannel_receipt(query: Mapping[str, str], *, dead_codes: Collection[str] = ()) -> Receipt:
    """Parse a call of the receipt URL given to Kannel: reference, kind, answer. Raise BadInbound.

    Error numbers differ between carriers: ``dead_codes`` are those that the steward declared to mean a dead number.
    """
    reference, kind = query.get("reference", ""), query.get("kind", "")
    if not reference or len(reference) > 64:
        raise BadInbound("reference")
    if kind not in _KANNEL:
        raise BadInbound("kind")
    result, is_final = _KANNEL[kind]
    code = _carrier_code(query.get("answer", ""))
    if result is Result.ACCEPTED:
        return Receipt(reference, result, is_final, code=code or kind)
    if code and code in dead_codes:
        return Receipt(reference, Result.INVALID_ADDRESS, is_final, code=code, reason=Reason.DEAD_NUMBER)
    reason = Reason.FILTERED if kind == _REFUSED else Reason.OTHER
    return Receipt(reference, result, is_final, code=code or kind, reason=reason)


def parse_kannel_text(fields: Mapping[str, bytes]) -> InboundText:
    """Parse a call of ``get-url = ...?from=%p&to=%P&text=%b&charset=%C&id=%I``. Raise BadInbound.

    Takes the fields' raw bytes: a text with any character outside GSM-7 comes as UTF-16, which must not be decoded
    as UTF-8 even where that happens to be possible.
    """
    sender, recipient = _plain(fields.get("from", b"")), _plain(fields.get("to", b""))
    if not sender or len(sender) > 32:
        raise BadInbound("from")
    if "text" not in fields:
        raise BadInbound("text")
    text = _decode(fields["text"], charset=_plain(fields.get("charset", b"")))
    return InboundText(sender, recipient, text, _plain(fields.get("id", b"")))


def parse_android(event: Mapping[str, Any]) -> Receipt | InboundText | None:
    """Parse one webhook of the Android app; None for events of no use here. Raise BadInbound."""
    kind, payload = event.get("event"), event.get("payload")
    if kind != "sms:received" and kind not in _ANDROID:
        return None
    if not isinstance(payload, Mapping):
        raise BadInbound("payload")
    if kind == "sms:received":
        sender, text = payload.get("phoneNumber") or payload.get("sender"), payload.get("message")
        if not isinstance(sender, str) or not isinstance(text, str):
            raise BadInbound("phoneNumber or message")
        return InboundText(sender, str(payload.get("recipient") or ""), text, str(event.get("id") or ""))
    reference = payload.get("messageId")
    if not isinstance(reference, str) or not reference or len(reference) > 64:
        raise BadInbound("messageId")
    result, is_final = _ANDROID[kind]
    reason = Reason.NONE if result is Result.ACCEPTED else Reason.OTHER
    return Receipt(reference, result, is_final, code=kind.removeprefix("sms:").upper(), reason=reason)


def _carrier_code(answer: str) -> str:
    """Return the ``err:`` number in a carrier's receipt text, if it has one; the rest is not kept."""
    _, found, rest = answer.partition("err:")
    code = rest[:8].split(" ")[0] if found else ""
    return code if code.isalnum() and code.isascii() else ""


def _plain(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()


def _decode(text: bytes, *, charset: str) -> str:
    """Decode by the charset that the gateway names; without one as UTF-8, else Windows-1252."""
    named = _CHARSETS.get(charset.upper())
    if named and named != "utf-8":
        return text.decode(named, "replace")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("windows-1252", "replace")
