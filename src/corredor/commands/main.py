"""The `corredor` command: dispatch to a sub-command, import only its module, and print errors plainly."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from corredor import __version__

from .refusal import explain

# name -> (module below corredor, purpose). A module is imported only for its own command: `corredor locate`
# needs no Django, and nothing imports the benches.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("commands.init", "set up this server: keys, database, first steward"),
    "serve": ("commands.serve", "serve the pages and send what is due"),
    "worker": ("commands.worker", "send what is due, without pages"),
    "halt": ("commands.halt", "the kill switch: stop everything that leaves, or let it go on"),
    "sweep": ("commands.sweep", "erase what is past its time, mend what was left half-way"),
    "keys": ("commands.keys", "change the key that seals phone numbers and e-mail addresses"),
    "check": ("commands.check", "check configuration and safety"),
    "locate": ("commands.locate", "find the place a text means"),
    "corridor": ("commands.corridor", "plan safe walking corridors for a school"),
    "city": ("commands.city", "build a city pack, or tell what one holds"),
    "drill": ("commands.drill", "list and run drills"),
    "bench": ("bench.command", "measure, side by side with peers"),
    "exposure": ("commands.exposure", "what could be compelled from this server today"),
    "manage": ("commands.manage", "Django's own commands, for developers"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit code: 0 done, 1 refused or failed, 2 wrong arguments or settings."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corredor.config.settings")
    name = words[0] if words else ""
    if name == "--version":
        print(f"corredor {__version__}")
        return 0
    if name not in COMMANDS:
        _print_overview()
        return 0 if name in ("", "-h", "--help", "help") else 2
    parser = argparse.ArgumentParser(prog="corredor", add_help=False)
    module = importlib.import_module(f"corredor.{COMMANDS[name][0]}")
    module.add_parser(parser.add_subparsers(dest="command", required=True))
    parsed = parser.parse_args(words)
    try:
        return int(parsed.func(parsed) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        refusal = explain(error)
        if refusal is None:
            raise
        print(refusal.words, file=sys.stderr)
        return refusal.code


def _print_overview() -> None:
    print("usage: corredor COMMAND [...]\n")
    for name, (_, purpose) in COMMANDS.items():
        print(f"  {name:<10}{purpose}")
    print("\ncorredor COMMAND --help tells more; --json prints what a program can read.")


if __name__ == "__main__":
    sys.exit(main())
