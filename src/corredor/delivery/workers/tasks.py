"""Worker process for one channel: sends batches announced by the broker, and polls for unannounced work.

Late acknowledgement: a batch leaves the broker's queue once sent, so a dead worker's batch goes to another. Prefetch is
one: no worker holds a second batch while another is free.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import Celery, bootsteps
from celery.worker import state

from corredor.delivery.queue import batches

from .broker import TASK, get_app, queue_name
from .worker import PAUSE_S, SteadySender, find_dead_workers, release_rows_of

log = logging.getLogger(__name__)

POLL_EACH_S = 1.0  # delay of rows whose announcement was lost, and of all rows while the broker is down
_BATCH_WITHIN_S = 20.0  # then the rest is left to others: the broker needs a heartbeat in time


class BatchWorker:
    """A Celery worker for one channel. Call ``run`` in the main thread."""

    def __init__(self, channel: str, *, on_invalid: Callable[[list[int]], object]) -> None:
        self.channel = channel
        self._on_invalid = on_invalid
        self._sender = SteadySender(channel, on_invalid=on_invalid)  # used by the main thread
        self._at_batch = False
        self._ended = threading.Event()

    def run(self) -> None:
        """Send until SIGTERM, then finish the current batch."""
        release_rows_of(find_dead_workers())
        poller = threading.Thread(target=self._poll, name=f"poll-{self.channel.lower()}", daemon=True)
        poller.start()
        app = get_app()
        register(app, self)
        app.steps["consumer"].add(_Ticks)
        worker = app.Worker(
            pool="solo",
            queues=[queue_name(self.channel)],
            concurrency=1,
            loglevel="WARNING",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        worker.start()
        self._ended.set()
        poller.join(10)
        self._sender.close()

    def send_batch(self) -> int:
        """Send up to one batch of rows, or until nothing is due; return the number claimed."""
        self._at_batch = True
        try:
            return self._send(self._sender, ends_at=time.monotonic() + _BATCH_WITHIN_S)
        finally:
            self._at_batch = False

    def _send(self, sender: SteadySender, *, ends_at: float) -> int:
        claimed = 0
        while claimed < batches.ROWS and time.monotonic() < ends_at and not self._is_ending():
            count = sender.send_due()
            if count is None:  # the rows stay due for the next poll
                self._ended.wait(PAUSE_S)
            if not count:
                break
            claimed += count
        return claimed

    def _poll(self) -> None:
        """Poll for work that was never announced: retries, ended quiet hours, lost broker messages."""
        sender = SteadySender(self.channel, on_invalid=self._on_invalid)
        while not self._ended.wait(POLL_EACH_S * random.uniform(0.75, 1.25)):  # noqa: S311 -- jitter, not security relevant
            while not self._at_batch and self._send(sender, ends_at=time.monotonic() + _BATCH_WITHIN_S):
                pass
        sender.close()

    def _is_ending(self) -> bool:
        return self._ended.is_set() or state.should_stop is not None or state.should_terminate is not None


class _Ticks(bootsteps.StartStopStep):
    """Wake the consumer loop once a second: otherwise it would sleep through a shutdown request."""

    def start(self, parent: Any) -> None:
        parent.timer.call_repeatedly(1.0, lambda: None)


def register(app: Celery, worker: BatchWorker) -> Any:
    """Register the batch task with Celery."""

    @app.task(name=TASK)
    def send_batch(channel: str, number: int, of: int) -> None:
        sent = worker.send_batch()
        log.debug("slice %d of %d by %s: %d rows", number, of, channel, sent)

    return send_batch
