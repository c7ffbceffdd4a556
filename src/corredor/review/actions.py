"""Writes of the review stage: begin, follow and end a drill run, and keep its truth beside its reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from corredor.people.models import User

from .enums import Joining, Pinning
from .errors import DrillAlreadyRunning
from .models import DrillIncident, DrillReport, DrillRun

SILENT_FOR = timedelta(seconds=90)  # a runner that gave no sign for so long is gone


def begin_run(
    *, scenario: str, speed: float | None, steps: int, clock_at: datetime, by: User | None, now: datetime
) -> DrillRun:
    """A run that plays. ``now`` is real time. Raises DrillAlreadyRunning: the database holds one at most."""
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
    """How far it has come; False once somebody has asked it to stop."""
    return bool(
        DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(
            step=step, steps=steps, says=says[:1000], clock_at=clock_at, beat_at=now
        )
    )


def beat(*, run: DrillRun, clock_at: datetime, now: datetime) -> bool:
    """A sign of life while it waits for the next step; False once somebody has asked it to stop."""
    return bool(DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(clock_at=clock_at, beat_at=now))


def end_run(*, run: DrillRun, result: dict[str, Any], now: datetime) -> None:
    """It came to its end."""
    DrillRun.objects.filter(pk=run.pk).update(ended_at=now, result=result, lane=None)


def stop_run(*, run: DrillRun, now: datetime, failed_with: str = "") -> bool:
    """It ends before its last step; False if it had ended already."""
    return bool(
        DrillRun.objects.filter(pk=run.pk, lane__isnull=False).update(
            stopped_at=now, failed_with=failed_with[:80], lane=None
        )
    )


def stop_silent_runs(*, now: datetime) -> int:
    """Runs whose process is gone are over; returns how many."""
    return DrillRun.objects.filter(lane__isnull=False, beat_at__lt=now - SILENT_FOR).update(
        stopped_at=now, failed_with="ProcessGone", lane=None
    )


def save_truth(
    *, run: DrillRun, report_id: int, key: str, true_incident: str, true_point: tuple[float, float] | None
) -> DrillReport:
    """Note beside a report what truly was the case; no flow reads it."""
    lat, lon = true_point or (None, None)
    return DrillReport.objects.create(
        run=run, report_id=report_id, key=key, true_incident=true_incident, true_lat=lat, true_lon=lon
    )


def save_pin(*, row: DrillReport, point: tuple[float, float] | None, by: Pinning, confidence: float | None) -> None:
    """Which of the product's suggestions the desk took for a report."""
    row.pin_lat, row.pin_lon = point or (None, None)
    row.pinned_by, row.confidence = by, confidence
    row.save(update_fields=["pin_lat", "pin_lon", "pinned_by", "confidence"])


def save_joining(*, row: DrillReport, by: Joining) -> None:
    """How a report came to its incident."""
    row.joined_by = by
    row.save(update_fields=["joined_by"])


def save_incident(*, run: DrillRun, incident_id: int, key: str) -> None:
    """Which event of the scenario an incident is."""
    DrillIncident.objects.create(run=run, incident_id=incident_id, key=key)


def note_erased(*, run: DrillRun, now: datetime) -> None:
    """Its rows have been erased; what it measured stays."""
    DrillRun.objects.filter(pk=run.pk).update(erased_at=now)
