"""State changes of alerts: written by one person, approved by another, then immutable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from corredor.incidents.models import Incident, IncidentPlace, Verification
from corredor.incidents.rules import check_radius
from corredor.incidents.timeline import record
from corredor.kit import ids
from corredor.people.models import User

from .enums import AlertKind, AlertState, HoldReason
from .errors import AlreadyDecided, SamePerson, Superseded, ThirdPersonNeeded, TooLate
from .models import Alert, AlertText
from .queries import is_superseded
from .wording import CURRENT, AlertWords

_MAY_BE_STOPPED = (AlertState.WAITING, AlertState.HELD, AlertState.APPROVED)


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
    is_prepared: bool = False,
) -> Alert:
    """Store a finished alert that waits for a second person. Raise WrongRadius."""
    check_radius(radius_m)
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
        is_prepared=is_prepared,
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
    """Return a new public name for an alert; needed before its text because the text links to it."""
    return ids.new_slug()


def approve_alert(*, alert: Alert, by: User, now: datetime) -> None:
    """Record the second person's approval. Raise SamePerson, AlreadyDecided, TooLate, Superseded.

    One conditional UPDATE decides between two approvers who press at the same moment.
    """
    require_approvable(alert=alert, by=by, now=now)
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


def require_approvable(*, alert: Alert, by: User, now: datetime) -> None:
    """Raise SamePerson, TooLate or Superseded unless ``by`` may approve the alert."""
    if alert.written_by_id == by.pk:
        raise SamePerson
    if now >= alert.expires_at:
        raise TooLate
    if is_superseded(alert=alert):
        raise Superseded


def hold_alert(*, alert: Alert, why: HoldReason, by: User | None, now: datetime) -> None:
    """Hold the alert for review by a third person. ``by`` approved it, or is None when it was already being sent.

    Raise AlreadyDecided.
    """
    changes: dict[str, Any] = {"state": AlertState.HELD, "held_for": why, "held_at": now}
    before = AlertState.APPROVED
    if by is not None:
        before, changes["approved_by"] = AlertState.WAITING, by
    if not Alert.objects.filter(pk=alert.pk, state=before).update(**changes):
        raise AlreadyDecided
    for name, value in changes.items():
        setattr(alert, name, value)
    record(
        kind="alert.frozen",
        now=now,
        incident_id=alert.incident_id,
        actor_id=by.pk if by else None,
        alert=alert.pk,
        frozen=str(why),
    )


def release_alert(*, alert: Alert, by: User, now: datetime) -> None:
    """Record a third person's release. Raise ThirdPersonNeeded, AlreadyDecided, TooLate, Superseded."""
    if by.pk in (alert.written_by_id, alert.approved_by_id):
        raise ThirdPersonNeeded
    if now >= alert.expires_at:
        raise TooLate
    if is_superseded(alert=alert):
        raise Superseded
    changes = {"state": AlertState.APPROVED, "released_by": by, "released_at": now}
    changes["approved_at"] = alert.approved_at or now
    if not Alert.objects.filter(pk=alert.pk, state=AlertState.HELD).update(**changes):
        raise AlreadyDecided
    for name, value in changes.items():
        setattr(alert, name, value)
    record(kind="alert.released", now=now, incident_id=alert.incident_id, actor_id=by.pk, alert=alert.pk)


def send_back_alert(*, alert: Alert, reason: str, by: User, now: datetime) -> None:
    """Reject the draft; the author sees the reason. Raise AlreadyDecided."""
    changed = Alert.objects.filter(pk=alert.pk, state=AlertState.WAITING).update(
        state=AlertState.SENT_BACK, sent_back_reason=reason[:200]
    )
    if not changed:
        raise AlreadyDecided
    record(kind="alert.sent_back", now=now, incident_id=alert.incident_id, actor_id=by.pk, alert=alert.pk)


def stop_alert(*, alert: Alert, by: User | None, now: datetime) -> None:
    """Stop sending the alert; ``by`` is None when it was stopped on expiry. Raise AlreadyDecided.

    Messages already sent can only be taken back by a correction.
    """
    changed = Alert.objects.filter(pk=alert.pk, state__in=_MAY_BE_STOPPED).update(
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
