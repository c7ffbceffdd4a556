"""Call partners' webhooks with queued events. Runs every two seconds in the background.

Writes partners, through their own queue.
"""

from __future__ import annotations

from datetime import datetime

from corredor.partners.sender import send_due

_MOST_BATCHES = 20  # then other jobs of the process get a chance


def call_partners(*, now: datetime) -> int:
    """Send due calls; return their number."""
    count = 0
    for _ in range(_MOST_BATCHES):
        sent = send_due(now=now)
        count += sent
        if not sent:
            break
    return count
