"""What a provider tells us afterwards, in one form for every provider: receipts and texts received."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .base import Result


class Reason(StrEnum):
    """Why a text did not arrive, as far as its carrier says. Texts that arrived have none."""

    NONE = ""
    DEAD_NUMBER = "DEAD_NUMBER"  # unknown or no longer in service
    LANDLINE = "LANDLINE"  # takes no texts
    BLOCKED = "BLOCKED"  # the person or their carrier takes nothing from us
    FILTERED = "FILTERED"  # taken for unwanted by a carrier
    UNREGISTERED = "UNREGISTERED"  # the sender's number has no campaign with the carriers
    UNREACHABLE = "UNREACHABLE"  # phone off, or out of reach for too long
    LIMIT = "LIMIT"  # more than the number or the account may send
    OTHER = "OTHER"


class BadInbound(ValueError):
    """A provider's call lacks what it must hold; the text names the field and repeats no value."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """News of one message. ``reference`` is the Message's, our own; ``provider_id`` the Outcome's, if any.

    ``result`` is ACCEPTED (it is on its way, or there when ``is_final``), RETRY or FAILED (it did not arrive), or
    GONE (the address is dead). Receipts may come twice and out of order: only a final one says anything.
    """

    reference: str
    result: Result
    is_final: bool
    code: str = ""
    reason: Reason = Reason.NONE
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text received. ``reference`` is the provider's id, the same when a call is repeated, else empty."""

    sender: str
    recipient: str
    text: str
    reference: str = ""
