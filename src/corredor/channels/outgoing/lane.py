"""One origin's queue, its connections, and its circuit breaker."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from .connection import Connection, Job
from .guard import AddressGuard, Endpoint, PrivateAddress
from .reply import Fault
from .request import Origin

_NEWCOMERS_REST_AFTER = 2
_LONGEST_REST_S = 900.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one poster. Times are seconds of the monotonic clock."""

    per_origin: int = 24
    connections: int = 96
    waiting: int = 256
    connect_s: float = 5.0
    reply_s: float = 10.0
    newcomer_s: float = 3.0  # used instead of both, for an origin that has not answered yet
    rest_after: int = 4
    rest_s: float = 30.0


class Lane:
    """Isolates one origin, so that a slow or broken one does not delay the others."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.waiting: deque[Job] = deque()
        self.idle: list[Connection] = []
        self.open_count = 0
        self._asked_at: float | None = None
        self.is_proven = False  # it has answered, and its circuit is closed
        self._faults_in_row = 0
        self._rests_in_row = 0
        self._rests_until = 0.0

    def is_resting(self, now: float) -> bool:
        return now < self._rests_until

    def note_success(self) -> None:
        self.is_proven = True
        self._faults_in_row = self._rests_in_row = 0

    def note_fault(self, now: float, limits: Limits) -> None:
        """Record a fault; after several in a row, open the circuit for longer each time."""
        self._faults_in_row += 1
        if self._faults_in_row >= (limits.rest_after if self.is_proven else _NEWCOMERS_REST_AFTER):
            self._rests_until = now + min(limits.rest_s * 2**self._rests_in_row, _LONGEST_REST_S)
            self._rests_in_row = min(self._rests_in_row + 1, 10)
            self._faults_in_row, self.is_proven = 0, False

    def connect_s(self, limits: Limits) -> float:
        return limits.connect_s if self.is_proven else min(limits.connect_s, limits.newcomer_s)

    def reply_s(self, limits: Limits) -> float:
        """Return the reply timeout in seconds: short for an origin that has never answered."""
        return limits.reply_s if self.is_proven else min(limits.reply_s, limits.newcomer_s)

    def ask(self, guard: AddressGuard, now: float, *, limit_s: float) -> Sequence[Endpoint] | Fault | None:
        """Return the checked addresses, the fault that forbids them, or None while the look-up runs."""
        lookup = guard.look_up(self.origin)
        if not lookup.done():
            if self._asked_at is None:
                self._asked_at = now
            if now - self._asked_at < limit_s:
                return None
            self._asked_at = None  # the next attempt gets a new timeout
            return Fault.CANNOT_RESOLVE
        self._asked_at = None
        error = lookup.exception()
        if error is None:
            return lookup.result()
        return Fault.PRIVATE_ADDRESS if isinstance(error, PrivateAddress) else Fault.CANNOT_RESOLVE

    @property
    def is_asking(self) -> bool:
        return self._asked_at is not None
