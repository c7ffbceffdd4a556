"""Measure what a crowd, slow writers and slow readers do to everybody else's visit, through `corredor serve`.

All on this machine: bounded in connections and time. The visitors are this process, the server is another.
"""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median
from typing import Any

from corredor.commands.output import forget_database, set_up_django

from . import crowd_visits as visits
from .crowd_visits import Visits
from .snapshot import prepare_day, serve_day

ROUNDS = 3
LARGE_BYTES = 5_000_000
LARGE = "/feeds/cap/large0.xml"
_OPEN_FILES = 8192

Scenario = Callable[[int], Coroutine[Any, Any, Visits]]
SCENARIOS: dict[str, Scenario] = {
    "quiet": visits.read_quietly,
    "crowd_1000": lambda port: visits.crowd(port, 1000),
    "crowd_3000": lambda port: visits.crowd(port, 3000),
    "crowd_1000_half_give_up": lambda port: visits.crowd(port, 1000, give_up=0.5),
    "held_200": lambda port: visits.read_beside(port, visits.hold(port, 200)),
    "held_1000": lambda port: visits.read_beside(port, visits.hold(port, 1000)),
    "lingering_45": lambda port: visits.read_beside(port, visits.linger(port, 45)),
    "slow_readers_1": lambda port: visits.read_beside(port, visits.read_slowly(port, LARGE, 1)),
    "slow_readers_20": lambda port: visits.read_beside(port, visits.read_slowly(port, LARGE, 20)),
    "slow_map_readers_20": lambda port: visits.visit_beside(port, visits.read_slowly(port, "/map/chicago.pmtiles", 20)),
    "uploads_20": lambda port: visits.visit_beside(port, visits.upload_slowly(port, 20)),
}


def run() -> dict[str, Any]:
    """Return times of other visitors beside each kind of trouble, medians of ROUNDS rounds.

    ``p50_ms``, ``p99_ms``, ``worst_ms``: one answer to a reader of live.json (``held_*``, ``lingering_*``,
    ``slow_readers_*``), to one of a crowd opening /now/ (``crowd_*``), or a first visit of the front page with its
    style sheets and scripts (``uploads_*``, ``slow_map_readers_*``). ``failed``: no whole answer. ``survived``: the
    same process still answers afterwards.
    """
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_OPEN_FILES, hard), hard))
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as home:
        os.environ |= {"CORREDOR_HOME": home, "CORREDOR_LOG": "WARNING"}
        forget_database()
        set_up_django()
        from django.core.management import call_command

        prepare_day()
        call_command("collectstatic", verbosity=0, interactive=False)
        large = Path(home) / "public" / LARGE.lstrip("/")
        large.write_bytes(os.urandom(LARGE_BYTES))
        rounds = [measure_round(served_by=serve_day) for _ in range(ROUNDS)]
    return {name: _middle([one[name] for one in rounds]) for name in SCENARIOS}


def measure_round(*, served_by: Callable[[], Any]) -> dict[str, dict[str, Any]]:
    """Run every scenario once, each against a server just started."""
    found = {}
    for name, scenario in SCENARIOS.items():
        with served_by() as server:
            before = server.list_pids()
            measured = asyncio.run(scenario(server.port)).describe()
            is_up = asyncio.run(visits.answers(server.port))
            found[name] = measured | {"survived": is_up and server.list_pids() == before}
    return found


def _middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: all(one[name] for one in rounds) if isinstance(value, bool) else median(one[name] for one in rounds)
        for name, value in rounds[0].items()
    }
