"""What is confirmed now: front page, list, map, incident page, alert page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from corredor.flows.publish.publisher import Current, get_current
from corredor.flows.publish.view import NothingPublic, public_alert, public_incident, public_view
from corredor.people.queries import get_network
from corredor.web.context import describe_site

from . import exchange, map_view

FRONT_PAGE_S = 10
INCIDENT_S = 20


@exchange.page(max_age_s=FRONT_PAGE_S)
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page: confirmed incidents and the three actions."""
    return _show(request, "public/home.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=FRONT_PAGE_S)
def now(request: HttpRequest) -> HttpResponse:
    """Show list and map only."""
    return _show(request, "public/now.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=FRONT_PAGE_S)
def now_list(request: HttpRequest) -> HttpResponse:
    """Return the list as a fragment, which open pages poll."""
    return _show(request, "public/now_list.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=2)
def drill(request: HttpRequest) -> HttpResponse:
    """Show the same page for the current drill, marked as a drill."""
    return _show(request, "public/now.html", _find_drill())


@exchange.page(max_age_s=2)
def drill_list(request: HttpRequest) -> HttpResponse:
    """Return the drill's list as a fragment."""
    return _show(request, "public/now_list.html", _find_drill())


@exchange.page(max_age_s=INCIDENT_S)
def incident(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one incident: status, area, times, and its alerts."""
    try:
        shown = public_incident(slug=slug, now=timezone.now())
    except NothingPublic:
        raise Http404 from None
    context = {"incident": shown, "as_of": shown.as_of, "is_drill": shown.is_drill}
    return render(request, "public/incident.html", context)


@exchange.page(max_age_s=INCIDENT_S)
def alert(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an alert's text in every language, so that a message can be verified."""
    try:
        shown, about = public_alert(slug=slug, now=timezone.now())
    except NothingPublic:
        return render(request, "public/no_alert.html", status=404)
    languages = [(code, shown.titles[code], shown.standards[code], shown.texts[code]) for code in shown.texts]
    context = {
        "alert": shown,
        "incident": about,
        "languages": languages,
        "as_of": about.as_of,
        "is_drill": about.is_drill,
    }
    return render(request, "public/alert.html", context)


def _find_drill() -> Current:
    return Current(public_view(now=timezone.now(), is_drill=True), get_network())


def _show(request: HttpRequest, template: str, current: Current) -> HttpResponse:
    view, site = current.view, describe_site(current.network)
    context: dict[str, Any] = {"view": view, "as_of": view.made_at, "is_drill": view.is_drill, "site": site}
    if template != "public/now_list.html":
        context["map"] = map_view.show_map(view, city=current.network.city)
    return render(request, template, context)
