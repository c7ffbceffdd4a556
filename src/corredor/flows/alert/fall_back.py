"""Text fallback: release SMS whose push has no delivery receipt in time. Runs every two seconds.

Writes delivery. Called by the background jobs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.delivery.queries import is_halted
from corredor.delivery.queue.text_fallback import FallbackResult, release_undelivered
from corredor.delivery.workers.wake import wake_after_commit
from corredor.incidents.timeline import record


@transaction.atomic
def fall_back(*, now: datetime) -> FallbackResult:
    """Run one check. Under a halt no push is sent either, so a missing receipt proves nothing."""
    if is_halted():
        return FallbackResult()
    done = release_undelivered(now=now)
    if done.released:
        wake_after_commit()
    if done.refused:
        record(kind="fallback.used_up", now=now, refused=done.refused)
    return done
