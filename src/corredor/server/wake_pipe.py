"""Wake-ups from the page process to the sender process: one byte through a pipe that both inherit.

The supervisor holds both ends, so that a restart of either process changes nothing. A full pipe means that a wake-up
is already waiting to be read; a lost one costs the senders' poll interval.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress

from corredor.delivery.workers import wake

_AT_ONCE = 4096


class WakePipe:
    """Make it before the processes are forked."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._write_end, False)

    def announce(self) -> None:
        """Call in the page process: its wake-ups reach the sender process from now on."""
        wake.pass_on_to(self._write)

    def follow(self) -> None:
        """Call in the sender process: wake its senders whenever the page process does."""
        threading.Thread(target=self._follow, name="wake-pipe", daemon=True).start()

    def _write(self) -> None:
        with suppress(OSError):  # full, or closed at the very end
            os.write(self._write_end, b"\1")

    def _follow(self) -> None:
        while os.read(self._read_end, _AT_ONCE):
            wake.wake()
