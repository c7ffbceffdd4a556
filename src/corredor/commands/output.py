"""Output of commands: plain lines for people, one JSON object for programs; also Django set-up."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

_LIVE = ("DATABASE_URL", "DATABASE_URL_FILE", "BROKER_URL", "BROKER_URL_FILE")


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Add --json to a parser."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def forget_database() -> dict[str, str | None]:
    """Remove the live database and broker from the environment, under all their names, and return what was there.

    For drills and benches with a database of their own.
    """
    before = {name: os.environ.get(name) for name in _LIVE}
    for name in _LIVE:
        os.environ.pop(name, None)
    return before


def set_up_django() -> None:
    """Load settings and stages; for commands that need the database.

    Also sets the umask: files written from here on, reports and photos above all, are readable by this account only.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corredor.config.settings")
    import django

    django.setup()
