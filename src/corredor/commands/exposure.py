"""`corredor exposure`: list the data that could be compelled from this server today."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from .output import add_json_flag, print_json, set_up_django

_TITLES = {
    "CLEAR": "Readable with the database alone",
    "SEALED": "Readable only with the database and the key files together",
    "DIGEST": "Digests: can be compared with a guess, and not turned back",
}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("exposure", help="what could be compelled from this server today")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    set_up_django()
    from django.utils import timezone

    from corredor.flows.run.exposure import Form, count_exposure

    exposure = count_exposure(now=timezone.now())
    if arguments.json:
        print_json(asdict(exposure))
        return 0
    for form in Form:
        print(f"\n{_TITLES[form]}\n")
        for kept in exposure.of_form(form):
            since = f"since {kept.oldest_at:%Y-%m-%d}" if kept.oldest_at else ""
            print(f"  {kept.count:>9,}  {since:<17} {kept.words}")
    print("\nNever kept\n")
    for words in exposure.never:
        print(f"             {words}")
    return 0
