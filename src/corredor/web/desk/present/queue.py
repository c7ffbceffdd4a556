"""The desk's work queue, in order of priority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.alerts.enums import AlertState
from corredor.alerts.models import Alert
from corredor.engines.hints import mentions_gas
from corredor.incidents.enums import Status
from corredor.incidents.models import Incident
from corredor.incidents.queries import count_reports
from corredor.intake.enums import ReportState
from corredor.intake.models import Report
from corredor.web.desk.access import Desk
from corredor.web.desk.rows import DeskRows
from corredor.web.desk.selection import Selection

from . import words
from .redacted_text import cover

MOST_ROWS = 60  # rows per group; the rest is only counted


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the queue."""

    key: str  # stable element id
    address: str
    place: str
    words: str
    age: str
    at: datetime
    status: str = ""
    urgent: str = ""  # shown first: someone is hurt
    marks: tuple[str, ...] = ()
    who: str = ""
    is_new: bool = False
    new_id: str = ""  # of a new report: counted by bell and badge
    slug: str = ""  # of an incident: id of its feature on the map
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind under a heading; ``more`` counts those not shown."""

    key: str
    title: str
    rows: tuple[Row, ...]
    total: int
    is_folded: bool = False

    @property
    def more(self) -> int:
        """Number of rows not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Queue:
    """All groups, and the data of badge and bell."""

    groups: tuple[Group, ...]
    new_count: int
    newest_report: int  # id of the newest new report; 0 if there is none
    approval_count: int


def build_queue(rows: DeskRows, *, desk: Desk, selection: Selection) -> Queue:
    """Build the queue of the live incidents or of a drill."""
    reports, incidents, closed, waiting = rows.reports, rows.incidents, rows.closed, rows.waiting
    draw = _RowBuilder(desk, selection, count_reports(incident_ids=[i.pk for i in (*incidents, *closed)]))
    by_status = {
        status: [i for i in incidents if i.status == status] for status in (Status.BEING_CHECKED, Status.CONFIRMED)
    }
    over = [i for i in incidents if i.status not in by_status]
    groups = (
        _group("new", _("New reports"), draw.reports(reports.new)),
        _group("approval", _("Waiting for approval"), draw.alerts(waiting)),
        _group("checking", _("Being checked"), draw.incidents(by_status[Status.BEING_CHECKED])),
        _group("confirmed", _("Confirmed"), draw.incidents(by_status[Status.CONFIRMED])),
        _group("ended", _("Ended, still to close"), draw.incidents(over)),
        _group("held", _("Held back"), draw.reports(reports.held), is_folded=True),
        _group(
            "closed",
            _("Closed or set aside lately"),
            draw.incidents(closed) + draw.reports(reports.aside),
            is_folded=True,
        ),
    )
    return Queue(
        groups=tuple(group for group in groups if group.total or group.key == "new"),
        new_count=len(reports.new),
        newest_report=max((report.pk for report in reports.new), default=0),
        approval_count=len(waiting),
    )


def _group(key: str, title: str, rows: Sequence[Row], *, is_folded: bool = False) -> Group:
    return Group(key=key, title=title, rows=tuple(rows[:MOST_ROWS]), total=len(rows), is_folded=is_folded)


class _RowBuilder:
    """Builds rows for one user's screen."""

    def __init__(self, desk: Desk, selection: Selection, joined: dict[int, int]) -> None:
        self.desk, self.selection, self.joined = desk, selection, joined

    def reports(self, reports: Iterable[Report]) -> list[Row]:
        return [self._report(report) for report in reports]

    def incidents(self, incidents: Iterable[Incident]) -> list[Row]:
        return [self._incident(incident) for incident in incidents]

    def alerts(self, alerts: Iterable[Alert]) -> list[Row]:
        return [self._alert(alert) for alert in alerts]

    def _report(self, report: Report) -> Row:
        return Row(
            key=f"row-report-{report.pk}",
            address=Selection(is_drill=report.is_drill, report=report.pk).address,
            place=cover(report.where_words or report.text or _("No words, see inside")).plain[:80],
            words=cover(report.text if report.where_words else "").plain[:160],
            age=words.age(report.received_at, now=self.desk.now),
            at=report.received_at,
            urgent=_("Someone is hurt") if report.someone_hurt else "",
            marks=_report_marks(report),
            is_new=report.state == ReportState.NEW,
            new_id=str(report.pk) if report.state == ReportState.NEW else "",
            is_current=self.selection.report == report.pk,
        )

    def _incident(self, incident: Incident) -> Row:
        count = self.joined.get(incident.pk, 0)
        return Row(
            key=f"row-incident-{incident.slug}",
            address=Selection(is_drill=incident.is_drill, incident=incident.slug).address,
            place=words.label(incident.place, self.desk.language),
            words="",
            age=words.age(incident.last_seen_at, now=self.desk.now),
            at=incident.last_seen_at,
            status=incident.status,
            marks=(ngettext("%(count)s report", "%(count)s reports", count) % {"count": count},),
            who=incident.claimed_by.alias if incident.claimed_by else "",
            slug=incident.slug,
            is_current=self.selection.incident == incident.slug,
        )

    def _alert(self, alert: Alert) -> Row:
        own = alert.written_by_id == self.desk.user.pk
        return Row(
            key=f"row-alert-{alert.pk}",
            address=Selection(is_drill=alert.is_drill, incident=alert.incident.slug, tab="alert").address,
            place=words.label(alert.place, self.desk.language),
            words=_("Frozen: a steward must look.")
            if alert.state == AlertState.HELD
            else _("You wrote it; another person must approve.")
            if own
            else _("Written by %(alias)s") % {"alias": alert.written_by.alias},
            age=words.age(alert.written_at, now=self.desk.now),
            at=alert.written_at,
            marks=(alert.get_kind_display(),),
            is_current=self.selection.incident == alert.incident.slug and self.selection.tab == "alert",
        )


def _report_marks(report: Report) -> tuple[str, ...]:
    marks = [report.get_source_display()]
    if report.irritant_used:
        marks.append(_("Tear gas or spray"))
    elif report.irritant_used is None and mentions_gas(f"{report.text} {report.equipment_words}"):
        marks.append(_("Speaks of gas: ask"))
    if report.children_near:
        marks.append(_("Children near"))
    if report.seen_by_sender is False:
        marks.append(_("Heard of it"))
    if report.state != ReportState.NEW:
        marks.append(report.get_state_display())
    return tuple(marks)
