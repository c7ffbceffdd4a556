"""Reads Telnyx's webhooks: receipts and received texts (check the signature first)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corredor.channels.base import Result
from corredor.channels.inbound import BadInbound, InboundText, Receipt
from corredor.channels.reply_reading import find_part, read_code

from .carrier_error import find_reason, judge_code

_ON_ITS_WAY = frozenset({"queued", "sending", "sent"})
_LOST = frozenset({"sending_failed", "delivery_failed"})


def parse_telnyx(event: Mapping[str, Any], *, reference: str = "") -> Receipt | InboundText | None:
    """Parse one webhook; None for events of no use here. Raise BadInbound.

    ``reference`` is our own, from the callback URL; a receipt without one cannot be matched.
    """
    kind, payload = find_part(event, "data", "event_type"), find_part(event, "data", "payload")
    if kind not in ("message.sent", "message.finalized", "message.received"):
        return None
    if not isinstance(payload, Mapping):
        raise BadInbound("payload")
    theirs = payload.get("id")
    if not isinstance(theirs, str) or not 0 < len(theirs) <= 64:
        raise BadInbound("id")
    if kind == "message.received":
        return _read_text(payload, theirs)
    return _read_receipt(payload, reference, theirs) if 0 < len(reference) <= 64 else None


def _read_text(payload: Mapping[str, Any], reference: str) -> InboundText:
    payload = dict(payload)
    sender, text = find_part(payload, "from", "phone_number"), payload.get("text")
    if not isinstance(sender, str) or not 0 < len(sender) <= 32:
        raise BadInbound("from")
    if not isinstance(text, str):
        raise BadInbound("text")
    recipient = find_part(payload, "to", 0, "phone_number")
    return InboundText(sender, recipient if isinstance(recipient, str) else "", text, reference)


def _read_receipt(payload: Mapping[str, Any], reference: str, theirs: str) -> Receipt:
    payload = dict(payload)
    status = find_part(payload, "to", 0, "status")
    if status in _ON_ITS_WAY:
        return Receipt(reference, Result.ACCEPTED, is_final=False, code=str(status).upper(), provider_id=theirs)
    # "unconfirmed": accepted by the carrier, which will not report more.
    if status in ("delivered", "delivery_unconfirmed"):
        done = status == "delivered"
        return Receipt(reference, Result.ACCEPTED, is_final=done, code=str(status).upper()[:20], provider_id=theirs)
    if status in _LOST:
        code = read_code(find_part(payload, "errors", 0, "code"))
        result, kept = judge_code(code)
        return Receipt(
            reference,
            result,
            is_final=True,
            code=kept or str(status).upper(),
            reason=find_reason(code),
            provider_id=theirs,
        )
    raise BadInbound("status")
