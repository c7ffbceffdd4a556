"""How commands answer: plain lines for people, one JSON object for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

_LIVE = ("DATABASE_URL", "DATABASE_URL_FILE", "BROKER_URL", "BROKER_URL_FILE")


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Every command understands --json."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def forget_database() -> dict[str, str | None]:
    """Take the live database and its broker out of the environment, however they are named there.

    For drills and benches with a database of their own. Return what was there.
    """
    before = {name: os.environ.get(name) for name in _LIVE}
    for name in _LIVE:
        os.environ.pop(name, None)
    return before


def set_up_django() -> None:
    """Load settings and stages; for commands that need the database.

    What is written from here on, reports and photos above all, is for this account of the computer alone.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corredor.config.settings")
    import django

    django.setup()
