"""Calls partners with what waits for them. Runs every two seconds beside the pages.

Writes partners, through their own queue.
"""

from __future__ import annotations

from datetime import datetime

from corredor.partners.sender import send_due

_MOST_BATCHES = 20  # then others have their turn


def call_partners(*, now: datetime) -> int:
    """Send what is due; returns how many calls were made."""
    count = 0
    for _ in range(_MOST_BATCHES):
        sent = send_due(now=now)
        count += sent
        if not sent:
            break
    return count
