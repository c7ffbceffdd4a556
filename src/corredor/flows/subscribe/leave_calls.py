"""Unsubscribe from calls by a key pressed during one; other channels of the number stay.

Writes through ``leave``. Called by the voice webhook.
"""

from __future__ import annotations

from datetime import datetime

from corredor.delivery.words import render_text
from corredor.flows.subscribe.leave import leave_by_address
from corredor.people.enums import AddressKind


def leave_calls(*, number: str, language: str, now: datetime) -> str:
    """End calls to the number. Return the closing sentence of the call. Raise WrongAddress."""
    leave_by_address(kind=AddressKind.VOICE, address=number, now=now)
    return render_text("CALL_LEFT", language)
