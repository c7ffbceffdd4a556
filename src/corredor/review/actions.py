"""Writes of the review stage: start, progress and end of a drill run, and the ground truth of its reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from corredor.people.models import User

from .enums import Joining, Pinning
from .errors import DrillAlreadyRunning
from .models import DrillIncident, DrillReport, DrillRun

SILENT_FOR = timedelta(seconds=90)  # a runner without heartbeat for so long is dead


def begin_run(
    *, scenario: str, speed: float | None, steps: int, clock_at: datetime, by: User | None, now: datetime
) -> DrillRun:
    """Start a run. ``now`` is real time. Raise DrillAlreadyRunning: a unique column allows one at a time."""
    try:
        with transaction.atomic():
            return DrillRun.objects.create(
                scenario=scenario,
                speed=speed,
                steps=steps,
                clock_at=clock_at,
                begun_at=now,
                beat_at=now,
                begun_by=by,
                lane=1,
            )
    except IntegrityError as error:
        raise DrillAlreadyRunning from error


def note_step(*, run: DrillRun, step: int, steps: int, says: str, clock_at: datetime, now: datetime) -> bool:
    """Record progress. Return False once a stop was requested."""
    return bool(
        DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(
            step=step, steps=steps, says=says[:1000], clock_at=clock_at, beat_at=now
        )
    )


def beat(*, run: DrillRun, clock_at: datetime, now: datetime) -> bool:
    """Record a heartbeat between steps. Return False once a stop was requested."""
    return bool(DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(clock_at=clock_at, beat_at=now))


def end_run(*, run: DrillRun, result: dict[str, Any], now: datetime) -> None:
    """Record the run's completion."""
    DrillRun.objects.filter(pk=run.pk).update(ended_at=now, result=result, lane=None)


def stop_run(*, run: DrillRun, now: datetime, failed_with: str = "") -> bool:
    """End a run early. Return False if it had ended already."""
    return bool(
        DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(
            stopped_at=now, failed_with=failed_with[:80], lane=None
        )
    )


def stop_silent_runs(*, now: datetime) -> int:
    """End runs whose process is dead. Return their number."""
    return DrillRun.objects.filter(lane__isnull=False, beat_at__lt=now - SILENT_FOR).update(
        stopped_at=now, failed_with="ProcessGone", lane=None
    )


def save_truth(
    *, run: DrillRun, report_id: int, key: str, true_incident: str, true_point: tuple[float, float] | None
) -> DrillReport:
    """Store a report's ground truth; no flow reads it."""
    lat, lon = true_point or (None, None)
    return DrillReport.objects.create(
        run=run, report_id=report_id, key=key, true_incident=true_incident, true_lat=lat, true_lon=lon
    )


def save_pin(*, row: DrillReport, point: tuple[float, float] | None, by: Pinning, confidence: float | None) -> None:
    """Record which suggestion the desk took for a report."""
    row.pin_lat, row.pin_lon = point or (None, None)
    row.pinned_by, row.confidence = by, confidence
    row.save(update_fields=["pin_lat", "pin_lon", "pinned_by", "confidence"])


def save_joining(*, row: DrillReport, by: Joining) -> None:
    """Record how a report joined its incident."""
    row.joined_by = by
    row.save(update_fields=["joined_by"])


def save_incident(*, run: DrillRun, incident_id: int, key: str) -> None:
    """Record which scenario event an incident is."""
    DrillIncident.objects.create(run=run, incident_id=incident_id, key=key)


def note_erased(*, run: DrillRun, now: datetime) -> None:
    """Record that the run's rows were erased; its measures stay."""
    DrillRun.objects.filter(pk=run.pk).update(erased_at=now)
