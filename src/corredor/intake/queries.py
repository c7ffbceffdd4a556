"""Reads of the intake stage: the report queue, flood candidates, reports by tracking code."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Prefetch, QuerySet, When

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


def list_held_reports(*, is_drill: bool) -> QuerySet[Report]:
    """Return reports held as part of a suspected flood, oldest first."""
    return Report.objects.filter(is_drill=is_drill, state=ReportState.HELD).order_by("received_at", "pk")


def list_recent_texts(*, is_drill: bool, since: datetime, most: int = 400) -> list[tuple[int, str]]:
    """Return (id, text) of the newest reports since a time, for the flood guard."""
    rows = (
        Report.objects.filter(is_drill=is_drill, received_at__gte=since)
        .exclude(state=ReportState.WITHDRAWN)
        .order_by("-received_at")
        .values_list("pk", "text", "where_words")[:most]
    )
    return [(pk, f"{text} {where}") for pk, text, where in rows]


def list_set_aside_reports(*, is_drill: bool, since: datetime) -> QuerySet[Report]:
    """Return reports received since a time that were set aside or withdrawn, newest first."""
    states = (ReportState.SET_ASIDE, ReportState.WITHDRAWN)
    return Report.objects.filter(is_drill=is_drill, state__in=states, received_at__gte=since).order_by(
        "-received_at", "-pk"
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
