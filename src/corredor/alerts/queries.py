"""Reads of the alerts stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from corredor.incidents.models import Incident, Verification

from .enums import TO_EARLIER_RECIPIENTS, AlertKind, AlertState
from .models import Alert, AlertText

# Kinds that told people of something which must later be ended or taken back.
WARNINGS = (
    AlertKind.CONFIRMED,
    AlertKind.UPDATE,
    AlertKind.MOVED_HERE,
    AlertKind.RETURNED,
    AlertKind.HAZARD,
)
ENDINGS = (AlertKind.ALL_CLEAR, AlertKind.CORRECTION)


def get_alert(*, alert_id: int) -> Alert:
    """One alert with its incident and place. Raises Alert.DoesNotExist."""
    return Alert.objects.select_related("incident", "place", "verification", "written_by").get(pk=alert_id)


def get_texts(*, alert_id: int) -> dict[str, AlertText]:
    """The alert's texts by language."""
    return {text.language: text for text in AlertText.objects.filter(alert_id=alert_id)}


def list_waiting_alerts(*, is_drill: bool) -> QuerySet[Alert]:
    """Alerts that wait for a second person, or frozen for a third, oldest first."""
    return (
        Alert.objects.filter(is_drill=is_drill, state__in=[AlertState.WAITING, AlertState.HELD])
        .select_related("incident", "place", "written_by")
        .order_by("written_at", "pk")
    )


def is_superseded(*, alert: Alert) -> bool:
    """Whether a later verification found something else than the one the alert rests on."""
    later = Verification.objects.filter(incident_id=alert.incident_id, pk__gt=alert.verification_id)
    return later.exclude(outcome=alert.verification.outcome).exists()


def list_sent_alerts(*, incident: Incident) -> QuerySet[Alert]:
    """Approved alerts of an incident (also those stopped half-way), oldest first."""
    return (
        Alert.objects.filter(incident=incident, approved_at__isnull=False)
        .select_related("place")
        .order_by("approved_at", "pk")
    )


def get_first_warning(*, incident: Incident) -> Alert | None:
    """The first warning of an incident."""
    return list_sent_alerts(incident=incident).filter(kind__in=WARNINGS).first()


def get_last_warning(*, incident: Incident) -> Alert | None:
    """The newest warning of an incident."""
    return list_sent_alerts(incident=incident).filter(kind__in=WARNINGS).last()


def owes_ending(*, incident: Incident) -> bool:
    """Whether people were warned after the last all-clear or correction that was not stopped."""
    return _ends_with_warning(incident, ENDINGS)


def owes_correction(*, incident: Incident) -> bool:
    """Whether people were warned after the last correction. An all-clear is none: it says that it was so."""
    return _ends_with_warning(incident, (AlertKind.CORRECTION,))


def _ends_with_warning(incident: Incident, endings: tuple[AlertKind, ...]) -> bool:
    last = list_sent_alerts(incident=incident).filter(Q(kind__in=WARNINGS) | _has_ended(endings)).last()
    return last is not None and last.kind in WARNINGS


def _has_ended(endings: Iterable[AlertKind]) -> Q:
    """An ending that was stopped half-way left somebody untold, and so does not count."""
    return Q(kind__in=list(endings)) & ~Q(state__in=[AlertState.STOPPED, AlertState.HELD])


def get_last_ending(*, incident: Incident, kind: str) -> datetime | None:
    """When the people whom a message of ``kind`` concerns were last told that it was over.

    Whoever was warned before and not since needs no second all-clear. A correction looks back past
    all-clears: those say that it was so.
    """
    endings = (AlertKind.CORRECTION,) if kind == AlertKind.CORRECTION else ENDINGS
    last = list_sent_alerts(incident=incident).filter(_has_ended(endings)).last()
    return last.approved_at if last else None


def list_repeated(*, alert: Alert) -> list[int]:
    """Ids of the newest messages of the incident that already said what this update says: of the same place, with
    no advice to add. Empty when anything of that is new, and for all other kinds, which are always news: gas that
    comes again must ring again.
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


def list_endings_out(*, before: datetime) -> QuerySet[Alert]:
    """Corrections and all-clears still counted as said whose time to be sent is over."""
    return Alert.objects.filter(kind__in=ENDINGS, state=AlertState.APPROVED, expires_at__lte=before)


def list_alerts(*, incident: Incident) -> QuerySet[Alert]:
    """Every alert of an incident, whatever became of it, oldest first, with its texts and its writer."""
    return (
        Alert.objects.filter(incident=incident)
        .select_related("place", "incident", "written_by", "approved_by", "stopped_by")
        .prefetch_related("texts")
        .order_by("written_at", "pk")
    )


def list_reaching_alerts(*, is_drill: bool) -> QuerySet[Alert]:
    """Approved warnings around places of open incidents: what the desk's map draws as reach."""
    return (
        Alert.objects.filter(is_drill=is_drill, state=AlertState.APPROVED, incident__closed_at=None)
        .filter(kind__in=WARNINGS)
        .select_related("place")
        .order_by("approved_at", "pk")
    )


def is_going_out(*, incident_slug: str, since: datetime) -> bool:
    """Whether an alert of the incident was approved after a time, and so may still be on its way."""
    return Alert.objects.filter(incident__slug=incident_slug, approved_at__gte=since).exists()


def list_held_alerts() -> QuerySet[Alert]:
    """Alerts of the real world that a third person must look at, oldest first."""
    return (
        Alert.objects.filter(is_drill=False, state=AlertState.HELD)
        .select_related("incident", "place", "written_by", "approved_by")
        .order_by("held_at", "pk")
    )


def count_approved(*, since: datetime, by_id: int | None = None) -> int:
    """How many messages that reach new people were approved since a time; what ends one is not counted."""
    rows = Alert.objects.filter(is_drill=False, approved_at__gte=since).exclude(kind__in=TO_EARLIER_RECIPIENTS)
    return rows.count() if by_id is None else rows.filter(approved_by_id=by_id).count()


def list_prepared(*, incident: Incident) -> QuerySet[Alert]:
    """Messages of an incident that a finding wrote by itself and nobody has decided on."""
    return Alert.objects.filter(incident=incident, is_prepared=True, state=AlertState.WAITING)
