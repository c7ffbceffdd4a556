"""Alerts of an incident as the desk shows them: to write, to approve, and how far they have gone."""

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
_CURVE_STAYS = timedelta(minutes=30)  # beside the message; afterwards on its own page


@dataclass(frozen=True, slots=True)
class AudienceShown:
    """How many people, by which way and in which language, and the cells they live in."""

    people: int
    messages: int
    by_channel: tuple[tuple[str, int], ...]
    by_language: tuple[tuple[str, int], ...]
    cells: tuple[int, ...]
    held_by_quiet_hours: int
    told_already: int
    off_channels: tuple[str, ...]  # whose channel is off: messages are made and reach nobody
    is_closed: bool  # all of them
    is_earlier: bool  # exactly those who got an earlier message, wherever they live


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """How far one way has come."""

    words: str
    out: int
    waiting: int
    bad: int


@dataclass(frozen=True, slots=True)
class AlertShown:
    """One alert with the texts as they will be sent or were sent."""

    row: Alert
    kind: str
    label: str
    texts: tuple[TextShown, ...]
    advice: tuple[str, ...]
    written_by: str
    is_own: bool
    may_approve: bool
    audience: AudienceShown | None = None  # while it waits
    progress: Progress | None = None  # once approved
    draft: dict[str, Any] | None = None  # GeoJSON of what it covers, while it waits
    is_stale: bool = False  # what is verified has changed since it was written
    plan: PlanShown | None = None  # while it waits
    curve: CurveShown | None = None  # once approved: the plan beside what really happened
    correction: Correction | None = None  # of a correction: how fast and how far it went
    held_for: str = ""  # why a third person must look
    may_release: bool = False

    @property
    def is_leaving(self) -> bool:
        """Whether it can still be stopped, or has gone out so lately that its curve is beside it."""
        return self.is_stoppable or (self.row.state == AlertState.APPROVED and self.curve is not None)

    @property
    def is_stoppable(self) -> bool:
        """Whether something of it has not gone out yet."""
        return self.row.state == AlertState.APPROVED and bool(self.progress and self.progress.is_under_way)

    @property
    def gone(self) -> int:
        """Whole percent of the deliveries that are settled."""
        if not self.progress or not self.progress.total:
            return 100
        return round(100 * (self.progress.total - self.progress.waiting) / self.progress.total)

    @property
    def channels(self) -> list[ChannelCounts]:
        """How far each way has come."""
        return (
            [_count_channel(channel, counts) for channel, counts in sorted(self.progress.by_channel.items())]
            if self.progress
            else []
        )

    @property
    def states(self) -> list[tuple[str, int]]:
        """What became of the deliveries that were not simply accepted."""
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
    leaving: tuple[AlertShown, ...]  # on their way, or lately: before anything else is written
    decided: tuple[AlertShown, ...]
    form: Form | None
    usual_advice: dict[str, list[str]]  # by kind
    form_key: str  # changes when the ground of what is being written changes
    may_write: bool
    must_verify_again: bool  # it moved or came back after the last verification


def show_alerts(incident: Incident, *, kinds: Sequence[AlertKind], desk: Desk, form: Form | None = None) -> AlertsShown:
    """Draw the alert tab. ``form`` is one that came back with errors."""
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
    """The form with only those kinds that fit what is verified now."""
    initial = {
        "advice": [str(code) for code in DEFAULT_ADVICE[kinds[0]]] if kinds else [],
        "radius_m": nearest_radius(get_network().alert_radius_m),
    }
    return ComposeForm(data, kinds=[(str(k), AlertKind(k).label) for k in kinds], initial=initial)


def nearest_radius(radius_m: int) -> int:
    """The choice that comes nearest to the network's own setting."""
    return min(RADII_M, key=lambda choice: abs(choice - radius_m))


def show_audience(audience: Audience, *, kind: str, is_drill: bool) -> AudienceShown:
    """An audience in words."""
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
    """An approved alert with its curve, however long ago it went."""
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
