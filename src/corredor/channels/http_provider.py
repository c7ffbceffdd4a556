"""What channels share whose provider takes one HTTP request for each message: careful posting, and a pace."""

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
    """``per_s`` is how many units a second the provider carries in all, 0 where it says so by itself.

    ``batch_s`` is how many seconds' worth is taken from the queue at once. What has to wait for longer than a second
    is handed back (RETRY, code PACED): what waits in the queue can still be stopped.
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
        # The steward named this one provider: it alone may be on a private network.
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
            ready, waiting, wait_s = self._part(waiting)
            yield from self._post(ready)
            if ready or not waiting:
                continue
            if self._timer.now() + wait_s > ends_at:
                break
            self._timer.sleep(wait_s)
        for message in waiting:
            yield Outcome(message.delivery_id, Result.RETRY, code=PACED, retry_after_s=self._wait_s(message))

    def _part(self, messages: Sequence[Message]) -> tuple[list[Message], list[Message], float]:
        """Those that may leave now, those that may not yet, and the seconds until the first of these may."""
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
        """What holds this message back, and how many units of it the message takes."""
        return self._pace, 1

    @abstractmethod
    def _write(self, message: Message) -> Request | Outcome:
        """The request for one message, or at once its outcome when none can be made."""

    @abstractmethod
    def _read(self, reply: Reply, message: Message) -> Outcome:
        """What the provider's reply means."""
