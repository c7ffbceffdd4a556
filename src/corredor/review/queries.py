"""Reads of the review stage: the current run, and how well its reports were placed and joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from corredor.engines.geo.earth import distance_m

from .enums import Joining
from .models import DrillIncident, DrillReport, DrillRun

RIGHT_WITHIN_M = 100.0


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A report whose pin is missing or more than 100 m off. ``off_m`` is None without a pin."""

    key: str
    report_id: int
    off_m: float | None


def get_playing_run() -> DrillRun | None:
    """Return the running drill, if any."""
    return DrillRun.objects.filter(lane__isnull=False).first()


def get_latest_run() -> DrillRun | None:
    """Return the latest run, running or not."""
    return DrillRun.objects.order_by("-begun_at", "-pk").first()


def get_drill_clock() -> datetime | None:
    """Return the time inside the latest drill: pages that show a drill count ages from it."""
    run = get_latest_run()
    return run.clock_at if run and run.erased_at is None else None


def list_runs() -> QuerySet[DrillRun]:
    """Return all runs, newest first."""
    return DrillRun.objects.select_related("begun_by").order_by("-begun_at", "-pk")


def list_incident_ids(*, run: DrillRun) -> list[int]:
    """Return incident ids of a run."""
    return list(DrillIncident.objects.filter(run=run).order_by("pk").values_list("incident_id", flat=True))


def list_report_ids(*, run: DrillRun) -> list[int]:
    """Return report ids of a run."""
    return list(DrillReport.objects.filter(run=run).order_by("pk").values_list("report_id", flat=True))


def measure_located(*, run: DrillRun) -> tuple[float, int]:
    """Return (share of reports pinned within 100 m of their true place, number of reports with a true place).

    The pin is one of the product's own suggestions; a report without a pin counts as wrong.
    """
    rows = _with_true_place(run)
    total = rows.count()
    return ((total - len(list_misplaced(run=run))) / total if total else 1.0), total


def list_misplaced(*, run: DrillRun) -> list[Misplaced]:
    """Return the reports that ``measure_located`` counts as wrong, worst first."""
    found = []
    for row in _with_true_place(run):
        off_m = _off_m(row)
        if off_m is None or off_m > RIGHT_WITHIN_M:
            found.append(Misplaced(row.key, row.report_id, None if off_m is None else round(off_m, 1)))
    return sorted(found, key=lambda row: (row.off_m is not None, -(row.off_m or 0)))


def count_joins(*, run: DrillRun) -> dict[str, int]:
    """Count joined reports: by suggestion, by hand, as first report."""
    rows = DrillReport.objects.filter(run=run).exclude(joined_by="")
    return {joining.value: rows.filter(joined_by=joining).count() for joining in Joining}


def count_pinnings(*, run: DrillRun) -> dict[str, int]:
    """Count reports by how the desk chose the pin."""
    rows = _with_true_place(run).values_list("pinned_by", flat=True)
    counts: dict[str, int] = {}
    for channel in rows:
        counts[channel or "NONE"] = counts.get(channel or "NONE", 0) + 1
    return counts


def _with_true_place(run: DrillRun) -> QuerySet[DrillReport]:
    return DrillReport.objects.filter(run=run, true_lat__isnull=False).order_by("pk")


def _off_m(row: DrillReport) -> float | None:
    if row.pin_lat is None or row.pin_lon is None or row.true_lat is None or row.true_lon is None:
        return None
    return distance_m((row.pin_lat, row.pin_lon), (row.true_lat, row.true_lon))
