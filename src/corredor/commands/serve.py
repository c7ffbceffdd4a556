"""`corredor serve`: the pages, and in the same process the threads that send what is due."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .output import set_up_django


def add_parser(subparsers: Any) -> None:
    """Add `corredor serve`."""
    parser = subparsers.add_parser("serve", help="serve the pages and send what is due")
    parser.add_argument("--bind", default="127.0.0.1:8000", help="HOST:PORT or unix:PATH (default 127.0.0.1:8000)")
    parser.add_argument("--threads", type=int, default=16, help="pages served at once (default 16)")
    parser.add_argument("--no-send", action="store_true", help="pages only; `corredor worker` sends")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Refuse a database that lacks its rules, then serve until told to stop."""
    set_up_django()
    from corredor.flows.ready import find_obstacles

    obstacles = find_obstacles()
    if obstacles:
        print("Not started:\n  " + "\n  ".join(obstacles), file=sys.stderr)
        return 1
    from django.db import connections

    from .web_server import serve

    connections.close_all()  # the process that answers has its own
    try:
        serve(bind=arguments.bind, threads=arguments.threads, send=not arguments.no_send)
    except (ValueError, OSError) as error:
        print(f"Not started: {error}", file=sys.stderr)
        return 1
    return 0
