"""`corredor halt`: the kill switch from the command line, for the server's operator."""

from __future__ import annotations

import argparse
from typing import Any

from .output import add_json_flag, print_json, set_up_django


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "halt",
        help="stop everything that leaves this server, or let it go on",
        description="Nothing leaves any more, drills excepted: no alert, no text, no e-mail. Within a second also what "
        "is being sent. The same switch as at the desk.",
    )
    parser.add_argument("why", nargs="?", default="", help="the reason, which everybody at the desk reads")
    parser.add_argument("--end", action="store_true", help="let things leave again")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Set or clear the halt. The file is first: senders see it while this program is still loading."""
    if not arguments.end:
        _write_halt_file()
    set_up_django()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from corredor.delivery.queries import get_halt
    from corredor.flows.alert.halt import end_halt, halt_everything

    if arguments.end:
        end_halt(by=None, now=timezone.now())
    else:
        halt_everything(reason=arguments.why or _("From the server's command line"), by=None, now=timezone.now())
    halt = get_halt()
    if arguments.json:
        print_json({"halted": halt is not None, "since": halt.begun_at if halt else None})
    else:
        print("Everything is stopped. To go on: corredor halt --end" if halt else "Sending goes on.")
    return 0


def _write_halt_file() -> None:
    """Write the halt file; needs the settings and nothing else of Django."""
    from corredor.delivery import halt_file

    halt_file.create()
