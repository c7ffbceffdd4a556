"""`corredor worker`: sends what is due, without pages; any number may run beside `corredor serve --no-send`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import Any

from .output import set_up_django


def add_parser(subparsers: Any) -> None:
    """Add `corredor worker`."""
    parser = subparsers.add_parser("worker", help="send what is due, without pages")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Send until told to stop, then finish the batches at hand."""
    set_up_django()
    from corredor.flows.background import Background
    from corredor.flows.ready import find_obstacles

    obstacles = find_obstacles()
    if obstacles:
        print("Not started:\n  " + "\n  ".join(obstacles), file=sys.stderr)
        return 1
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    background = Background()
    background.start()
    ended.wait()
    background.stop()
    return 0
