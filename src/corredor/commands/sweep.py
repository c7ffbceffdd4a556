"""`corredor sweep`: erase data past its retention time, and repair interrupted work."""

from __future__ import annotations

import argparse
from typing import Any

from .output import add_json_flag, print_json, set_up_django


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("sweep", help="erase what is past its time")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Run once, and print what was done."""
    set_up_django()
    from django.utils import timezone

    from corredor.flows.run.sweep import sweep

    done = sweep(now=timezone.now())
    if arguments.json:
        print_json(done)
    else:
        for name, count in done.items():
            print(f"{name.replace('_', ' '):<16}{count:>8}")
    return 0
