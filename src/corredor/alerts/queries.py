"""Reads of the alerts stage: texts, sent warnings and endings, superseded and held alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from corredor.incidents.models import Incident, Verification

from .enums import TO_EARLIER_RECIPIENTS, AlertKind, AlertState
from .models import Alert, AlertText

# Warnings: they must later be ended by an all-clear or taken back by a correction.
WARNINGS = (
    AlertKind.CONFIRMED,
    AlertKind.UPDATE,
    AlertKind.MOVED_HERE,
    AlertKind.RETURNED,
    AlertKind.HAZARD,
)
ENDINGS = (AlertKind.ALL_CLEAR, AlertKind.CORRECTION)


def get_alert(*, alert_id: int) -> Alert:
    """Return one alert with its incident and place. Raise Alert.DoesNotExist."""
    return Alert.objects.select_related("incident", "place", "verification", "written_by").get(pk=alert_id)


def get_texts(*, alert_id: int) -> dict[str, AlertText]:
    """Return the alert's texts by language."""
    return {text.language: text for text in AlertText.objects.filter(alert_id=alert_id)}


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


def list_sent_alerts(*, incident: Incident) -> QuerySet[Alert]:
    """Return approved alerts of an incident (stopped ones included), oldest first."""
    return (
        Alert.objects.filter(incident=incident, approved_at__isnull=False)
        .select_related("place")
        .order_by("approved_at", "pk")
    )


def get_last_warning(*, incident: Incident) -> Alert | None:
    """Return the newest warning of an incident."""
    return list_sent_alerts(incident=incident).filter(kind__in=WARNINGS).last()


def is_ending_missing(*, incident: Incident) -> bool:
    """Return whether people were warned after the last completed all-clear or correction."""
    return _ends_with_warning(incident, ENDINGS)


def is_correction_missing(*, incident: Incident) -> bool:
    """Return whether people were warned after the last correction. All-clears do not count: they confirm the event."""
    return _ends_with_warning(incident, (AlertKind.CORRECTION,))


def _ends_with_warning(incident: Incident, endings: tuple[AlertKind, ...]) -> bool:
    last = list_sent_alerts(incident=incident).filter(Q(kind__in=WARNINGS) | _has_ended(endings)).last()
    return last is not None and last.kind in WARNINGS


def _has_ended(endings: Iterable[AlertKind]) -> Q:
    """Match completed endings. A stopped or held one does not count: some recipients never got it."""
    return Q(kind__in=list(endings)) & ~Q(state__in=[AlertState.STOPPED, AlertState.HELD])


def get_last_ending(*, incident: Incident, kind: str) -> datetime | None:
    """Return when the recipients of a ``kind`` message last got an ending.

    People warned before that, and not since, need no second all-clear. A correction ignores all-clears: those confirm
    the event.
    """
    endings = (AlertKind.CORRECTION,) if kind == AlertKind.CORRECTION else ENDINGS
    last = list_sent_alerts(incident=incident).filter(_has_ended(endings)).last()
    return last.approved_at if last else None


def list_same_content(*, alert: Alert) -> list[int]:
    """Return ids of the newest messages of the incident with the same content as this update: same place, no further
    advice. Empty when anything is new, and for all other kinds, which always alert: tear gas that returns must ring
    again.
    """
    said: list[int] = []
    if alert.kind == AlertKind.UPDATE:
        for earlier in list_sent_alerts(incident=alert.incident).exclude(pk=alert.pk).reverse():
            if not _says_as_much(earlier, alert):
                break
            said.append(earlier.pk)
    return said


def _says_as_much(earlier: Alert, alert: Alert) -> bool:
    return (
        earlier.kind in (AlertKind.CONFIRMED, AlertKind.UPDATE)
        and earlier.state == AlertState.APPROVED
        and earlier.place_id == alert.place_id
        and set(alert.advice) <= set(earlier.advice)
    )


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


def count_approved(*, since: datetime, by_id: int | None = None) -> int:
    """Count approved messages to new recipients since a time; endings and updates are not counted."""
    rows = Alert.objects.filter(is_drill=False, approved_at__gte=since).exclude(kind__in=TO_EARLIER_RECIPIENTS)
    return rows.count() if by_id is None else rows.filter(approved_by_id=by_id).count()


def list_prepared(*, incident: Incident) -> QuerySet[Alert]:
    """Return undecided messages of an incident that a verification generated."""
    return Alert.objects.filter(incident=incident, is_prepared=True, state=AlertState.WAITING)
