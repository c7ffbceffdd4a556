"""What is confirmed now: front page, list, map, one incident, one message."""

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
    """What is confirmed, and the three things one can do."""
    return _show(request, "public/home.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=FRONT_PAGE_S)
def now(request: HttpRequest) -> HttpResponse:
    """The list and the map alone."""
    return _show(request, "public/now.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=FRONT_PAGE_S)
def now_list(request: HttpRequest) -> HttpResponse:
    """The list as a piece of a page, which an open page asks for by itself."""
    return _show(request, "public/now_list.html", get_current(now=timezone.now()))


@exchange.page(max_age_s=2)
def drill(request: HttpRequest) -> HttpResponse:
    """The same page for the drill that is being played, marked as one."""
    return _show(request, "public/now.html", _find_drill())


@exchange.page(max_age_s=2)
def drill_list(request: HttpRequest) -> HttpResponse:
    """The drill's list as a piece of a page."""
    return _show(request, "public/now_list.html", _find_drill())


@exchange.page(max_age_s=INCIDENT_S)
def incident(request: HttpRequest, slug: str) -> HttpResponse:
    """One incident's story: status, area, times, and the messages sent."""
    try:
        shown = public_incident(slug=slug, now=timezone.now())
    except NothingPublic:
        raise Http404 from None
    context = {"incident": shown, "as_of": shown.as_of, "is_drill": shown.is_drill}
    return render(request, "public/incident.html", context)


@exchange.page(max_age_s=INCIDENT_S)
def alert(request: HttpRequest, slug: str) -> HttpResponse:
    """Is this message real? The text as it was sent, in every language."""
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
