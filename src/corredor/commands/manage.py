"""Django's own commands, for developers: migrations, shell, checks."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add `corredor manage ...`."""
    # argparse would keep options such as --help for itself; with a prefix nobody types they all go to Django
    parser = subparsers.add_parser("manage", add_help=False, prefix_chars="\0", help="Django's own commands")
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Hand everything over to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["corredor manage", *arguments.rest])
    return 0
