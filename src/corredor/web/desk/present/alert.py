"""Alerts of an incident at the desk: drafting, approval, and progress of delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.forms import Form

from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, Advice, AlertKind, AlertState, HoldReason
from corredor.alerts.models import Alert
from corredor.alerts.queries import list_alerts
from corredor.delivery.enums import SendState
from corredor.delivery.forecast import get_plan
from corredor.delivery.queries import Progress, get_progress, get_routes
from corredor.flows.alert.audience import Audience, preview_alert
from corredor.flows.alert.compose import DEFAULT_ADVICE, WRITERS
from corredor.flows.alert.forecast import plan_found
from corredor.incidents.enums import Status
from corredor.incidents.models import Incident
from corredor.kit.languages import get, in_order
from corredor.people.enums import Role
from corredor.people.queries import get_network
from corredor.review.corrections import Correction, measure_correction
from corredor.subscriptions.enums import REAL_CHANNELS, Channel
from corredor.web.desk.access import Desk
from corredor.web.desk.forms import RADII_M, ComposeForm

from . import words
from .curve import CurveShown, show_curve
from .map import draw_draft
from .plan import PlanShown, show_plan
from .text import TextShown, show_text

_UNDECIDED = (AlertState.WAITING, AlertState.HELD)
_CURVE_STAYS = timedelta(minutes=30)  # shown beside the message for this long; later on its own page


@dataclass(frozen=True, slots=True)
class AudienceShown:
    """Number of people by channel and language, and the cells they live in."""

    people: int
    messages: int
    by_channel: tuple[tuple[str, int], ...]
    by_language: tuple[tuple[str, int], ...]
    cells: tuple[int, ...]
    held_by_quiet_hours: int
    told_already: int
    off_channels: tuple[str, ...]  # whose channel is off: messages are discarded
    is_closed: bool  # all subscribers
    is_earlier: bool  # exactly those whom an earlier message reached, wherever they live


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """Progress of one channel."""

    words: str
    out: int
    waiting: int
    bad: int


@dataclass(frozen=True, slots=True)
class AlertShown:
    """One alert with its texts as they will be or were sent."""

    row: Alert
    kind: str
    label: str
    texts: tuple[TextShown, ...]
    advice: tuple[str, ...]
    written_by: str
    is_own: bool
    may_approve: bool
    audience: AudienceShown | None = None  # while it waits for approval
    progress: Progress | None = None  # once approved
    draft: dict[str, Any] | None = None  # GeoJSON of its coverage, while it waits for approval
    is_stale: bool = False  # the verification has changed since it was written
    plan: PlanShown | None = None  # while it waits for approval
    curve: CurveShown | None = None  # once approved: forecast and actual curve
    correction: Correction | None = None  # of a correction: speed and reach
    held_for: str = ""  # why it is held for review
    may_release: bool = False

    @property
    def is_leaving(self) -> bool:
        """Return True if it is being sent, or was sent so recently that its curve is shown."""
        return self.is_stoppable or (self.row.state == AlertState.APPROVED and self.curve is not None)

    @property
    def is_stoppable(self) -> bool:
        """Return True if some of its deliveries can still be halted."""
        return self.row.state == AlertState.APPROVED and bool(self.progress and self.progress.is_under_way)

    @property
    def gone(self) -> int:
        """Return the settled deliveries in whole percent."""
        if not self.progress or not self.progress.total:
            return 100
        return round(100 * (self.progress.total - self.progress.waiting) / self.progress.total)

    @property
    def channels(self) -> list[ChannelCounts]:
        """Return the progress of each channel."""
        return (
            [_count_channel(channel, counts) for channel, counts in sorted(self.progress.by_channel.items())]
            if self.progress
            else []
        )

    @property
    def states(self) -> list[tuple[str, int]]:
        """Return the counts of deliveries in other states than accepted."""
        counts = self.progress.by_state if self.progress else {}
        return [
            (str(SendState(state).label), count)
            for state, count in sorted(counts.items())
            if state != SendState.SENT and count
        ]


@dataclass(frozen=True, slots=True)
class AlertsShown:
    """The alert tab."""

    waiting: tuple[AlertShown, ...]
    leaving: tuple[AlertShown, ...]  # being sent, or sent recently: shown before the draft
    decided: tuple[AlertShown, ...]
    form: Form | None
    usual_advice: dict[str, list[str]]  # by kind
    form_key: str  # changes when the facts behind the draft change
    may_write: bool
    must_verify_again: bool  # it moved or came back after the last verification


def show_alerts(incident: Incident, *, kinds: Sequence[AlertKind], desk: Desk, form: Form | None = None) -> AlertsShown:
    """Build the alert tab. ``form`` is one that failed validation."""
    alerts = list(list_alerts(incident=incident))
    decided = [_show(alert, kinds, desk) for alert in reversed(alerts) if alert.state not in _UNDECIDED]
    may_write = desk.can(*WRITERS)
    return AlertsShown(
        waiting=tuple(_show(a, kinds, desk) for a in alerts if a.state in _UNDECIDED),
        leaving=tuple(alert for alert in decided if alert.is_leaving),
        decided=tuple(alert for alert in decided if not alert.is_leaving),
        form=(form or new_compose_form(kinds=kinds)) if kinds and may_write else None,
        usual_advice={str(kind): [str(code) for code in DEFAULT_ADVICE[kind]] for kind in kinds},
        form_key=f"{incident.pk}-{len(alerts)}-{'-'.join(kinds)}",
        may_write=may_write,
        must_verify_again=not kinds and incident.status == Status.CONFIRMED,
    )


def new_compose_form(*, kinds: Sequence[AlertKind], data: Mapping[str, Any] | None = None) -> ComposeForm:
    """Return a form with only the kinds that fit the current verification."""
    initial = {
        "advice": [str(code) for code in DEFAULT_ADVICE[kinds[0]]] if kinds else [],
        "radius_m": nearest_radius(get_network().alert_radius_m),
    }
    return ComposeForm(data, kinds=[(str(k), AlertKind(k).label) for k in kinds], initial=initial)


def nearest_radius(radius_m: int) -> int:
    """Return the choice nearest to the network's default radius."""
    return min(RADII_M, key=lambda choice: abs(choice - radius_m))


def show_audience(audience: Audience, *, kind: str, is_drill: bool) -> AudienceShown:
    """Return an audience in words."""
    routes = get_routes()
    off = [] if is_drill else [channel for channel in REAL_CHANNELS if routes[channel] == "null"]
    return AudienceShown(
        people=audience.people,
        messages=audience.messages,
        by_channel=tuple((str(Channel(channel).label), n) for channel, n in sorted(audience.by_channel.items())),
        by_language=tuple((get(code).name, audience.by_language[code]) for code in in_order(audience.by_language)),
        cells=tuple(audience.cells),
        held_by_quiet_hours=audience.held_by_quiet_hours,
        told_already=audience.told_already,
        off_channels=tuple(str(Channel(channel).label) for channel in off if audience.by_channel.get(channel)),
        is_closed=len(off) == len(REAL_CHANNELS),
        is_earlier=kind in TO_EARLIER_RECIPIENTS,
    )


def _count_channel(channel: str, counts: Mapping[str, int]) -> ChannelCounts:
    return ChannelCounts(
        words=str(Channel(channel).label),
        out=sum(counts.get(state, 0) for state in (SendState.SENT, SendState.DISCARDED)),
        waiting=sum(counts.get(state, 0) for state in (SendState.DUE, SendState.CLAIMED)),
        bad=sum(counts.get(state, 0) for state in (SendState.INVALID_ADDRESS, SendState.FAILED)),
    )


def show_sending(alert: Alert, *, desk: Desk) -> AlertShown:
    """Return an approved alert with its curve, however old."""
    return _show(alert, (), desk, has_curve=True)


def _show_curve(alert: Alert, progress: Progress, *, now: datetime) -> CurveShown | None:
    plan = get_plan(alert_id=alert.pk)
    return show_curve(plan, is_over=not progress.waiting, now=now) if plan and plan.messages else None


def _show_correction(alert: Alert) -> Correction | None:
    return measure_correction(incident_id=alert.incident_id) if alert.kind == AlertKind.CORRECTION else None


def _show(alert: Alert, kinds: Sequence[AlertKind], desk: Desk, *, has_curve: bool = False) -> AlertShown:
    own = alert.written_by_id == desk.user.pk
    waits, is_held = alert.state == AlertState.WAITING, alert.state == AlertState.HELD
    undecided = waits or (is_held and alert.approved_at is None)
    stale = undecided and alert.kind not in kinds
    found = preview_alert(alert_id=alert.pk, now=desk.now) if undecided else None
    texts = {text.language: text for text in alert.texts.all()}
    audience = show_audience(found, kind=alert.kind, is_drill=alert.is_drill) if found else None
    plan = plan_found(found, alert=alert, texts=texts, routes=get_routes(), now=desk.now) if found else None
    progress = get_progress(alert_id=alert.pk) if alert.approved_at else None
    has_curve = has_curve or (alert.approved_at is not None and desk.now - alert.approved_at < _CURVE_STAYS)
    is_third = desk.user.pk not in (alert.written_by_id, alert.approved_by_id)
    return AlertShown(
        row=alert,
        kind=alert.get_kind_display(),
        label=words.label(alert.place, desk.language),
        texts=tuple(show_text(texts[code]) for code in in_order(texts)),
        advice=tuple(str(Advice(code).label) for code in alert.advice),
        written_by=alert.written_by.alias,
        is_own=own,
        may_approve=waits and not own and not stale and desk.can(Role.APPROVER),
        audience=audience,
        draft=draw_draft(place=alert.place, radius_m=alert.radius_m, cell_ids=audience.cells)
        if audience and not audience.is_earlier
        else None,
        progress=progress,
        is_stale=stale,
        plan=show_plan(plan) if plan else None,
        curve=_show_curve(alert, progress, now=desk.now) if progress and has_curve else None,
        correction=_show_correction(alert) if progress else None,
        held_for=str(HoldReason(alert.held_for).label) if is_held else "",
        may_release=is_held and is_third and not stale and desk.can(Role.STEWARD),
    )
