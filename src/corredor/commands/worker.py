"""`corredor worker`: send due messages without serving pages; any number may run, on any number of machines."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from .output import set_up_django


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("worker", help="send what is due, without pages")
    parser.add_argument(
        "--channels", default="", help="only these, separated by commas, such as PUSH,SMS (default all)"
    )
    parser.add_argument(
        "--concurrency", type=int, default=1, metavar="N", help="processes, with a broker for each way (default 1)"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Send until stopped, then finish the current batches. Return 2 for an unknown channel."""
    set_up_django()
    from django.db import connections

    from corredor.flows.run.background import list_channels, list_process_channels, work
    from corredor.flows.run.ready import find_obstacles
    from corredor.server.supervisor import Job, Supervisor

    known = list_channels()
    asked = tuple(channel.strip().upper() for channel in arguments.channels.split(",") if channel.strip())
    unknown = [channel for channel in asked if channel not in known]
    if unknown or arguments.concurrency < 1:
        print(f"Not started: --channels knows {', '.join(known)}; --concurrency begins at 1", file=sys.stderr)
        return 2
    obstacles = find_obstacles()
    if obstacles:
        print("Not started:\n  " + "\n  ".join(obstacles), file=sys.stderr)
        return 1
    connections.close_all()  # a connection must not be shared between processes
    shares = list_process_channels(asked or known) * arguments.concurrency
    Supervisor([Job("sender", partial(work, share)) for share in shares]).run()
    return 0
