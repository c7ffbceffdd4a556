"""`corredor serve`: pages in one process, senders in another, both restarted when they die."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .output import set_up_django


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help="serve the pages and send what is due")
    parser.add_argument("--bind", default="127.0.0.1:8000", help="HOST:PORT or unix:PATH (default 127.0.0.1:8000)")
    parser.add_argument("--threads", type=int, default=16, help="pages served at once (default 16)")
    parser.add_argument("--no-send", action="store_true", help="pages only; `corredor worker` sends")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Refuse a database without its guards, then serve until stopped."""
    set_up_django()
    from django.db import connections

    from corredor.flows.run.ready import find_obstacles

    obstacles = find_obstacles()
    connections.close_all()  # the server forks, and a connection must not be shared between processes
    if obstacles:
        print("Not started:\n  " + "\n  ".join(obstacles), file=sys.stderr)
        return 1
    from corredor.server.web_server import serve

    try:
        serve(bind=arguments.bind, threads=arguments.threads, send=not arguments.no_send)
    except (ValueError, OSError) as error:
        print(f"Not started: {error}", file=sys.stderr)
        return 1
    return 0
