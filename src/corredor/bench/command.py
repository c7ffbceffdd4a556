"""`corredor bench [NAME]`: measure a part of the product, and its peers if any, in the same run."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from corredor.commands.output import add_json_flag, print_json
from corredor.commands.refusal import CANNOT_RUN
from corredor.engines.citypack.errors import CityDataError
from corredor.places.pack import UnknownCityError

from .parts.kannel import KannelMissing
from .parts.own_servers import DidNotStart, NotInstalled
from .places.sets import SetError

# name -> (module, what is measured); each module has run(**options) -> dict
BENCHES: dict[str, tuple[str, str]] = {
    "road": ("delivery.road", "seconds from the second yes to the first, thousandth and last phone"),
    "fanout": ("delivery.fanout", "a hundred thousand web pushes, beside ready-made bodies and pywebpush"),
    "match": ("delivery.match", "whom an incident concerns among a million subscriptions, on both databases"),
    "kills": ("delivery.kills", "200 SIGKILLs in a fan-out to 100,000, on PostgreSQL and RabbitMQ of its own"),
    "plan": ("delivery.plan", "the forecast of a send beside the real one, and how soon the kill switch holds"),
    "encode": ("delivery.encode", "web-push encryption, beside pywebpush and the key agreement alone"),
    "sms": ("delivery.sms", "texts through a real Kannel, beside the gateway's own rate, and their receipts"),
    "locate": ("places.locate", "texts to places, beside a bare-name matcher and usaddress"),
    "snapshot": ("server.snapshot", "readers of live.json told that nothing changed, beside Django and a file server"),
    "server": ("server.crowd", "other people's visits beside a crowd, slow uploads and held connections"),
    "corridors": ("corridors.planner", "corridor plans: time, optimum, Safe Passage routes and simple peers"),
    "network": ("places.network", "the derived walking network against real OpenStreetMap (needs --data)"),
}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("bench", help="measure, side by side with peers")
    parser.add_argument("name", nargs="?", choices=[*BENCHES, "list"], default="list", metavar="NAME")
    parser.add_argument("--data", type=Path, help="folder with raw data, for benches that score against it")
    parser.add_argument("--gallery", type=Path, help="folder for the page of pictures (corridors)")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one bench, or list them."""
    if arguments.name == "list":
        for name, (_, purpose) in BENCHES.items():
            print(f"  {name:<10}{purpose}")
        return 0
    if arguments.gallery and arguments.name != "corridors":
        print("Only `corredor bench corridors` draws pictures.", file=sys.stderr)
        return CANNOT_RUN
    if arguments.name == "network" and not arguments.data:
        print("Not measured: this needs the raw map data; name its folder with --data", file=sys.stderr)
        return CANNOT_RUN
    try:
        module = importlib.import_module(f"corredor.bench.{BENCHES[arguments.name][0]}")
    except ModuleNotFoundError as error:
        print(f"Not measured: {error.name} is not installed; it comes with requirements/dev.txt", file=sys.stderr)
        return CANNOT_RUN
    options = [arguments.data] if arguments.data else []
    pictures = {"gallery": arguments.gallery} if arguments.gallery else {}
    try:
        measured = module.run(*options, **pictures)
    except (SetError, UnknownCityError, CityDataError, NotInstalled, DidNotStart, KannelMissing) as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return CANNOT_RUN
    if arguments.json:
        print_json(measured)
    else:
        _print_table(measured)
    return 0


def _print_table(measured: dict[str, Any], indent: str = "") -> None:
    for name, value in measured.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            _print_table(value, indent + "  ")
        else:
            print(f"{indent}{name:<34}{value}")
