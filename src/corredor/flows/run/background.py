"""Background work of each process: snapshot and warm-up beside the pages; senders, partner webhooks, retention, repair
and heartbeats in processes of their own.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections
from django.db.utils import Error

from corredor.delivery.clock import database_now
from corredor.delivery.queue.text_fallback import has_texts_to_check
from corredor.delivery.workers import db_errors, heartbeats
from corredor.delivery.workers.leader_lease import acquire_lease
from corredor.delivery.workers.worker import SenderThreads
from corredor.flows.alert.fall_back import fall_back
from corredor.flows.partner.send import call_partners
from corredor.flows.publish.publisher import Publisher
from corredor.flows.school.watch import warm_up
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.subscriptions.enums import Channel

from .sweep import sweep

log = logging.getLogger(__name__)

SWEEP_EACH = timedelta(seconds=60)
SWEEP_LEASE = timedelta(minutes=3)
FALL_BACK_EACH = timedelta(seconds=2)  # the sweep's 60 s would delay a text fallback too much
PARTNERS_EACH_S = 2.0
_TRY_LEASE_EACH_S = 10.0


class PeriodicJobs:
    """Periodic jobs of one process: heartbeats, partner webhooks, and jobs under a leader lease (sweep, text fallback).

    Only processes that send run them.
    """

    def __init__(self, *, channels: Sequence[str]) -> None:
        self._stop = threading.Event()
        self._channels = channels
        jobs_each: list[tuple[float, Callable[[], object]]] = [
            (_TRY_LEASE_EACH_S, _sweep_if_leader),
            (FALL_BACK_EACH.total_seconds(), _fall_back_if_leader),
            (PARTNERS_EACH_S, lambda: call_partners(now=database_now())),
        ]
        if heartbeats.is_stored():
            jobs_each.append((heartbeats.HEARTBEAT_EACH_S, self._beat))
        self._threads = [
            threading.Thread(target=self._repeat, args=one, name=f"job-{number}", daemon=True)
            for number, one in enumerate(jobs_each)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, within_s: float = 5.0) -> None:
        """Finish current jobs and delete this process's heartbeat."""
        self._stop.set()
        for thread in self._threads:
            thread.join(within_s)
        if heartbeats.is_stored():
            with contextlib.suppress(Error):
                heartbeats.end_heartbeat()

    def _beat(self) -> None:
        heartbeats.send_heartbeat(channels=self._channels)
        heartbeats.release_rows_of_stale_workers()

    def _repeat(self, each_s: float, job: Callable[[], object]) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                job()
            except Error as error:
                log.error("a periodic job waits for the database: %s", db_errors.name(error))
            except Exception:
                log.exception("a periodic job failed and will be retried")
            self._stop.wait(each_s)
        close_old_connections()


class PageJobs:
    """Background work beside the pages: nothing of it sends. ``start`` after the process has forked."""

    def __init__(self) -> None:
        # Loaded ahead: the first check of a school's corridors must not wait for the walking network.
        self._warm_up = threading.Thread(target=warm_up, name="warm-up", daemon=True)
        self._publisher = Publisher()

    def start(self) -> None:
        """Start the threads."""
        self._warm_up.start()
        self._publisher.start()

    def stop(self) -> None:
        """Finish current work and stop."""
        self._publisher.stop()


def list_channels() -> tuple[str, ...]:
    """Return all channels."""
    return tuple(Channel.values)


def list_process_channels(channels: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the channels served by each worker process.

    With a broker one channel each: each process consumes one queue, and a slow provider delays no other channel.
    """
    return [(channel,) for channel in channels] if settings.BROKER_URL else [tuple(channels)]


def send(channels: Sequence[str], ended: threading.Event) -> None:
    """Send what is due, woken or polling, until ``ended``. Call in the main thread of a separate process."""
    senders = SenderThreads(on_invalid=_forget, channels=channels)
    jobs = PeriodicJobs(channels=channels)
    senders.start()
    jobs.start()
    ended.wait()
    senders.stop()
    jobs.stop()


def work(channels: Sequence[str], ended: threading.Event) -> None:
    """Send until ``ended``, or with a broker what it announces until SIGTERM. Call as ``send``."""
    if not settings.BROKER_URL:
        send(channels, ended)
        return
    from corredor.delivery.workers.tasks import BatchWorker  # loads Celery

    jobs = PeriodicJobs(channels=channels)
    jobs.start()
    (channel,) = channels
    BatchWorker(channel, on_invalid=_forget).run()
    jobs.stop()


def _sweep_if_leader() -> None:
    with acquire_lease("sweep", each=SWEEP_EACH, most=SWEEP_LEASE) as acquired:
        if acquired:
            sweep(now=database_now())


def _fall_back_if_leader() -> None:
    if not has_texts_to_check(now=database_now()):
        return  # checked first: acquiring a lease is a write, and mostly nothing waits
    with acquire_lease("fall_back", each=FALL_BACK_EACH, most=SWEEP_LEASE) as acquired:
        if acquired:
            fall_back(now=database_now())


def _forget(address_ids: list[int]) -> None:
    forget_dead_addresses(address_ids=address_ids, now=database_now())
