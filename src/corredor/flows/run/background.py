"""Background threads and worker processes: senders, partner webhooks, retention and repair, heartbeats, and the public
snapshot.
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
from corredor.delivery.queue.text_fallback import is_anything_waiting
from corredor.delivery.workers import db_errors, heartbeats
from corredor.delivery.workers.leader_lease import acquire_lease
from corredor.delivery.workers.worker import SenderThreads
from corredor.flows.alert.fall_back import fall_back
from corredor.flows.partner.send import call_partners
from corredor.flows.publish.snapshot import publish
from corredor.flows.school.watch import warm_up
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.subscriptions.enums import Channel

from .sweep import sweep

log = logging.getLogger(__name__)

SWEEP_EACH = timedelta(seconds=60)
SWEEP_TAKES_MOST = timedelta(minutes=3)
SNAPSHOT_EACH_S = 20.0
FALL_BACK_EACH = timedelta(seconds=2)  # the sweep's 60 s would delay a text fallback too much
PARTNERS_EACH_S = 2.0
_ASK_FOR_TURN_EACH_S = 10.0


class Chores:
    """Periodic jobs of one process: heartbeats, partner webhooks, and jobs under a leader lease (sweep, text fallback).

    Processes that serve pages refresh the snapshot on their own machine; only processes that send run the other jobs.
    """

    def __init__(self, *, channels: Sequence[str], snapshot: bool) -> None:
        self._stop = threading.Event()
        self._channels = channels
        rounds: list[tuple[float, Callable[[], object]]] = []
        if channels:
            rounds.append((_ASK_FOR_TURN_EACH_S, _sweep_if_leader))
            rounds.append((FALL_BACK_EACH.total_seconds(), _fall_back_if_leader))
            rounds.append((PARTNERS_EACH_S, lambda: call_partners(now=database_now())))
        if channels and heartbeats.is_stored():
            rounds.append((heartbeats.HEARTBEAT_EACH_S, self._keep_roll))
        if snapshot:
            rounds.append((SNAPSHOT_EACH_S, lambda: publish(now=database_now())))
        self._threads = [
            threading.Thread(target=self._repeat, args=one, name=f"chore-{number}", daemon=True)
            for number, one in enumerate(rounds)
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
        if heartbeats.is_stored() and self._channels:
            with contextlib.suppress(Error):
                heartbeats.end_heartbeat()

    def _keep_roll(self) -> None:
        heartbeats.send_heartbeat(channels=self._channels)
        heartbeats.release_rows_of_stale_workers()

    def _repeat(self, each_s: float, chore: Callable[[], object]) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                chore()
            except Error as error:
                log.error("a chore waits for the database: %s", db_errors.name(error))
            except Exception:
                log.exception("a chore stumbled and will be tried again")
            self._stop.wait(each_s)
        close_old_connections()


class Background:
    """Senders and periodic jobs of one process. ``start`` after the process has forked, ``stop`` before it ends."""

    def __init__(
        self, *, channels: Sequence[str] = tuple(Channel.values), sends: bool = True, snapshot: bool = True
    ) -> None:
        self._senders = SenderThreads(on_gone=_forget, channels=channels) if sends else None
        # Loaded ahead: the first check of a school's corridors must not wait for the walking network.
        self._warm_up = threading.Thread(target=warm_up, name="warm-up", daemon=True)
        self._chores = Chores(channels=channels if sends else (), snapshot=snapshot)

    def start(self) -> None:
        """Start senders and jobs."""
        if self._senders:
            self._senders.start()
        self._warm_up.start()
        self._chores.start()

    def stop(self) -> None:
        """Finish current work and stop."""
        if self._senders:
            self._senders.stop()
        self._chores.stop()


def list_channels() -> tuple[str, ...]:
    """Return all channels."""
    return tuple(Channel.values)


def list_shares(channels: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the channels served by each worker process.

    With a broker one channel each: each process consumes one queue, and a slow provider delays no other channel.
    """
    return [(channel,) for channel in channels] if settings.BROKER_URL else [tuple(channels)]


def work(channels: Sequence[str], *, ended: threading.Event) -> None:
    """Send until ``ended``, or with a broker until SIGTERM. Call in the main thread of a separate process."""
    if not settings.BROKER_URL:
        background = Background(channels=channels, snapshot=False)
        background.start()
        ended.wait()
        background.stop()
        return
    from corredor.delivery.workers.tasks import BatchWorker  # loads Celery

    chores = Chores(channels=channels, snapshot=False)
    chores.start()
    (channel,) = channels
    BatchWorker(channel, on_gone=_forget).run()
    chores.stop()


def _sweep_if_leader() -> None:
    with acquire_lease("sweep", each=SWEEP_EACH, most=SWEEP_TAKES_MOST) as mine:
        if mine:
            sweep(now=database_now())


def _fall_back_if_leader() -> None:
    if not is_anything_waiting(now=database_now()):
        return  # checked first: acquiring a lease is a write, and mostly nothing waits
    with acquire_lease("fall_back", each=FALL_BACK_EACH, most=SWEEP_TAKES_MOST) as mine:
        if mine:
            fall_back(now=database_now())


def _forget(address_ids: list[int]) -> None:
    forget_dead_addresses(address_ids=address_ids, now=database_now())
