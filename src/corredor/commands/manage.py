"""`corredor manage`: Django's own commands, for developers: migrations, shell, checks."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    # argparse would consume options such as --help; with an unused prefix they all go to Django
    parser = subparsers.add_parser("manage", add_help=False, prefix_chars="\0", help="Django's own commands")
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Pass all arguments to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["corredor manage", *arguments.rest])
    return 0
