"""Send due rows: one thread per channel, until stopped.

Order of a send (``Sender.send_due``, transactional messages first, then alerts):

1. Claim: one UPDATE leases a batch of due rows to this worker (``queue.claim.claim_due``).
2. Drop altered: rows of an alert whose text fails its integrity check are held (``queue.cancel.hold_altered``).
3. Decrypt: addresses are opened and messages built (``queue.message``); rows with an erased address settle here.
4. Send: the provider takes the messages; its circuit breaker decides which provider (``providers.circuit``).
5. Settle: outcomes are written in parts of up to SETTLE_EACH (``queue.settle``); retries become due with backoff.
6. Release: rows left by a cancelled batch, an error or a dead worker become due again
   (``queue.cancel.release_unsent``, ``queue.release``).

After a crash only rows that were claimed but not settled are sent again.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from corredor.channels.base import Message, Outcome, Provider, ProviderNotConfigured, Result
from corredor.channels.catalogue import build_provider
from corredor.delivery.actions import erase_contents
from corredor.delivery.clock import database_now
from corredor.delivery.models import Delivery, Sendable, TransactionalMessage
from corredor.delivery.providers.circuit import HealthLog, choose_provider
from corredor.delivery.providers.receipts import settle_arrived
from corredor.delivery.queries import is_halted
from corredor.delivery.queue import cancel
from corredor.delivery.queue.claim import Claimed, claim_due, list_workers_at_work
from corredor.delivery.queue.message import build_alert_messages, build_transactional_messages
from corredor.delivery.queue.release import release_rows
from corredor.delivery.queue.settle import settle
from corredor.subscriptions.enums import Channel

from . import db_errors, wake
from .db_retry import retry_until_written
from .names import new_worker_name, pick_dead

log = logging.getLogger(__name__)

BATCH = 400
FIRST_BATCH = 20  # until the provider's batch size is known
MOST_BATCHES = 40  # claimed in a row by a streaming channel before transactional messages are checked again
SETTLE_EACH = 400  # outcomes written together; sent but unwritten ones are sent again after a kill
SETTLE_AFTER_S = 0.2
PAUSE_S = 1.0  # after an error
_Clock = Callable[[], datetime]
_Build = Callable[[Sequence[Claimed]], tuple[list[Message], list[int]]]
_KINDS: tuple[tuple[type[Sendable], _Build], ...] = (
    (TransactionalMessage, build_transactional_messages),  # codes and answers first: a person is waiting for each
    (Delivery, build_alert_messages),
)


@dataclass(slots=True)
class _Work:
    """Rows of one table claimed in one sending round."""

    model: type[Sendable]
    build: _Build
    most: int  # rows per claim
    cancellation: cancel.Cancellation
    claimed: dict[int, Claimed] = field(default_factory=dict)
    in_flight: set[int] = field(default_factory=set)  # handed to the channel, outcome pending


class Sender:
    """Send the due rows of one channel. Not thread-safe."""

    def __init__(
        self, channel: str, *, clock: _Clock = database_now, build: Callable[[str], Provider] | None = None
    ) -> None:
        self.channel = channel
        self._build = build or (lambda name: build_provider(name, settings.CORREDOR_PROVIDERS))
        self.worker = new_worker_name()
        self.invalid_address_ids: list[int] = []  # addresses that providers report invalid; the caller erases them
        self.had_error = False  # may still own claimed rows it has lost track of
        self._clock = clock
        self._provider: Provider | None = None
        self._provider_name = ""
        self._wanted = ""
        self._health = HealthLog()

    def send_due(self, *, most: int = BATCH) -> int:
        """Claim, send and settle transactional messages, then deliveries; return the number claimed.

        Claims no more than the provider takes per call, so that a halt or a correction finds few messages in flight. A
        streaming channel gets up to MOST_BATCHES of that many, each claimed when the channel has capacity.
        """
        if self._is_cancelled():
            return 0
        return sum(self._send(model, build, most=most) for model, build in _KINDS)

    def close(self) -> None:
        """Flush the provider's outcome counts and close its connections."""
        self._health.flush(now=self._clock())
        self._close_provider()

    def _close_provider(self) -> None:
        if self._provider is not None:
            self._provider.close()

    def _send(self, model: type[Sendable], build: _Build, *, most: int) -> int:
        most = min(most, self._provider.capabilities.batch if self._provider else FIRST_BATCH)
        work = _Work(model, build, most, cancel.Cancellation(is_drill=self.channel == Channel.DRILL))
        messages = self._claim(work)
        if not work.claimed:
            return 0
        while messages and not work.cancellation.is_on():
            # On a half-open circuit only a probe: its outcomes decide which provider gets the rest.
            self._wanted, some = choose_provider(channel=self.channel, now=self._clock())
            first, messages = messages[:some], [] if some is None else messages[some:]
            self._send_some(work, first, may_claim_more=some is None)
        if work.cancellation.is_on():
            now = self._clock()
            cancel.release_unsent(model=model, worker=self.worker, in_flight=work.in_flight, now=now)
        if model is TransactionalMessage:
            # the text may hold a code; once sent it is not needed
            erase_contents(ids=list(work.claimed))
        return len(work.claimed)

    def _claim(self, work: _Work) -> list[Message]:
        """Claim, check and decrypt the next batch; settle rows whose address has been erased."""
        now = self._clock()
        rows = claim_due(model=work.model, channel=self.channel, worker=self.worker, most=work.most, now=now)
        # Before any address is decrypted: a tampered database must not reach people.
        rows = cancel.hold_altered(model=work.model, rows=rows, now=now)
        if not rows:
            return []
        work.claimed.update((row.pk, row) for row in rows)
        if work.model is Delivery:
            # Stopping or holding one of these alerts must cancel the rest of the batch.
            work.cancellation.add_alerts({row.owner_id for row in rows})
        messages, erased = work.build(rows)
        self._settle(work, [Outcome(pk, Result.INVALID_ADDRESS, code="ERASED") for pk in erased])
        return messages

    def _send_some(self, work: _Work, messages: Sequence[Message], *, may_claim_more: bool) -> None:
        outcomes = self._outcomes(work, messages, may_claim_more=may_claim_more)
        # Settled in parts: a crash repeats one part at most, and the desk sees the progress.
        for part in in_parts(work.cancellation.watch(outcomes)):
            self._settle(work, part)
            self.invalid_address_ids += [
                address_id
                for one in part
                if one.result is Result.INVALID_ADDRESS and (address_id := work.claimed[one.delivery_id].address_id)
            ]

    def _outcomes(self, work: _Work, messages: Sequence[Message], *, may_claim_more: bool) -> Iterator[Outcome]:
        try:
            provider = self._open_provider()
        except ProviderNotConfigured as error:
            # Retried rather than failed: a steward may fix the settings before the messages expire.
            log.error("%s cannot send: %s", self.channel, error)
            for message in messages:
                yield Outcome(message.delivery_id, Result.RETRY, code="NOT_CONFIGURED", retry_after_s=60)
            return
        most_batches = MOST_BATCHES if may_claim_more and provider.capabilities.streams else 1
        try:
            for outcome in provider.send_many(self._stream(work, messages, most_batches=most_batches)):
                work.in_flight.discard(outcome.delivery_id)
                yield outcome
        except Exception:
            # A channel must not raise. If one does, retry the rows it returned no outcome for.
            log.exception("channel %s failed", self._provider_name)
            unanswered, work.in_flight = work.in_flight, set()
            for pk in unanswered:
                yield Outcome(pk, Result.RETRY, code="CHANNEL_FAULT", outcome_unknown=True)

    def _stream(self, work: _Work, messages: Sequence[Message], *, most_batches: int) -> Iterator[Message]:
        """Yield claimed messages, claiming further batches while the channel has capacity."""
        batches = 1
        while messages:
            for message in messages:
                # recorded before the hand-over: from here on the outcome is unknown until the channel returns one
                work.in_flight.add(message.delivery_id)
                yield message
            if batches >= most_batches or work.cancellation.is_on() or self._is_cancelled():
                return
            work.most = min(BATCH, self._provider.capabilities.batch) if self._provider else work.most
            try:
                messages, batches = self._claim(work), batches + 1
            except Error as error:
                # Finish the messages in flight first. The claim may have been committed: had_error releases it later.
                log.error("the database gives nothing to send-%s: %s", self.channel.lower(), db_errors.name(error))
                self.had_error = True
                return

    def _is_cancelled(self) -> bool:
        return self.channel != Channel.DRILL and is_halted()

    def _open_provider(self) -> Provider:
        if self._provider is None or self._wanted != self._provider_name:
            self._close_provider()
            self._provider, self._provider_name = None, self._wanted
            self._provider = self._build(self._wanted)
        return self._provider

    def _settle(self, work: _Work, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            return
        attempts = {one.delivery_id: work.claimed[one.delivery_id].attempts for one in outcomes}
        lost = [one.delivery_id for one in outcomes if one.outcome_unknown]

        def write() -> None:
            now = self._clock()
            settle(
                model=work.model,
                worker=self.worker,
                provider=self._provider_name,
                outcomes=outcomes,
                attempts=attempts,
                now=now,
            )
            if lost:
                settle_arrived(model=work.model, ids=lost, now=now)

        # Retried while the database is down: an outcome that is not written would be sent again.
        retry_until_written(write)
        self._health.note(self._provider_name, outcomes, now=self._clock())


class SteadySender:
    """A Sender that survives errors: replace it by one with a new name, and release rows of the old name.

    Under the old name those rows would belong to a live worker, and stay claimed while there is anything to send.
    """

    def __init__(
        self, channel: str, *, on_invalid: Callable[[list[int]], object], build: Callable[[str], Provider] | None = None
    ) -> None:
        self._channel, self._on_invalid, self._build = channel, on_invalid, build
        self._sender = Sender(channel, build=build)
        self._former: list[str] = []

    def send_due(self, *, most: int = BATCH) -> int | None:
        """Send one batch as Sender.send_due; None after an error: the caller waits PAUSE_S."""
        try:
            if self._former:
                release_rows_of(self._former)
                self._former.clear()
            count = self._sender.send_due(most=most)
            if self._sender.invalid_address_ids:
                invalid_address_ids, self._sender.invalid_address_ids = self._sender.invalid_address_ids, []
                self._on_invalid(invalid_address_ids)
            if not self._sender.had_error:
                return count
        except Exception as error:
            if isinstance(error, Error) and db_errors.is_transient(error):
                log.error(
                    "the database does not take what send-%s writes: %s", self._channel.lower(), db_errors.name(error)
                )
            else:
                log.exception("send-%s failed", self._channel.lower())
        connection.close()
        self._former.append(self._sender.worker)
        self._sender.close()
        self._sender = Sender(self._channel, build=self._build)
        return None

    def close(self) -> None:
        """Release all rows still claimed, and close connections."""
        with contextlib.suppress(Error):
            release_rows_of([*self._former, self._sender.worker])
        self._sender.close()
        connection.close()


class SenderThreads:
    """The sending threads inside `corredor serve` and `corredor worker`."""

    def __init__(
        self,
        *,
        on_invalid: Callable[[list[int]], object],
        channels: Sequence[str] = tuple(Channel.values),
        build: Callable[[str], Provider] | None = None,
    ) -> None:
        self._stop = threading.Event()
        self._build = build
        self._on_invalid = on_invalid
        self._threads = [
            threading.Thread(target=self._run, args=(channel,), name=f"send-{channel.lower()}", daemon=True)
            for channel in channels
        ]

    def start(self) -> None:
        """Release rows of this machine's dead workers, then start the threads."""
        release_rows_of(find_dead_workers())
        for thread in self._threads:
            thread.start()

    def stop(self, *, within_s: float = 10.0) -> None:
        """Finish current batches, then stop."""
        self._stop.set()
        wake.wake()
        for thread in self._threads:
            thread.join(within_s)

    def _run(self, channel: str) -> None:
        sender = SteadySender(channel, on_invalid=self._on_invalid, build=self._build)
        seen = 0
        while not self._stop.is_set():
            count = sender.send_due()
            if count is None:
                self._stop.wait(PAUSE_S)
            elif not count:
                seen = wake.wait(seen)
        sender.close()


def in_parts(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """Yield outcomes in lists of SETTLE_EACH, or fewer after SETTLE_AFTER_S seconds."""
    part: list[Outcome] = []
    since = time.monotonic()
    for outcome in outcomes:
        part.append(outcome)
        if len(part) >= SETTLE_EACH or time.monotonic() - since > SETTLE_AFTER_S:
            yield part
            part, since = [], time.monotonic()
    if part:
        yield part


def release_rows_of(workers: Sequence[str]) -> None:
    """Release rows of workers that will not settle them."""
    for model, _ in _KINDS:
        release_rows(model=model, now=database_now(), workers=workers)


def find_dead_workers() -> list[str]:
    """Return workers that hold claims and whose process on this machine has ended."""
    return pick_dead(list_workers_at_work())
