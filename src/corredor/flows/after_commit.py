"""Common end of every flow: wake the senders and publish the public snapshot after commit."""

from datetime import datetime

from corredor.delivery.workers.wake import wake_after_commit

from .publish.publisher import publish_after_commit


def after_change(*, now: datetime) -> None:
    """Wake the senders and publish after commit. Call inside the flow's transaction, after its last write."""
    wake_after_commit()
    publish_after_commit(now=now)
