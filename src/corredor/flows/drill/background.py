"""A drill started in the browser: run by a thread of `corredor serve` in the live database, one at a time.

The thread dies with its process; the next reader marks such a run as stopped (stale heartbeat).
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from corredor.incidents.timeline import record
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role
from corredor.review import actions as review
from corredor.review import queries
from corredor.review.errors import DrillAlreadyRunning, NoDrillRunning
from corredor.review.models import DrillRun

from . import runner
from .erase import erase_drill_rows
from .pace import AsFastAsPossible, Pace, Stopped, TimesReal
from .reader import load_scenario
from .scenario import Calendar, Scenario

log = logging.getLogger(__name__)

MAY_DRILL = (Role.STEWARD, Role.DISPATCHER, Role.APPROVER)
_stops: dict[int, threading.Event] = {}
_threads: dict[int, threading.Thread] = {}


def start_drill(*, scenario: str, speed: float | None, by: User, now: datetime) -> DrillRun:
    """Start a drill in this process, at ``speed`` times real time (None: as fast as possible).

    ``now`` is real time: the scenario's days are moved behind it. Raise NotAllowed, UnknownScenario,
    DrillAlreadyRunning, ValueError (speed out of range).
    """
    require_role(by, *MAY_DRILL, today=local_today(now))
    read = load_scenario(scenario)
    stop = threading.Event()
    pace = TimesReal(speed, stop=stop) if speed else AsFastAsPossible()
    calendar = Calendar.after(read, timezone.localdate(now, read.time_zone))
    with transaction.atomic():
        run = runner.begin(scenario=read, calendar=calendar, speed=speed, by=by)
        record(kind="drill.begun", now=now, actor_id=by.pk, run=run.pk)
    _stops[run.pk] = stop
    _threads[run.pk] = threading.Thread(
        target=_play, args=(run, read, calendar, pace), name=f"drill-{run.pk}", daemon=True
    )
    _threads[run.pk].start()
    return run


def stop_drill(*, by: User, now: datetime) -> None:
    """Stop the running drill, whichever process runs it. Raise NotAllowed, NoDrillRunning."""
    require_role(by, *MAY_DRILL, today=local_today(now))
    with transaction.atomic():
        run = queries.get_playing_run()
        if run is None or not review.stop_run(run=run, now=now):
            raise NoDrillRunning
        record(kind="drill.stopped", now=now, actor_id=by.pk, run=run.pk)
    if run.pk in _stops:
        _stops[run.pk].set()


def get_run(*, run_id: int | None = None, now: datetime) -> DrillRun | None:
    """Return a run, by default the latest. A run with a stale heartbeat is marked as stopped first."""
    playing = queries.get_playing_run()
    if playing and playing.beat_at and now - playing.beat_at > review.SILENT_FOR:
        review.stop_silent_runs(now=now)
    if run_id is None:
        return queries.get_latest_run()
    return DrillRun.objects.filter(pk=run_id).first()


def erase_drill(*, by: User, now: datetime) -> dict[str, int]:
    """Erase all drill data; return row counts by kind.

    Raise NotAllowed, DrillAlreadyRunning.
    """
    require_role(by, *MAY_DRILL, today=local_today(now))
    with transaction.atomic():
        if queries.get_playing_run():
            raise DrillAlreadyRunning
        counts = erase_drill_rows()
        record(kind="drill.erased", now=now, actor_id=by.pk)
    return counts


def join_drill(*, run_id: int, timeout_s: float) -> bool:
    """Wait for a run of this process, on server shutdown. Return False if it is still running."""
    thread = _threads.get(run_id)
    if thread is None:
        return True
    thread.join(timeout_s)
    return not thread.is_alive()


def _play(run: DrillRun, scenario: Scenario, calendar: Calendar, pace: Pace) -> None:
    try:
        runner.play_run(run=run, scenario=scenario, calendar=calendar, pace=pace)
    except Stopped:
        log.info("drill %s was stopped", run.pk)
    except Exception:
        log.exception("drill %s ended early", run.pk)
    finally:
        _stops.pop(run.pk, None)
        close_old_connections()
        connection.close()
