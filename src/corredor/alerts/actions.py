"""Writes of the alerts stage: written by one person, approved by another, then frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from corredor.incidents.models import Incident, IncidentPlace, Verification
from corredor.incidents.timeline import record
from corredor.kit import ids
from corredor.people.models import User

from .enums import AlertKind, AlertState
from .errors import AlreadyDecided, Overtaken, SamePerson, TooLate
from .models import Alert, AlertText
from .queries import is_overtaken
from .wording import CURRENT, AlertWords


def write_alert(
    *,
    incident: Incident,
    verification: Verification,
    place: IncidentPlace,
    kind: AlertKind,
    radius_m: int,
    advice: Sequence[str],
    slots: Mapping[str, Mapping[str, str]],
    slug: str,
    texts: Mapping[str, AlertWords],
    expires_at: datetime,
    by: User,
    now: datetime,
) -> Alert:
    """Keep a finished text that waits for a second person."""
    alert = Alert.objects.create(
        slug=slug,
        incident=incident,
        verification=verification,
        place=place,
        kind=kind,
        radius_m=radius_m,
        advice=list(advice),
        slots={language: dict(values) for language, values in slots.items()},
        template_version=CURRENT,
        is_drill=incident.is_drill,
        written_by=by,
        written_at=now,
        expires_at=expires_at,
    )
    AlertText.objects.bulk_create(
        AlertText(
            alert=alert,
            language=language,
            title=words.title,
            short=words.short,
            standard=words.standard,
            long=words.long,
        )
        for language, words in texts.items()
    )
    record(kind="alert.written", now=now, incident_id=incident.pk, actor_id=by.pk, alert=alert.pk, what=kind)
    return alert


def new_slug() -> str:
    """The alert's name in public addresses, needed before its text because the text links to it."""
    return ids.new_slug()


def approve_alert(*, alert: Alert, by: User, now: datetime) -> None:
    """The second person's yes. Raises SamePerson, AlreadyDecided, TooLate, Overtaken.

    One conditional UPDATE decides between two approvers who press at once.
    """
    if alert.written_by_id == by.pk:
        raise SamePerson
    if now >= alert.expires_at:
        raise TooLate
    if is_overtaken(alert=alert):
        raise Overtaken
    changed = Alert.objects.filter(pk=alert.pk, state=AlertState.WAITING).update(
        state=AlertState.APPROVED, approved_by=by, approved_at=now
    )
    if not changed:
        raise AlreadyDecided
    alert.state, alert.approved_by, alert.approved_at = AlertState.APPROVED, by, now
    record(
        kind="alert.approved",
        now=now,
        incident_id=alert.incident_id,
        actor_id=by.pk,
        alert=alert.pk,
        what=alert.kind,
    )


def send_back_alert(*, alert: Alert, reason: str, by: User, now: datetime) -> None:
    """Not like this. Raises AlreadyDecided."""
    changed = Alert.objects.filter(pk=alert.pk, state=AlertState.WAITING).update(
        state=AlertState.SENT_BACK, sent_back_reason=reason[:200]
    )
    if not changed:
        raise AlreadyDecided
    record(kind="alert.sent_back", now=now, incident_id=alert.incident_id, actor_id=by.pk, alert=alert.pk)


def stop_alert(*, alert: Alert, by: User | None, now: datetime) -> None:
    """Send no more of it; ``by`` is None where time ran out.

    What has gone out is corrected by a correction. Raises AlreadyDecided.
    """
    changed = Alert.objects.filter(pk=alert.pk, state__in=[AlertState.WAITING, AlertState.APPROVED]).update(
        state=AlertState.STOPPED, stopped_by=by, stopped_at=now
    )
    if not changed:
        raise AlreadyDecided
    record(
        kind="alert.stopped",
        now=now,
        incident_id=alert.incident_id,
        actor_id=by.pk if by else None,
        alert=alert.pk,
    )
