"""`corredor check`: self-check of configuration and safety, in plain words."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from .output import add_json_flag, print_json, set_up_django

_SIGNS = {"GOOD": "ok  ", "LOOK": "look", "BAD": "MEND"}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("check", help="check configuration and safety")
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Return 0 if nothing needs fixing, 1 otherwise."""
    set_up_django()
    from django.utils import timezone

    from corredor.flows.run.self_check import Level, find_worst, run_checks

    findings = run_checks(now=timezone.now())
    worst = find_worst(findings)
    if arguments.json:
        print_json({"worst": worst, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{_SIGNS[finding.level]}  {finding.words}")
        print(_sum_up(worst))
    return 1 if worst is Level.BAD else 0


def _sum_up(worst: str) -> str:
    if worst == "GOOD":
        return "\nAll is well."
    return "\nSomething must be mended." if worst == "BAD" else "\nNothing must be mended; some things want a look."
