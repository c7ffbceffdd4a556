"""Reads of the alerts stage: texts, sent warnings and endings, superseded and held alerts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from corredor.incidents.models import Incident, Verification

from .enums import ENDINGS, TO_EARLIER_RECIPIENTS, WARNINGS, AlertState
from .models import Alert, AlertText


def get_alert(*, alert_id: int) -> Alert:
    """Return one alert with its incident and place. Raise Alert.DoesNotExist."""
    return Alert.objects.select_related("incident", "place", "verification", "written_by").get(pk=alert_id)


def get_texts(alert: Alert) -> dict[str, AlertText]:
    """Return the alert's texts by language; prefetched ones are used."""
    return {text.language: text for text in alert.texts.all()}


def list_waiting_alerts(*, is_drill: bool) -> QuerySet[Alert]:
    """Return alerts that wait for approval, or are held for review, oldest first."""
    return (
        Alert.objects.filter(is_drill=is_drill, state__in=[AlertState.WAITING, AlertState.HELD])
        .select_related("incident", "place", "written_by")
        .order_by("written_at", "pk")
    )


def is_superseded(*, alert: Alert) -> bool:
    """Return whether a later verification has another outcome than the alert's."""
    later = Verification.objects.filter(incident_id=alert.incident_id, pk__gt=alert.verification_id)
    return later.exclude(outcome=alert.verification.outcome).exists()


def list_expired_endings(*, before: datetime) -> QuerySet[Alert]:
    """Return expired endings that still count as completed."""
    return Alert.objects.filter(kind__in=ENDINGS, state=AlertState.APPROVED, expires_at__lte=before)


def list_alerts(*, incident: Incident) -> QuerySet[Alert]:
    """Return every alert of an incident in any state, oldest first, with its texts and author."""
    return (
        Alert.objects.filter(incident=incident)
        .select_related("place", "incident", "written_by", "approved_by", "stopped_by")
        .prefetch_related("texts")
        .order_by("written_at", "pk")
    )


def list_active_warnings(*, is_drill: bool) -> QuerySet[Alert]:
    """Return approved warnings of open incidents: the desk map draws their radius."""
    return (
        Alert.objects.filter(is_drill=is_drill, state=AlertState.APPROVED, incident__closed_at=None)
        .filter(kind__in=WARNINGS)
        .select_related("place")
        .order_by("approved_at", "pk")
    )


def is_still_sending(*, incident_slug: str, since: datetime) -> bool:
    """Return whether an alert of the incident was approved since a time, and so may still be sending."""
    return Alert.objects.filter(incident__slug=incident_slug, approved_at__gte=since).exists()


def list_held_alerts() -> QuerySet[Alert]:
    """Return real alerts held for review, oldest first."""
    return (
        Alert.objects.filter(is_drill=False, state=AlertState.HELD)
        .select_related("incident", "place", "written_by", "approved_by")
        .order_by("held_at", "pk")
    )


def count_approved(*, since: datetime, by_id: int, by_since: datetime) -> tuple[int, int]:
    """Count messages to new recipients (no endings, no updates) approved since a time: all, and by one account since
    ``by_since``, which must be later.
    """
    rows = Alert.objects.filter(is_drill=False, approved_at__gte=since).exclude(kind__in=TO_EARLIER_RECIPIENTS)
    own = Q(approved_by_id=by_id, approved_at__gte=by_since)
    counted = rows.aggregate(all=Count("pk"), own=Count("pk", filter=own))
    return counted["all"], counted["own"]


def list_prepared(*, incident: Incident) -> QuerySet[Alert]:
    """Return undecided messages of an incident that a verification generated."""
    return Alert.objects.filter(incident=incident, is_prepared=True, state=AlertState.WAITING)
