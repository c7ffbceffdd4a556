"""Unsubscribe from calls by a key pressed during one; other channels of the number stay.

Writes through ``leave``. Called by the voice webhook.
"""

from __future__ import annotations

from datetime import datetime

from corredor.delivery.words import render_text
from corredor.flows.subscribe.leave import leave_by_address
from corredor.people.contact import Contact


def leave_calls(*, number: Contact, language: str, now: datetime) -> str:
    """End calls to the number. Return the closing sentence of the call."""
    leave_by_address(number, now=now)
    return render_text("CALL_LEFT", language)
