"""All connections of one process: admission, eviction and timeouts.

A connection with a request under way is never evicted. When the limit is reached, the one that has been idle longest is
closed; if there is none, the new connection gets 503.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

from .limits import Limits

if TYPE_CHECKING:
    from .connection import Connection

_FRESH_S = 2.0  # a connection that has sent nothing yet is not evicted for this long


class Room:
    """Not thread-safe: used by the loop alone."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.all: set[Connection] = set()
        self._waiting: OrderedDict[Connection, float] = OrderedDict()  # admitted, without a request; longest first
        self._admitted: set[Connection] = set()
        self._per_client: Counter[str] = Counter()

    def enter(self, connection: Connection) -> bool:
        """Count a new connection; return False when there are too many even to send 503."""
        if len(self.all) >= self.limits.connections + self.limits.turned_away:
            return False
        self.all.add(connection)
        return True

    def admit(self, connection: Connection, now: float) -> bool:
        """Admit a connection if there is room; idempotent."""
        if connection in self._admitted:
            return True
        client = connection.client
        if client and self._per_client[client] >= self.limits.connections_per_client:
            return False
        if len(self._admitted) >= self.limits.connections and not self._make_room(now):
            return False
        self._admitted.add(connection)
        if client:
            self._per_client[client] += 1
        self.wait(connection, now)
        return True

    def wait(self, connection: Connection, now: float) -> None:
        """Note that an admitted connection has no request under way from now on."""
        if connection in self._admitted:
            self._waiting[connection] = now
            self._waiting.move_to_end(connection)

    def work(self, connection: Connection) -> None:
        """Note that a connection has a request under way."""
        self._waiting.pop(connection, None)

    def release(self, connection: Connection) -> None:
        """Free a connection's place; it may still be closing."""
        self._waiting.pop(connection, None)
        if connection in self._admitted:
            self._admitted.remove(connection)
            if connection.client:
                self._per_client[connection.client] -= 1
                if not self._per_client[connection.client]:
                    del self._per_client[connection.client]

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is gone."""
        self.release(connection)
        self.all.discard(connection)

    def close_overdue(self, now: float) -> None:
        """Close connections whose timeout has passed. Call about once a second."""
        for connection in tuple(self.all):
            connection.check(now)

    def _make_room(self, now: float) -> bool:
        longest, since = next(iter(self._waiting.items()), (None, now))
        if longest is None or (not longest.was_answered and now - since < _FRESH_S):
            return False
        longest.give_up()
        return True
