"""Base of providers that take one HTTP request per message: HTTP posting and a rate limit."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from .base import PACED, Message, Outcome, Result
from .fault import outcome_of_fault
from .fence import FencedProvider
from .outgoing import AddressGuard, Limits, Origin, Poster, Reply, Request
from .rate_limit import RateLimiter, Timer
from .setting import open_trust

PROVIDER_LIMITS = Limits(per_origin=16, connections=16, reply_s=15.0, newcomer_s=15.0)
_LONGEST_HOLD_S = 1.0


class HttpProvider(FencedProvider):
    """``per_s`` is the provider's total rate in units per second; 0 if the provider limits the rate itself.

    ``batch_s`` is how many seconds' worth of units to claim at once. Messages that would wait for longer than a second
    are handed back (RETRY, code PACED): messages in the queue can still be halted.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        ca_file: str | None = None,
        limits: Limits = PROVIDER_LIMITS,
        per_s: float = 0.0,
        batch_s: float = 1.0,
        timer: Timer | None = None,
    ) -> None:
        self._timer = timer or Timer()
        self._pace = RateLimiter(per_s) if per_s else None
        # The steward configured this provider explicitly: only it may be on a private network.
        guard = AddressGuard([str(origin)])
        self._poster = Poster(guard=guard, context=open_trust(self.name, ca_file), limits=limits)
        if per_s:
            batch = max(1, min(self.capabilities.batch, ceil(per_s * batch_s)))
            self.capabilities = replace(self.capabilities, batch=batch, units_per_s=per_s)

    def close(self) -> None:
        self._poster.close()

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        waiting, ends_at = list(messages), self._timer.now() + _LONGEST_HOLD_S
        while waiting:
            ready, waiting, wait_s = self._split_ready(waiting)
            yield from self._post(ready)
            if ready or not waiting:
                continue
            if self._timer.now() + wait_s > ends_at:
                break
            self._timer.sleep(wait_s)
        for message in waiting:
            yield Outcome(message.delivery_id, Result.RETRY, code=PACED, retry_after_s=self._wait_s(message))

    def _split_ready(self, messages: Sequence[Message]) -> tuple[list[Message], list[Message], float]:
        """Split into messages that may leave now and those that may not; also the seconds until the next may."""
        now, soonest_s = self._timer.now(), _LONGEST_HOLD_S
        ready: list[Message] = []
        held: list[Message] = []
        for message in messages:
            pace, units = self._pace_of(message)
            wait_s = pace.wait_s(units, now) if pace else 0.0
            if wait_s > 0:
                held.append(message)
                soonest_s = min(soonest_s, wait_s)
                continue
            if pace:
                pace.take(units, now)
            ready.append(message)
        return ready, held, soonest_s

    def _wait_s(self, message: Message) -> float:
        pace, units = self._pace_of(message)
        return pace.wait_s(units, self._timer.now()) if pace else 0.0

    def _post(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        by_id = {message.delivery_id: message for message in messages}
        unsendable: deque[Outcome] = deque()
        for reply in self._poster.post_many(self._requests(messages, unsendable)):
            while unsendable:
                yield unsendable.popleft()
            if reply.fault is not None:
                yield outcome_of_fault(reply.key, reply.fault)
            else:
                yield self._read(reply, by_id[reply.key])
        yield from unsendable

    def _requests(self, messages: Sequence[Message], unsendable: deque[Outcome]) -> Iterator[Request]:
        for message in messages:
            made = self._write(message)
            if isinstance(made, Outcome):
                unsendable.append(made)
            else:
                yield made

    def _pace_of(self, message: Message) -> tuple[RateLimiter | None, int]:
        """Return the rate limiter of this message and the number of units it uses."""
        return self._pace, 1

    @abstractmethod
    def _write(self, message: Message) -> Request | Outcome:
        """Return the request for one message, or its outcome if none can be built."""

    @abstractmethod
    def _read(self, reply: Reply, message: Message) -> Outcome:
        """Return the outcome of the provider's reply."""
