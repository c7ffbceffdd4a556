"""Inbound calls of providers in one form: delivery receipts and received texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .base import Result


class Reason(StrEnum):
    """Why a text did not arrive, as far as its carrier reports. Delivered texts have none."""

    NONE = ""
    DEAD_NUMBER = "DEAD_NUMBER"  # unknown or no longer in service
    LANDLINE = "LANDLINE"  # cannot receive texts
    BLOCKED = "BLOCKED"  # the person or their carrier blocks us
    FILTERED = "FILTERED"  # filtered as spam by a carrier
    UNREGISTERED = "UNREGISTERED"  # the sender's number is not registered for campaigns
    UNREACHABLE = "UNREACHABLE"  # phone off, or unreachable for too long
    LIMIT = "LIMIT"  # above the rate limit of the number or the account
    OTHER = "OTHER"


class BadInbound(ValueError):
    """A provider's call lacks a required field; the text names the field and repeats no value."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Delivery receipt of one message. ``reference`` is the Message's, our own; ``provider_id`` the Outcome's, if any.

    ``result`` is ACCEPTED (in transit, or delivered when ``is_final``), RETRY or FAILED (not delivered), or
    INVALID_ADDRESS. Receipts may be repeated and out of order: only a final one is conclusive.
    """

    reference: str
    result: Result
    is_final: bool
    code: str = ""
    reason: Reason = Reason.NONE
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class InboundText:
    """One received text. ``reference`` is the provider's id, the same when a call is repeated, else empty."""

    sender: str
    recipient: str
    text: str
    reference: str = ""
