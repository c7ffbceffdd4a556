"""Place candidates for typed words or a point on the map; a person always confirms one."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from corredor.flows.locate import PlaceSuggestion, describe_point, find_places, find_places_for_report
from corredor.intake.models import Report
from corredor.web.places_found import show_places

from .access import Desk, at_desk
from .forms import PointField

LONGEST_QUERY = 200
_NAME = re.compile(r"^[a-z]{1,12}(-point)?$")


@require_GET
@at_desk
def find(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show candidates for typed words (``q``), or for the one point set on the map (``at``)."""
    at = _read_point(request.GET.get("at", ""))
    if at:
        found = _at_point(at)
    else:
        text = _read_words(request)
        near = _read_point(request.GET.get("near", ""))
        is_drill = request.GET.get("world") == "drill"
        found = find_places(text=text, near=near, area=desk.user.area, is_drill=is_drill, now=desk.now) if text else []
    return _render(request, found, desk, typed=bool(_read_words(request) or at))


@require_GET
@at_desk
def for_report(request: HttpRequest, *, desk: Desk, report_id: int) -> HttpResponse:
    """Show candidates for the text of a report."""
    try:
        found = find_places_for_report(report_id=report_id, area=desk.user.area, now=desk.now)
    except Report.DoesNotExist:
        raise Http404 from None
    return _render(request, found, desk, typed=True)


def _render(request: HttpRequest, found: list[PlaceSuggestion], desk: Desk, *, typed: bool) -> HttpResponse:
    name = request.GET.get("name", "point")
    context: dict[str, Any] = {
        "places": show_places(found, language=desk.language),
        "name": name if _NAME.match(name) else "point",
        "typed": typed,
    }
    return render(request, "desk/candidates.html", context)


def _read_words(request: HttpRequest) -> str:
    """Return the typed words, from a search field or from the telephone form's field."""
    return (request.GET.get("q") or request.GET.get("where_words") or "")[:LONGEST_QUERY].strip()


def _read_point(text: str) -> tuple[float, float] | None:
    try:
        point: tuple[float, float] | None = PointField(required=False).clean(text)
    except ValidationError:
        return None
    return point


def _at_point(point: tuple[float, float]) -> list[PlaceSuggestion]:
    lat, lon = point
    words = describe_point(lat=lat, lon=lon)
    return [
        PlaceSuggestion(
            lat=lat,
            lon=lon,
            radius_m=25,
            confidence=1.0,
            kind="MAP",
            labels=words.labels if words else {},
            words="",
            outside="" if words else "outside",
        )
    ]
