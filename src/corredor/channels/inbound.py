"""What a provider tells us afterwards, in one form for every provider: receipts and texts received."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Result


class BadInbound(ValueError):
    """A provider's call lacks what it must hold; the text names the field and repeats no value."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """News of one message. ``reference`` is the Outcome's.

    ``result`` is ACCEPTED (it is on its way, or there when ``is_final``), FAILED, or GONE (the address
    is dead). Receipts may come twice and out of order: only a final one settles a delivery.
    """

    reference: str
    result: Result
    is_final: bool
    code: str = ""


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text received. ``reference`` is the provider's id, the same when a call is repeated, else empty."""

    sender: str
    recipient: str
    text: str
    reference: str = ""
