"""`corredor drill`: list drills, and run one in a temporary database or inside the live one."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from corredor.kit.languages import SOURCE

from .output import add_json_flag, forget_database, print_json, set_up_django

if TYPE_CHECKING:
    from corredor.flows.drill.scenario import Scenario


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("drill", help="list and run drills")
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="which drills there are")
    add_json_flag(listing)
    listing.set_defaults(func=list_drills)
    running = actions.add_parser(
        "run",
        help="play a drill",
        description="Plays a drill through the real code. By default in a fresh database in a temporary "
        "folder, so that nothing live is touched. Ends with 1 when something that must hold did not.",
    )
    running.add_argument("name", help="as `corredor drill list` names it")
    running.add_argument(
        "--speed", type=_speed, default=None, metavar="max|N", help="N minutes in one; max, the default, at once"
    )
    add_json_flag(running)
    running.add_argument("--here", action="store_true", help="inside this server's own database, marked and kept apart")
    running.set_defaults(func=run_drill)


def list_drills(arguments: argparse.Namespace) -> int:
    """Print every drill's name and subject."""
    set_up_django()
    from corredor.flows.drill import list_scenarios, load_scenario

    drills = [load_scenario(name) for name in list_scenarios()]
    if arguments.json:
        print_json({"drills": [_describe(drill) for drill in drills]})
        return 0
    for drill in drills:
        print(f"{drill.name}: {drill.title[SOURCE]}\n  {drill.about[SOURCE]}")
        print(f"  {len(drill.reports)} reports, {len(drill.steps)} steps, {drill.recipients.count} recipients")
    return 0


def run_drill(arguments: argparse.Namespace) -> int:
    """Run one drill and print its measurements; return 0 if it passed, else 1."""
    with _own_database(wanted=not arguments.here):
        set_up_django()
        from corredor.flows.drill import DrillAlreadyRunning, UnknownScenario

        try:
            result = _play(arguments)
        except UnknownScenario:
            print(f"There is no drill called {arguments.name}; see: corredor drill list", file=sys.stderr)
            return 2
        except DrillAlreadyRunning:
            print("A drill is being played here already; only one at a time.", file=sys.stderr)
            return 1
    if arguments.json:
        print_json(result)
    else:
        _print_result(result)
    return 0 if result["passed"] else 1


def _play(arguments: argparse.Namespace) -> dict[str, Any]:
    from django.utils import timezone

    from corredor.flows.drill import load_scenario
    from corredor.flows.drill.pace import AsFastAsPossible, TimesReal
    from corredor.flows.drill.runner import begin, play_run
    from corredor.flows.drill.scenario import Calendar

    scenario = load_scenario(arguments.name)
    calendar = Calendar(scenario.time_zone)
    if arguments.here:
        calendar = Calendar.after(scenario, timezone.localdate(timezone=scenario.time_zone))
    else:
        _make_database(scenario.city)
    pace = TimesReal(arguments.speed) if arguments.speed else AsFastAsPossible()
    run = begin(scenario=scenario, calendar=calendar, speed=arguments.speed, by=None)
    with _progress_bar() as on_progress:
        return play_run(run=run, scenario=scenario, calendar=calendar, pace=pace, on_progress=on_progress)


@contextmanager
def _own_database(*, wanted: bool) -> Iterator[None]:
    """Provide a temporary home for keys, database and files. Must come before Django's set-up."""
    if not wanted:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="corredor-drill-") as home:
        before = {"CORREDOR_HOME": os.environ.get("CORREDOR_HOME"), **forget_database()}
        os.environ["CORREDOR_HOME"] = home
        try:
            yield
        finally:
            _close_database()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _make_database(city: str) -> None:
    from django.core.management import call_command

    from corredor.people.actions import change_network

    call_command("migrate", verbosity=0, skip_checks=True)
    change_network(city=city)


def _close_database() -> None:
    from django.db import connections

    connections.close_all()


@contextmanager
def _progress_bar() -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from corredor.flows.drill import tell
    from corredor.flows.drill.runner import Progress as Step

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1)

        def show(step: Step) -> None:
            bar.update(task, completed=step.step, total=step.steps, description=tell(step.says, SOURCE)[:100])

        yield show


def _print_result(result: dict[str, Any]) -> None:
    from corredor.flows.drill.result import MUST_HOLD, list_broken

    broken = list_broken(result)
    for key in MUST_HOLD:
        print(f"{'BROKEN' if key in broken else 'holds':<8}{key} = {result[key]}")
    for key in (
        "reports",
        "incidents",
        "alerts",
        "deliveries",
        "rumours_denied",
        "redactions",
        "duplicates_joined",
        "held_as_flood",
    ):
        print(f"{'':<8}{key} = {result[key]}")
    for key in ("time_to_verify_s", "confirmed_to_alert_s", "approve_to_first_send_s"):
        print(f"{'':<8}{key}: middle {result[key]['p50']}, longest {result[key]['max']}")
    carried = [row for row, state in result["story"].items() if state == "carried"]
    print(f"{'':<8}story rows carried: {', '.join(carried)} (of {len(result['story'])})")
    for line in [*result["failures"], *(f"misplaced: {row}" for row in result["misplaced"])]:
        print(f"{'':<8}{line}")


def _describe(drill: Scenario) -> dict[str, Any]:
    return {
        "name": drill.name,
        "title": dict(drill.title),
        "about": dict(drill.about),
        "reports": len(drill.reports),
        "steps": len(drill.steps),
        "recipients": drill.recipients.count,
    }


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError("max, or how many times faster than life") from None
    if not 0.1 <= speed <= 100_000:
        raise argparse.ArgumentTypeError("between 0.1 and 100000")
    return speed
