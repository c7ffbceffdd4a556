"""Reads the provider's webhooks (check the signature first): call status, and keys pressed in a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corredor.channels.base import Result
from corredor.channels.inbound import BadInbound, Receipt

_STATES: dict[str, tuple[Result, bool]] = {
    "queued": (Result.ACCEPTED, False),
    "initiated": (Result.ACCEPTED, False),
    "ringing": (Result.ACCEPTED, False),
    "in-progress": (Result.ACCEPTED, False),
    "answered": (Result.ACCEPTED, False),
    "completed": (Result.ACCEPTED, True),  # answered by a person or a machine
    "busy": (Result.RETRY, True),
    "no-answer": (Result.RETRY, True),
    "canceled": (Result.FAILED, True),
    "failed": (Result.FAILED, True),  # rarely distinguishes a dead number from an overloaded network
}


@dataclass(frozen=True, slots=True)
class KeyPress:
    """``number`` is the telephone that was called."""

    number: str
    key: str


def parse_receipt(params: Mapping[str, str]) -> Receipt:
    """Parse a status callback. Raise BadInbound. The result of a failed call may be RETRY: call again."""
    reference, status = params.get("CallSid", ""), params.get("CallStatus", "").lower()
    if not reference or len(reference) > 64:
        raise BadInbound("CallSid")
    if status not in _STATES:
        raise BadInbound("CallStatus")
    result, is_final = _STATES[status]
    return Receipt(reference, result, is_final, code=status.upper())


def parse_key(params: Mapping[str, str]) -> KeyPress:
    """Parse a key pressed in one of our calls. Raise BadInbound."""
    number, key = params.get("To", "").strip(), params.get("Digits", "")
    if params.get("Direction", "outbound-api").startswith("inbound"):
        number = params.get("From", "").strip()  # somebody called us back
    if not number or len(number) > 32:
        raise BadInbound("To")
    return KeyPress(number, key[:1])
