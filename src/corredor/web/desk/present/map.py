"""Data of the desk's map: pins, alert radii, hazards, and candidate points of reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import cos, pi, sin
from typing import Any

from django.utils.translation import gettext as _

from corredor.alerts.models import Alert
from corredor.alerts.queries import list_active_warnings
from corredor.engines import hexgrid
from corredor.engines.geo.plane import LocalPlane
from corredor.flows.school.dangers import draw_drift
from corredor.incidents.models import Hazard, Incident, IncidentPlace
from corredor.incidents.queries import list_active_hazards
from corredor.intake.models import Report
from corredor.web.desk.access import Desk
from corredor.web.desk.rows import DeskRows
from corredor.web.desk.selection import Selection

from . import words

Feature = dict[str, Any]
_CORNERS = 48


def build_map(rows: DeskRows, *, desk: Desk, selection: Selection) -> dict[str, Any]:
    """Return GeoJSON in three layers, and the point to centre on. Coordinates are [lon, lat], WGS84."""
    incidents = [incident for incident in rows.incidents if incident.place]
    hazards = list(list_active_hazards(is_drill=selection.is_drill))
    reaching = list(list_active_warnings(is_drill=selection.is_drill))
    reports = [r for r in (*rows.reports.new, *rows.reports.held) if r.offered_lat is not None]
    return {
        "incidents": collect(_incident(i, desk, selection) for i in incidents),
        "areas": collect([*map(_reach, reaching), *map(_hazard, hazards), *_list_downwind_areas(hazards)]),
        "points": collect(_report(report, desk.now, selection) for report in reports),
        "at": _find_focus(incidents, reports, selection),
    }


def collect(features: Iterable[Feature]) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def circle(lat: float, lon: float, radius_m: float, **properties: Any) -> Feature:
    """Return a ring of ``radius_m`` metres around a point."""
    plane = LocalPlane.around(lat, lon)
    turns = [2 * pi * corner / _CORNERS for corner in range(_CORNERS)]
    spots = [plane.to_degrees(radius_m * cos(turn), radius_m * sin(turn)) for turn in turns]
    ring = [[round(east, 6), round(north, 6)] for north, east in spots]
    return _feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, properties)


def cells(ids: Iterable[int]) -> dict[str, Any]:
    """Return the outlines of the cells that an alert covers."""
    return collect(
        _feature(
            {"type": "Polygon", "coordinates": [[[round(lon, 6), round(lat, 6)] for lat, lon in _closed(cell)]]},
            {"kind": "cell"},
        )
        for cell in ids
    )


def draw_draft(*, place: IncidentPlace | None, radius_m: int, cell_ids: Iterable[int]) -> dict[str, Any] | None:
    """Return the coverage of a draft: its cells and its circle; None without a place."""
    if place is None:
        return None
    ring = circle(place.lat, place.lon, radius_m, kind="draft")
    return collect([*cells(cell_ids)["features"], ring])


def _closed(cell: int) -> list[tuple[float, float]]:
    outline = hexgrid.outline_of(cell)
    return [*outline, outline[0]] if outline[0] != outline[-1] else outline


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(lat: float, lon: float, **properties: Any) -> Feature:
    return _feature({"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}, properties)


def _incident(incident: Incident, desk: Desk, selection: Selection) -> Feature:
    place = incident.place
    assert place is not None
    return _point(
        place.lat,
        place.lon,
        id=incident.slug,
        status=incident.status,
        status_words=incident.get_status_display(),
        label=words.label(place, desk.language),
        age=words.ago(incident.last_seen_at, now=desk.now),
        link=Selection(is_drill=incident.is_drill, incident=incident.slug).address,
        chosen=incident.slug == selection.incident,
    )


def _report(report: Report, now: datetime, selection: Selection) -> Feature:
    return _point(
        report.offered_lat or 0.0,
        report.offered_lon or 0.0,
        id=report.pk,
        label=_("Report %(number)s") % {"number": report.number},
        age=words.ago(report.received_at, now=now),
        link=Selection(is_drill=report.is_drill, report=report.pk).address,
        chosen=report.pk == selection.report,
    )


def _reach(alert: Alert) -> Feature:
    return circle(alert.place.lat, alert.place.lon, alert.radius_m, kind="reach")


def _hazard(hazard: Hazard) -> Feature:
    return circle(hazard.lat, hazard.lon, hazard.radius_m, kind="hazard")


def _list_downwind_areas(hazards: Iterable[Hazard]) -> list[Feature]:
    """Return the areas downwind of hazards, as far as the corridor planner avoids them."""
    rings = [[[round(lon, 6), round(lat, 6)] for lat, lon in draw_drift(hazard)] for hazard in hazards]
    return [_feature({"type": "Polygon", "coordinates": [ring]}, {"kind": "drift"}) for ring in rings if ring]


def _find_focus(incidents: list[Incident], reports: list[Report], selection: Selection) -> list[float] | None:
    """Return [lon, lat] of the selected item, or None if it has no point."""
    for incident in incidents:
        if incident.slug == selection.incident and incident.place:
            return [incident.place.lon, incident.place.lat]
    for report in reports:
        if report.pk == selection.report and report.offered_lon is not None and report.offered_lat is not None:
            return [report.offered_lon, report.offered_lat]
    return None
