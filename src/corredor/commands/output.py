"""How commands answer: plain lines for people, one JSON object for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Every command understands --json."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def set_up_django() -> None:
    """Load settings and stages; for commands that need the database.

    What is written from here on, reports and photos above all, is for this account of the computer alone.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corredor.config.settings")
    import django

    django.setup()
