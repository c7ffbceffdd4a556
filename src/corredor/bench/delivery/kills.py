"""Kill web, workers, broker and database in the middle of a fan-out, and count lost and duplicated messages."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from corredor.bench.parts.own_servers import OwnPostgres, OwnRabbitMQ
from corredor.bench.parts.push_witness import Judged, PushWitness
from corredor.commands.output import forget_database, set_up_django

from .kills_processes import Cast

PEOPLE = 100_000
KILLS = 200
_POOLS = 2  # `corredor worker`, each with two processes
_SEED = 20251004
_STUCK_AFTER_S = 240.0  # longer than a lease and a restart together
_T = TypeVar("_T")


def run(people: int = PEOPLE, kills: int = KILLS) -> dict[str, Any]:
    """Spread ``kills`` SIGKILLs over a fan-out to ``people``, on PostgreSQL and RabbitMQ started for it.

    ``in_flight_window``: people whose message was claimed, and not yet recorded, when a process died; only
    they may be doubled. ``visible_doubles``: those who would have seen two notifications; each repeat is
    decrypted. ``accepted``: posts the push service took, repeats included.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no child process outlives it
    with tempfile.TemporaryDirectory(prefix="corredor-kills-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the database runs under an account of its own
        with _servers(folder) as (postgres, broker), PushWitness(folder) as witness:
            _set_environment(folder, postgres, broker, witness)
            set_up_django()
            cast = Cast(postgres=postgres, broker=broker, folder=folder, pools=_POOLS, seed=_SEED)
            try:
                return _measure(cast, witness, folder, people, kills)
            finally:
                cast.stop()


@contextlib.contextmanager
def _servers(folder: Path) -> Iterator[tuple[OwnPostgres, OwnRabbitMQ]]:
    for part in ("postgres", "rabbitmq"):
        (folder / part).mkdir()
    postgres, broker = OwnPostgres(folder / "postgres", keeps=True), OwnRabbitMQ(folder / "rabbitmq")
    try:
        broker.begin()
        postgres.start()
        broker.wait_for_answer()
        yield postgres, broker
    finally:
        postgres.stop()
        broker.stop()


def _set_environment(folder: Path, postgres: OwnPostgres, broker: OwnRabbitMQ, witness: PushWitness) -> None:
    forget_database()
    os.environ |= {
        "CORREDOR_HOME": str(folder / "home"),
        "DATABASE_URL": postgres.url,
        "BROKER_URL": broker.url,
        "PUSH_ALLOWED_PRIVATE_ORIGINS": witness.origin,
        "PUSH_CA_FILE": witness.ca_file,
        "CORREDOR_CONTACT": "mailto:bench@example.org",
        "CORREDOR_LOG": "WARNING",
    }


def _measure(cast: Cast, witness: PushWitness, folder: Path, people: int, kills: int) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from .kills_subscribers import approve, prepare

    alert_id, approver_id = prepare(witness.subscribe(people), folder / "home")
    cast.keep_up()
    _wait_for_workers(_POOLS * 2)
    began = time.monotonic()
    approve(alert_id, approver_id)
    died = _kill_along(cast, witness, people, cast.plan(kills))
    _wait_for_the_last(cast, witness)
    took = time.monotonic() - began
    judged = witness.judge()
    return _sum_up(judged, people, died) | {"seconds": round(took, 1), "machine": f"{os.cpu_count()} cores"}


def _kill_along(cast: Cast, witness: PushWitness, people: int, plan: list[str]) -> Counter[str]:
    """Kill at equal steps of the fan-out's progress, so that all kills fall into it, however long it takes."""
    died: Counter[str] = Counter()
    step = people / (len(plan) + 1)
    progress = _Progress(witness)
    while plan:
        cast.keep_up()
        if progress.count() >= step * (sum(died.values()) + 1) and cast.kill(plan[-1]):
            died[plan.pop()] += 1
        time.sleep(0.02)
    return died


def _wait_for_the_last(cast: Cast, witness: PushWitness) -> None:
    from corredor.delivery.models import Delivery

    waiting = Delivery.objects.filter(state__in=["DUE", "CLAIMED"])
    progress = _Progress(witness)
    while _ask(waiting.exists):
        cast.keep_up()
        progress.count()
        time.sleep(0.1)


def _wait_for_workers(count: int) -> None:
    from corredor.delivery.clock import database_now
    from corredor.delivery.workers import heartbeats

    ends_at = time.monotonic() + 120
    while len(heartbeats.list_heartbeats(now=database_now())) < count and time.monotonic() < ends_at:
        time.sleep(0.1)


class _Progress:
    """Progress of the fan-out; raises TimeoutError when stuck for _STUCK_AFTER_S."""

    def __init__(self, witness: PushWitness) -> None:
        self._witness = witness
        self._last, self._moved_at = -1, time.monotonic()

    def count(self) -> int:
        count = self._witness.count()
        if count != self._last:
            self._last, self._moved_at = count, time.monotonic()
        elif time.monotonic() - self._moved_at > _STUCK_AFTER_S:
            raise TimeoutError(f"nothing has moved since {count} messages")
        return count


def _sum_up(judged: Judged, people: int, died: Counter[str]) -> dict[str, Any]:
    from .kills_subscribers import list_states, list_unknown_outcomes

    in_flight = _ask(list_unknown_outcomes)
    return {
        "people": people,
        "kills": sum(died.values()),
        "killed": dict(sorted(died.items())),
        "lost": people - judged.people,
        "doubled": len(judged.doubled),
        "in_flight_window": len(in_flight),
        "doubled_outside_window": len(set(judged.doubled) - in_flight),
        "visible_doubles": len(judged.visible),
        "unreadable": judged.unreadable,
        "accepted": judged.accepted,
        "states": _ask(list_states),
    }


def _ask(question: Callable[[], _T]) -> _T:
    """Return the database's answer, retrying while it is down."""
    from corredor.delivery.workers.db_retry import retry_until_written

    return retry_until_written(question, give_up_after_s=120)
