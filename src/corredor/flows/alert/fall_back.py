"""Fall back: texts that waited for a push that did not arrive go out now. Runs every few seconds.

Writes delivery. Called by the background chores.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.delivery.queries import is_halted
from corredor.delivery.queue.text_fallback import FellBack, release_unanswered
from corredor.delivery.workers.wake import wake_after_commit
from corredor.incidents.timeline import record


@transaction.atomic
def fall_back(*, now: datetime) -> FellBack:
    """One look. While everything is halted pushes do not leave either, so nothing is to be concluded."""
    if is_halted():
        return FellBack()
    done = release_unanswered(now=now)
    if done.released:
        wake_after_commit()
    if done.refused:
        record(kind="fallback.used_up", now=now, refused=done.refused)
    return done
