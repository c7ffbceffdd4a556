"""Public view: status, area and age of verified incidents, and nothing else.

Never a point, street, note or name. Unverified incidents appear only as a count. Reads incidents and alerts. Writes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Prefetch, QuerySet

from corredor.alerts.enums import AlertState
from corredor.alerts.models import Alert
from corredor.incidents.enums import STATUS_AFTER, Agency, Outcome, PlaceKind, Status
from corredor.incidents.models import Incident, IncidentPlace, Verification
from corredor.incidents.queries import confidence, count_being_checked, list_public_incidents
from corredor.kit.languages import Names
from corredor.review.queries import get_drill_clock

KEPT_IN_VIEW = timedelta(hours=24)  # how long endings and denials stay on the front page
_DENIED = (Status.NOT_IMMIGRATION, Status.COULD_NOT_VERIFY, Status.CORRECTED)
_TRUE_OUTCOMES = (Outcome.CONFIRMED_ACTIVE, Outcome.CONFIRMED_ENDED)


class NothingPublic(Exception):
    """No such incident or alert, or not public: indistinguishable from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStep:
    """One step of an incident's public timeline: a new status, or (``status`` empty) another area."""

    at: datetime
    status: str
    area_names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAlert:
    """A message exactly as sent; each dict maps a language to its text."""

    slug: str
    kind: str
    sent_at: datetime
    titles: dict[str, str]
    standards: dict[str, str]  # the SMS and notification text
    texts: dict[str, str]  # the long text
    is_stopped: bool
    expires_at: datetime
    advice: tuple[str, ...]
    place_id: int  # groups messages by place; never shown
    area_code: str
    area_names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """One incident as the public may see it. ``agency`` is empty until verified."""

    slug: str
    is_drill: bool
    as_of: datetime  # reference time of its ages; a drill has its own
    status: str
    agency: str
    area_code: str
    area_names: Names
    seen_at: datetime
    checked_at: datetime
    ended_at: datetime | None
    confidence: str  # FRESH, FADING or OLD
    timeline: tuple[PublicStep, ...]
    alerts: tuple[PublicAlert, ...]  # newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """The front page, each group newest first."""

    made_at: datetime
    is_drill: bool
    confirmed: tuple[PublicIncident, ...]
    denied: tuple[PublicIncident, ...]
    ended: tuple[PublicIncident, ...]
    being_checked: int


def public_view(*, now: datetime, is_drill: bool = False) -> PublicView:
    """Return the front page, real or of the drill, never mixed.

    A drill's ages are relative to its own clock.
    """
    now = _clock(is_drill, now)
    since = now - KEPT_IN_VIEW
    rows = _with_timeline(list_public_incidents(is_drill=is_drill, since=since))
    shown = [_describe(row, now=now) for row in rows]
    recent = [row for row in shown if row.checked_at >= since]
    return PublicView(
        made_at=now,
        is_drill=is_drill,
        confirmed=tuple(row for row in shown if row.status == Status.CONFIRMED),
        denied=tuple(row for row in recent if row.status in _DENIED),
        ended=tuple(row for row in recent if row.status == Status.ENDED),
        being_checked=count_being_checked(is_drill=is_drill),
    )


def public_incident(*, slug: str, now: datetime) -> PublicIncident:
    """Return one incident of any age. Raise NothingPublic."""
    rows = Incident.objects.exclude(status=Status.BEING_CHECKED).filter(slug=slug)
    row = _with_timeline(rows).first()
    if row is None:
        raise NothingPublic
    return _describe(row, now=_clock(row.is_drill, now))


def public_alert(*, slug: str, now: datetime) -> tuple[PublicAlert, PublicIncident]:
    """Return one sent message and its incident. Raise NothingPublic, also before approval."""
    alert = _sent_alerts().filter(slug=slug).first()
    if alert is None:
        raise NothingPublic
    incident = _with_timeline(Incident.objects.filter(pk=alert.incident_id)).get()
    return _describe_alert(alert), _describe(incident, now=_clock(incident.is_drill, now))


def _clock(is_drill: bool, now: datetime) -> datetime:
    return (get_drill_clock() if is_drill else None) or now


def _sent_alerts() -> QuerySet[Alert]:
    return (
        Alert.objects.filter(state__in=(AlertState.APPROVED, AlertState.STOPPED), approved_at__isnull=False)
        .select_related("place")
        .prefetch_related("texts")
        .order_by("-approved_at", "-pk")
    )


def _with_timeline(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    return rows.prefetch_related("verifications", "path", Prefetch("alerts", queryset=_sent_alerts()))


def _describe(incident: Incident, *, now: datetime) -> PublicIncident:
    verifications = list(incident.verifications.all())
    alerts = list(incident.alerts.all())
    places = _public_places(incident.path.all(), verifications)
    here = places[-1]
    return PublicIncident(
        slug=incident.slug,
        is_drill=incident.is_drill,
        as_of=now,
        status=incident.status,
        agency=_public_agency(incident),
        area_code=here.area_code,
        area_names=here.area_names,
        seen_at=incident.last_seen_at,
        checked_at=incident.checked_at or incident.opened_at,
        ended_at=incident.ended_at,
        confidence=confidence(last_seen_at=incident.last_seen_at, now=now),
        timeline=tuple(_make_timeline(verifications, places)),
        alerts=tuple(_describe_alert(alert) for alert in alerts),
    )


def _describe_alert(alert: Alert) -> PublicAlert:
    if alert.approved_at is None:  # the queries above return approved alerts only
        raise NothingPublic
    texts = list(alert.texts.all())
    return PublicAlert(
        slug=alert.slug,
        kind=alert.kind,
        sent_at=alert.approved_at,
        titles={text.language: text.title for text in texts},
        texts={text.language: text.long for text in texts},
        standards={text.language: text.standard for text in texts},
        is_stopped=alert.state == AlertState.STOPPED,
        expires_at=alert.expires_at,
        advice=tuple(alert.advice),
        place_id=alert.place_id,
        area_code=alert.place.area_code,
        area_names=alert.place.area_names,
    )


def _public_agency(incident: Incident) -> str:
    """Return the verified agency; a denial that names the police is more reassuring than a bare no."""
    unknown = incident.status == Status.COULD_NOT_VERIFY or incident.agency == Agency.UNKNOWN
    return "" if unknown else incident.agency


def _public_places(path: Iterable[IncidentPlace], verifications: Sequence[Verification]) -> list[IncidentPlace]:
    """Return the public part of the path: a move counts once verified there, as for messages. A corrected pin replaces
    the previous one.
    """
    last_check = max((v.checked_at for v in verifications), default=None)
    known: list[IncidentPlace] = []
    for place in path:
        if place.kind == PlaceKind.CORRECTED and known:
            known[-1] = place
        elif not known or (last_check is not None and place.since <= last_check):
            known.append(place)
    return known


def _make_timeline(verifications: Iterable[Verification], places: Sequence[IncidentPlace]) -> list[PublicStep]:
    steps: list[PublicStep] = []
    was_confirmed = False
    for found in verifications:
        is_true = found.outcome in _TRUE_OUTCOMES
        status = Status.CORRECTED if was_confirmed and not is_true else STATUS_AFTER[found.outcome]
        was_confirmed = was_confirmed or is_true
        steps.append(PublicStep(at=found.checked_at, status=str(status)))
    for before, after in pairwise(places):
        if before.area_code != after.area_code:
            steps.append(PublicStep(at=after.since, status="", area_names=after.area_names))
    return sorted(steps, key=lambda step: step.at)
