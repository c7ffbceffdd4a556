"""Renders one screen of the desk, whole or only the changed parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2s
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from corredor.alerts.queries import is_still_sending
from corredor.corridors.queries import count_waiting
from corredor.delivery.queries import get_halt
from corredor.flows.drill.background import get_run
from corredor.flows.incident.suggest import suggest_incidents
from corredor.incidents.models import Incident
from corredor.incidents.queries import desk_version, get_incident_by_slug, get_membership
from corredor.intake.models import Report
from corredor.intake.queries import get_report
from corredor.review.queries import get_drill_clock

from .access import Desk
from .present.base_map import get_ground
from .present.drill import RunShown, show_run
from .present.incident import show_incident
from .present.map import build_map
from .present.near import show_near
from .present.queue import build_queue
from .present.report import default_questions, show_report
from .present.tab import list_tabs
from .refusal import Refusal
from .rows import read_rows
from .selection import Selection

BEAT_S = 30  # redraw interval without changes, so that ages stay correct
MOST_NEAR = 4  # limit of suggestions; later ones are rarely the same event
SENDING_BEAT_S = 2  # redraw interval while an alert is being sent
SENDING_LASTS = timedelta(minutes=3)


def get_tag(*, selection: Selection, desk: Desk, version: str) -> str:
    """Return the ETag of the screen. ``version`` is that of the desk's data."""
    beat = SENDING_BEAT_S if _is_sending(selection, desk) else BEAT_S
    parts = (version, selection.address, desk.language, desk.user.pk, int(desk.now.timestamp() // beat))
    return blake2s(repr(parts).encode(), digest_size=12).hexdigest()


def _is_sending(selection: Selection, desk: Desk) -> bool:
    """Return True if the open tab shows an alert that is being sent."""
    if selection.tab != "alert" or selection.is_drill:
        return False
    return is_still_sending(incident_slug=selection.incident, since=desk.now - SENDING_LASTS)


def show_screen(
    request: HttpRequest,
    *,
    selection: Selection,
    desk: Desk,
    fresh: bool = True,
    status: int = 200,
    refusal: Refusal | None = None,
    forms: Mapping[str, Form] | None = None,
    version: str = "",
) -> HttpResponse:
    """Return the whole page, or for htmx its parts. ``fresh`` replaces the pane instead of morphing it."""
    context = build_context(selection=selection, desk=desk, forms=forms, version=version)
    context |= {"fresh": fresh, "refusal": refusal}
    partial = bool(getattr(request, "htmx", False))
    response = render(request, "desk/live.html" if partial else "desk/board.html", context, status=status)
    response["ETag"] = f'"{context["tag"]}"'
    response["Cache-Control"] = "no-store"
    response["X-Desk-Screen"] = "1"  # tells the script that this error response has a body to show
    response["Vary"] = "HX-Request, Cookie"
    return response


def go_on(request: HttpRequest, *, selection: Selection, desk: Desk) -> HttpResponse:
    """Respond to an action: the new screen for htmx, else a redirect to it."""
    if getattr(request, "htmx", False):
        return show_screen(request, selection=selection, desk=desk)
    return HttpResponseRedirect(selection.address)


def build_context(
    *, selection: Selection, desk: Desk, forms: Mapping[str, Form] | None = None, version: str = ""
) -> dict[str, Any]:
    """Return the context of all templates of one screen. ``version`` of the desk's data must be read before it."""
    version = version or desk_version(is_drill=selection.is_drill)  # read first: the next poll sees later changes
    asked, desk = desk, desk.watch(clock=get_drill_clock()) if selection.is_drill else desk
    chosen = _build_pane(selection, desk, forms)
    if shown := chosen.get("incident"):
        chosen |= {"tabs": list_tabs(shown, selection=selection), "questions": default_questions()}
        chosen["may_follow"] = not shown.is_closed and not desk.is_watching
        selection = selection.at_tab(shown.tab)  # do not switch tabs because of a colleague's action
    rows = read_rows(desk=desk, selection=selection)
    return chosen | {
        "desk": desk,
        "selection": selection,
        "is_drill": selection.is_drill,
        "tag": get_tag(selection=selection, desk=asked, version=version),
        "queue": build_queue(rows, desk=desk, selection=selection),
        "map": build_map(rows, desk=desk, selection=selection),
        "halt": get_halt(),
        "at_schools": 0 if selection.is_drill else count_waiting(is_drill=False),
        "run": _find_run(asked) if selection.is_drill else None,
        "ground": get_ground(desk.network.city),
    }


def _find_run(desk: Desk) -> RunShown | None:
    run = get_run(now=desk.now)
    return show_run(run, language=desk.language) if run else None


def _build_pane(selection: Selection, desk: Desk, forms: Mapping[str, Form] | None) -> dict[str, Any]:
    """Return the pane's context. An item that is gone, or in the other world (live or drill), counts as missing."""
    try:
        if selection.report:
            report = get_report(report_id=selection.report)
            if report.is_drill == selection.is_drill:
                return _report(report, desk)
        elif selection.incident:
            incident = get_incident_by_slug(slug=selection.incident)
            if incident.is_drill == selection.is_drill:
                return {"incident": show_incident(incident, tab=selection.tab, desk=desk, forms=forms)}
        else:
            return {"missing": False}
    except (Report.DoesNotExist, Incident.DoesNotExist):
        return {"missing": True}
    return {"missing": True}


def _report(report: Report, desk: Desk) -> dict[str, Any]:
    membership = get_membership(report_id=report.pk)
    shown = show_report(report, desk=desk, membership=membership)
    found = suggest_incidents(report_id=report.pk, now=desk.now)[:MOST_NEAR] if shown.is_open else []
    return {
        "report": shown,
        "near": [show_near(one, language=desk.language) for one in found],
        "places_address": reverse("desk:report_places", kwargs={"report_id": report.pk}),
        "questions": default_questions(),
    }
