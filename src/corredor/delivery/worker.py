"""Sends what is due: one thread for each kind of way, claim, send, settle, until told to stop.

A row that was claimed and not settled when the process dies is sent again, and nothing else is.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.db.utils import OperationalError
from django.utils import timezone

from corredor.channels.base import Channel, ChannelNotConfigured, Message, Outcome, Result
from corredor.channels.registry import build_channel
from corredor.subscriptions.enums import WayKind

from . import queue, wake
from .actions import empty_notices
from .message import build_alert_messages, build_notice_messages
from .models import Delivery, Notice, Sendable
from .queries import get_routes, is_halted
from .queue import Claimed

log = logging.getLogger(__name__)

BATCH = 200
FIRST_BATCH = 20  # while it is not known yet how much the channel takes at once
SETTLE_EACH = 50  # outcomes written down together; what is sent but not yet written is what a kill repeats
SETTLE_AFTER_S = 0.2
_Clock = Callable[[], datetime]
_Build = Callable[[Sequence[Claimed]], tuple[list[Message], list[int]]]
_KINDS: tuple[tuple[type[Sendable], _Build], ...] = (
    (Notice, build_notice_messages),  # codes and answers first: somebody is waiting for each
    (Delivery, build_alert_messages),
)


class Sender:
    """Sends everything of one way. Used by one thread."""

    def __init__(self, way: str, *, clock: _Clock = timezone.now) -> None:
        self.way = way
        self.worker = new_worker_name()
        self.gone: list[int] = []  # addresses that providers say are dead; the caller erases them
        self._clock = clock
        self._channel: Channel | None = None
        self._transport = ""

    def send_due(self, *, most: int = BATCH) -> int:
        """Claim, send and settle one batch of notices and one of deliveries; returns how many were claimed.

        No more than the channel hands over at once, so that a stop or a correction finds little on its way.
        """
        most = min(most, self._channel.capabilities.batch if self._channel else FIRST_BATCH)
        if self.way != WayKind.DRILL and is_halted():
            return 0
        count = 0
        for model, build in _KINDS:
            rows = queue.claim_due(model=model, way=self.way, worker=self.worker, most=most, now=self._clock())
            if rows:
                self._send(model, build, rows)
            count += len(rows)
        return count

    def close(self) -> None:
        """Give back connections."""
        if self._channel is not None:
            self._channel.close()

    def _send(self, model: type[Sendable], build: _Build, rows: Sequence[Claimed]) -> None:
        attempts = {row.pk: row.attempts for row in rows}
        messages, erased = build(rows)
        self._settle(model, [Outcome(pk, Result.GONE, code="ERASED") for pk in erased], attempts)
        by_id = {row.pk: row.address_id for row in rows}
        for part in in_parts(self._outcomes(messages)):
            self._settle(model, part, attempts)
            self.gone += [
                address_id for one in part if one.result is Result.GONE and (address_id := by_id.get(one.delivery_id))
            ]
        if model is Notice:
            empty_notices(ids=[row.pk for row in rows])

    def _outcomes(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        if not messages:
            return
        try:
            channel = self._open_channel()
        except ChannelNotConfigured as error:
            log.error("%s cannot send: %s", self.way, error)
            for message in messages:
                yield Outcome(message.delivery_id, Result.RETRY, code="NOT_CONFIGURED", retry_after_s=60)
            return
        seen: set[int] = set()
        try:
            for outcome in channel.send_many(messages):
                seen.add(outcome.delivery_id)
                yield outcome
        except Exception:
            # A channel must not raise; if one does, what it had not answered for is tried again later.
            log.exception("channel %s failed", self._transport)
            for message in messages:
                if message.delivery_id not in seen:
                    yield Outcome(message.delivery_id, Result.RETRY, code="CHANNEL_FAULT", in_doubt=True)

    def _open_channel(self) -> Channel:
        transport = get_routes()[self.way]
        if self._channel is None or transport != self._transport:
            self.close()
            self._channel = build_channel(transport, settings.CORREDOR_CHANNELS)
            self._transport = transport
        return self._channel

    def _settle(self, model: type[Sendable], outcomes: Sequence[Outcome], attempts: dict[int, int]) -> None:
        if outcomes:
            queue.settle(
                model=model,
                worker=self.worker,
                transport=self._transport,
                outcomes=outcomes,
                attempts=attempts,
                now=self._clock(),
            )


class SenderThreads:
    """The threads that send inside `corredor serve` and `corredor worker`."""

    def __init__(self, *, on_gone: Callable[[list[int]], object], ways: Sequence[str] = tuple(WayKind.values)) -> None:
        self._stop = threading.Event()
        self._on_gone = on_gone
        self._threads = [
            threading.Thread(target=self._run, args=(way,), name=f"send-{way.lower()}", daemon=True) for way in ways
        ]

    def start(self) -> None:
        """Give back what dead workers of this machine had claimed, then begin to send."""
        for model, _ in _KINDS:
            queue.give_back(model=model, now=timezone.now(), workers=find_dead_workers())
        for thread in self._threads:
            thread.start()

    def stop(self, *, within_s: float = 10.0) -> None:
        """Finish the batches at hand and end."""
        self._stop.set()
        wake.wake()
        for thread in self._threads:
            thread.join(within_s)

    def _run(self, way: str) -> None:
        sender = Sender(way)
        seen = 0
        while not self._stop.is_set():
            try:
                count = sender.send_due()
                if sender.gone:
                    gone, sender.gone = sender.gone, []
                    self._on_gone(gone)
            except OperationalError:
                log.exception("database not available to send-%s", way.lower())
                close_old_connections()
                count = 0
                self._stop.wait(1.0)
            except Exception:
                log.exception("send-%s stumbled", way.lower())
                count = 0
                self._stop.wait(1.0)
            if not count:
                seen = wake.wait(seen)
        sender.close()
        close_old_connections()


def in_parts(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """Outcomes in lists of SETTLE_EACH, or fewer when SETTLE_AFTER_S has passed."""
    part: list[Outcome] = []
    since = time.monotonic()
    for outcome in outcomes:
        part.append(outcome)
        if len(part) >= SETTLE_EACH or time.monotonic() - since > SETTLE_AFTER_S:
            yield part
            part, since = [], time.monotonic()
    if part:
        yield part


def new_worker_name() -> str:
    """host/process/start/random: enough to see later whether the process still lives."""
    return f"{_host()}/{os.getpid()}/{_start_of(os.getpid())}/{secrets.token_hex(2)}"


def find_dead_workers() -> list[str]:
    """Workers that hold claims and whose process on this machine has ended."""
    dead = []
    for name in queue.list_workers_at_work():
        host, pid, start, *_ = [*name.split("/"), "", ""]
        if host == _host() and pid.isdigit() and _start_of(int(pid)) != start:
            dead.append(name)
    return dead


def _host() -> str:
    return socket.gethostname().split(".")[0][:12].replace("/", "-")


def _start_of(pid: int) -> str:
    """The kernel's start time of a process, so that a new process with an old number is not mistaken."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
