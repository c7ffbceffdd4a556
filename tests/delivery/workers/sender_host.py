"""A process that starts senders for a test to kill: one line on standard input, one process.

Starting Python for each of fifty kills would take minutes; forking a loaded process is quick. The
host itself never opens the database, so that a child is as clean as a new process.
"""

from __future__ import annotations

import os
import signal
import sys

import django

django.setup()

from corredor.delivery.workers.worker import SenderThreads


def run_senders() -> None:
    """Send until killed."""
    senders = SenderThreads(on_invalid=lambda ids: None, channels=["PUSH"])
    senders.start()
    signal.pause()


def main() -> None:
    """Fork a sender for each line; answer with its process number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            os.close(0)
            run_senders()
        print(pid, flush=True)


main()
