"""Reads of the intake stage: the report queue, flood candidates, reports by tracking code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Prefetch, Q, QuerySet, When

from .enums import ReportState
from .errors import UnknownTrackingCode
from .models import Note, Photo, Report
from .tracking_code import digest_tracking_code


def get_report_by_code(*, code: str) -> Report:
    """Return the report of a tracking code. Raise UnknownTrackingCode."""
    try:
        return Report.objects.get(tracking_digest=digest_tracking_code(code))
    except Report.DoesNotExist:
        raise UnknownTrackingCode from None


def list_waiting_reports(*, is_drill: bool) -> QuerySet[Report]:
    """Return new reports, oldest first, those with injured people before all others."""
    # A plain "-someone_hurt" would sort NULL first on PostgreSQL and last on SQLite.
    hurt_first = Case(When(someone_hurt=True, then=0), default=1)
    return Report.objects.filter(is_drill=is_drill, state=ReportState.NEW).order_by(hurt_first, "received_at", "pk")


def list_recent_texts(*, is_drill: bool, since: datetime, most: int = 400) -> list[tuple[int, str]]:
    """Return (id, text) of the newest reports since a time, for the flood guard."""
    rows = (
        Report.objects.filter(is_drill=is_drill, received_at__gte=since)
        .exclude(state=ReportState.WITHDRAWN)
        .order_by("-received_at")
        .values_list("pk", "text", "where_words")[:most]
    )
    return [(pk, f"{text} {where}") for pk, text, where in rows]


@dataclass(frozen=True, slots=True)
class DeskReports:
    """Reports by what the desk does with them: ``new`` (injured people first) and ``held`` as a suspected flood, oldest
    first; ``aside`` (set aside or withdrawn), newest first.
    """

    new: list[Report]
    held: list[Report]
    aside: list[Report]


def list_desk_reports(*, is_drill: bool, since: datetime) -> DeskReports:
    """Return reports that wait, and those set aside or withdrawn that came since a time. One query."""
    aside = Q(state__in=[ReportState.SET_ASIDE, ReportState.WITHDRAWN], received_at__gte=since)
    rows = Report.objects.filter(Q(state__in=[ReportState.NEW, ReportState.HELD]) | aside, is_drill=is_drill)
    reports = list(rows.defer("raw").order_by("received_at", "pk"))  # up to 64 KiB each, drawn nowhere
    new = [report for report in reports if report.state == ReportState.NEW]
    held = [report for report in reports if report.state == ReportState.HELD]
    return DeskReports(
        new=sorted(new, key=lambda report: not report.someone_hurt),
        held=held,
        aside=[r for r in reversed(reports) if r.state not in (ReportState.NEW, ReportState.HELD)],
    )


def get_report(*, report_id: int) -> Report:
    """Return one report with its notes and photos. Raise Report.DoesNotExist."""
    return (
        Report.objects.select_related("taken_by")
        .prefetch_related(Prefetch("notes", Note.objects.select_related("said_by")), "photos")
        .get(pk=report_id)
    )


def get_photo(*, photo_id: int) -> Photo:
    """Return one photo. Raise Photo.DoesNotExist."""
    return Photo.objects.get(pk=photo_id)
