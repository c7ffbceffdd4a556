"""A connection's transport that closes as HTTP should: the answer arrives even if the visitor was still sending.

Closed at once, bytes of the visitor that nobody has read make the system throw away the end of the answer. So the
sending side is closed first, and what still comes is read and dropped, within limits that the connection keeps.
"""

from __future__ import annotations

import asyncio
from typing import Any


class Line(asyncio.Transport):
    """Wraps the event loop's transport; ``close`` ends in ``connection_lost`` of the protocol, as ever."""

    def __init__(self, inner: asyncio.Transport) -> None:
        super().__init__()
        self._inner = inner
        self.is_lingering = False
        self._written = 0

    @property
    def taken(self) -> int:
        """Bytes that the system has taken for the visitor so far."""
        return self._written - self._inner.get_write_buffer_size()

    @property
    def waits(self) -> bool:
        """Whether some of an answer is still here."""
        return self._inner.get_write_buffer_size() > 0

    def write(self, data: Any) -> None:
        """Send; after ``close`` nothing is sent."""
        if not self.is_closing():
            self._written += len(data)
            self._inner.write(data)

    def close(self) -> None:
        """Send what is left, say that no more comes, and wait for the visitor to close."""
        if self.is_closing():
            return
        self.is_lingering = True
        try:
            self._inner.write_eof()
            self._inner.resume_reading()
        except OSError:  # the visitor is gone already
            self._inner.abort()

    def abort(self) -> None:
        """Close now, whatever is left."""
        self._inner.abort()

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self.is_lingering or self._inner.is_closing()

    def pause_reading(self) -> None:
        """Stop ``data_received``."""
        if not self.is_closing():
            self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Go on with ``data_received``."""
        if not self.is_closing():
            self._inner.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As the loop's transport."""
        return self._inner.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        """As the loop's transport."""
        return self._inner.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """As the loop's transport."""
        self._inner.set_write_buffer_limits(high, low)

    def can_write_eof(self) -> bool:
        """Half a close is this class's own business."""
        return False
