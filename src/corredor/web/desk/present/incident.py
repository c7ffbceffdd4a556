"""One incident at the desk, tab by tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form

from corredor.alerts.enums import AlertState
from corredor.flows.alert.compose import possible_kinds
from corredor.incidents.enums import Status
from corredor.incidents.models import Hazard, Incident, IncidentPlace, Verification
from corredor.incidents.queries import (
    confidence,
    list_hazards,
    list_memberships,
    list_path,
    list_timeline,
    list_verifications,
)
from corredor.kit.languages import in_language
from corredor.people.enums import Role
from corredor.web.desk.access import Desk
from corredor.web.desk.forms import HazardForm, MoveForm, ReturnForm, SeenForm, VerifyForm, WindForm

from . import words
from .alert import AlertsShown, show_alerts
from .report import ReportShown, show_report
from .timeline import EntryShown, show_timeline


@dataclass(frozen=True, slots=True)
class CheckTab:
    """Reports and verifications."""

    reports: tuple[ReportShown, ...]
    verifications: tuple[Verification, ...]
    form: Form | None  # None: the user may not verify


@dataclass(frozen=True, slots=True)
class HazardShown:
    """A hazard area and its review clock."""

    hazard: Hazard
    label: str
    is_due: bool  # due for review
    wind_form: Form


@dataclass(frozen=True, slots=True)
class FollowTab:
    """Path, hazards, and whether the incident can be closed."""

    path: tuple[tuple[IncidentPlace, str], ...]
    hazards: tuple[HazardShown, ...]
    seen_form: Form
    move_form: Form
    return_form: Form
    hazard_form: Form
    here: str  # "lat,lon" of the current place


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """The head of the pane, and the one open tab."""

    row: Incident
    label: str
    area: str
    confidence: str
    last_seen_at: datetime
    claimed_by: str
    initials: str
    claim_is_own: bool
    is_closed: bool
    tab: str
    waiting: int  # alerts waiting for approval
    check: CheckTab | None = None
    alert: AlertsShown | None = None
    follow: FollowTab | None = None
    timeline: tuple[EntryShown, ...] | None = None


def show_incident(
    incident: Incident, *, tab: str, desk: Desk, forms: Mapping[str, Form] | None = None
) -> IncidentShown:
    """Build one tab. ``forms`` holds those that failed validation, by name, to be shown as typed."""
    bound = forms or {}
    waiting = incident.alerts.filter(state__in=[AlertState.WAITING, AlertState.HELD]).count()
    tab = tab or choose_tab(incident, waiting=waiting)
    parts: dict[str, Any] = {}
    if tab == "check":
        parts["check"] = _check(incident, desk, bound)
    elif tab == "alert":
        parts["alert"] = show_alerts(
            incident, kinds=possible_kinds(incident=incident), desk=desk, form=bound.get("compose")
        )
    elif tab == "follow":
        parts["follow"] = _follow(incident, desk, bound)
    else:
        parts["timeline"] = tuple(show_timeline(list_timeline(incident=incident)))
    return IncidentShown(
        row=incident,
        label=words.label(incident.place, desk.language),
        area=in_language(incident.place.area_names, desk.language) if incident.place else "",
        confidence=confidence(last_seen_at=incident.last_seen_at, now=desk.now),
        last_seen_at=incident.last_seen_at,
        claimed_by=incident.claimed_by.alias if incident.claimed_by else "",
        initials=words.initials(incident.claimed_by.alias) if incident.claimed_by else "",
        claim_is_own=incident.claimed_by_id == desk.user.pk,
        is_closed=incident.closed_at is not None,
        tab=tab,
        waiting=waiting,
        **parts,
    )


def choose_tab(incident: Incident, *, waiting: int) -> str:
    """Return the tab with the next action: check, then alert, then follow."""
    if waiting:
        return "alert"
    if incident.status == Status.BEING_CHECKED:
        return "check"
    newest = incident.verifications.last()
    told = incident.alerts.filter(state=AlertState.APPROVED, verification=newest).exists()
    return "follow" if told or not possible_kinds(incident=incident) else "alert"


def _check(incident: Incident, desk: Desk, bound: Mapping[str, Form]) -> CheckTab:
    memberships = list_memberships(incident=incident)
    may_verify = desk.can(Role.VERIFIER) and not incident.closed_at
    return CheckTab(
        reports=tuple(show_report(m.report, desk=desk, membership=m) for m in memberships),
        verifications=tuple(list_verifications(incident=incident))[::-1],
        form=(bound.get("verify") or VerifyForm()) if may_verify else None,
    )


def _follow(incident: Incident, desk: Desk, bound: Mapping[str, Form]) -> FollowTab:
    place = incident.place
    here = f"{place.lat},{place.lon}" if place else ""
    return FollowTab(
        path=tuple((spot, words.label(spot, desk.language)) for spot in list_path(incident=incident)),
        hazards=tuple(
            _hazard(hazard, desk, bound) for hazard in list_hazards(incident=incident) if hazard.cleared_at is None
        ),
        seen_form=bound.get("seen") or SeenForm(prefix="seen"),
        move_form=bound.get("move") or MoveForm(prefix="move"),
        return_form=bound.get("return") or ReturnForm(prefix="return"),
        hazard_form=bound.get("hazard") or HazardForm(prefix="hazard", initial={"point": here}),
        here=here,
    )


def _hazard(hazard: Hazard, desk: Desk, bound: Mapping[str, Form]) -> HazardShown:
    name = f"wind-{hazard.pk}"
    return HazardShown(
        hazard,
        words.label(hazard, desk.language),
        is_due=hazard.look_again_at <= desk.now,
        wind_form=bound.get(name) or WindForm(prefix=name, initial={"wind_to": hazard.wind_to}),
    )
