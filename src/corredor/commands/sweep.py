"""`corredor sweep`: erase what is past its time, mend what was left half-way."""

from __future__ import annotations

import argparse
from typing import Any

from .output import add_json_flag, print_json, set_up_django


def add_parser(subparsers: Any) -> None:
    """Add `corredor sweep`."""
    parser = subparsers.add_parser("sweep", help="erase what is past its time")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """One round, with what it did."""
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
