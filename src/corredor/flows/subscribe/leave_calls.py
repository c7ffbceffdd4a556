"""Leave calls: the key that was pressed in a call ends the calls to that number, and nothing else of it.

Writes through subscribe. Called by the voice webhook.
"""

from __future__ import annotations

from datetime import datetime

from corredor.delivery.words import render_text
from corredor.flows.subscribe.leave import leave_by_address
from corredor.people.enums import AddressKind


def leave_calls(*, number: str, language: str, now: datetime) -> str:
    """The last sentence to be said in the call. Raises WrongAddress."""
    leave_by_address(kind=AddressKind.VOICE, address=number, now=now)
    return render_text("CALL_LEFT", language)
