"""`corredor bench [NAME]`: measures a part of the product, beside its peers where there are any, in one run."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from corredor.engines.citypack.errors import CityDataError
from corredor.places.pack import UnknownCityError

from .locate_sets import SetError
from .output import add_json_flag, print_json

# name -> (module, what is measured); each module has run(**options) -> dict
BENCHES: dict[str, tuple[str, str]] = {
    "road": ("bench_road", "seconds from the second yes to the first, thousandth and last phone"),
    "encode": ("bench_encode", "web-push encryption, beside pywebpush and the key agreement alone"),
    "locate": ("bench_locate", "texts to places, beside a bare-name matcher and usaddress"),
    "network": ("bench_network", "the derived walking network against real OpenStreetMap (needs --data)"),
}


def add_parser(subparsers: Any) -> None:
    """Add `corredor bench`."""
    parser = subparsers.add_parser("bench", help="measure, side by side with peers")
    parser.add_argument("name", nargs="?", choices=[*BENCHES, "list"], default="list", metavar="NAME")
    parser.add_argument("--data", type=Path, help="folder with raw data, for benches that score against it")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one bench, or list them."""
    if arguments.name == "list":
        for name, (_, purpose) in BENCHES.items():
            print(f"  {name:<10}{purpose}")
        return 0
    module = importlib.import_module(f"corredor.commands.{BENCHES[arguments.name][0]}")
    options = [arguments.data] if arguments.data else []
    try:
        measured = module.run(*options)
    except (SetError, UnknownCityError, CityDataError) as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return 1
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
