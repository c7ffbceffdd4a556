"""Reads Twilio's webhooks: receipts and received texts (check the signature first)."""

from __future__ import annotations

from collections.abc import Mapping

from corredor.channels.base import Result
from corredor.channels.inbound import BadInbound, InboundText, Receipt

from .carrier_error import find_reason, judge_code

_ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})


def parse_receipt(params: Mapping[str, str], *, reference: str) -> Receipt:
    """Parse a status callback; ``reference`` is our own, from the callback URL. Raise BadInbound."""
    sid = params.get("MessageSid") or params.get("SmsSid", "")
    status = (params.get("MessageStatus") or params.get("SmsStatus", "")).lower()
    if not reference or len(reference) > 64:
        raise BadInbound("reference")
    if not sid or len(sid) > 64:
        raise BadInbound("MessageSid")
    if status in _ON_ITS_WAY:
        return Receipt(reference, Result.ACCEPTED, is_final=False, code=status.upper(), provider_id=sid)
    if status in ("delivered", "read"):
        return Receipt(reference, Result.ACCEPTED, is_final=True, code=status.upper(), provider_id=sid)
    if status in ("undelivered", "failed", "canceled"):
        code = params.get("ErrorCode", "")
        code = code if code.isascii() and code.isdigit() and len(code) <= 6 else ""
        result, kept = judge_code(code)
        return Receipt(
            reference, result, is_final=True, code=kept or status.upper(), reason=find_reason(code), provider_id=sid
        )
    raise BadInbound("MessageStatus")


def parse_text(params: Mapping[str, str]) -> InboundText:
    """Parse a received text. Raise BadInbound."""
    sender = params.get("From", "").strip()
    if not sender or len(sender) > 32:
        raise BadInbound("From")
    if "Body" not in params:
        raise BadInbound("Body")
    reference = params.get("MessageSid") or params.get("SmsMessageSid", "")
    return InboundText(sender, params.get("To", "").strip(), params["Body"], reference)
