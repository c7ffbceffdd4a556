"""All pending rows of the live incidents or of a drill, read once for both queue and map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from corredor.alerts.models import Alert
from corredor.alerts.queries import list_waiting_alerts
from corredor.incidents.models import Incident
from corredor.incidents.queries import list_desk_incidents
from corredor.intake.queries import DeskReports, list_desk_reports

from .access import Desk
from .selection import Selection

RECENT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class DeskRows:
    """``incidents`` are open ones, last seen first; ``closed`` those closed within RECENT, newest first."""

    reports: DeskReports
    incidents: list[Incident]
    closed: list[Incident]
    waiting: list[Alert]


def read_rows(*, desk: Desk, selection: Selection) -> DeskRows:
    """Read the rows in a constant number of queries."""
    since = desk.now - RECENT
    incidents = list(list_desk_incidents(is_drill=selection.is_drill, since=since))
    closed = [incident for incident in incidents if incident.closed_at]
    return DeskRows(
        reports=list_desk_reports(is_drill=selection.is_drill, since=since),
        incidents=[incident for incident in incidents if not incident.closed_at],
        closed=sorted(closed, key=lambda row: (row.closed_at, row.pk), reverse=True),
        waiting=list(list_waiting_alerts(is_drill=selection.is_drill)),
    )
