"""Geocode free text: candidate places, confidence, and the one question that would disambiguate.

Suggestions are used only after a person has confirmed the pin. Reads places and open incidents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from corredor.engines.textlocate import Context, Located, OpenSpot
from corredor.incidents.queries import list_open_incidents
from corredor.intake.enums import NoteKind
from corredor.intake.models import Report
from corredor.kit.languages import Names, in_every
from corredor.people.queries import get_network
from corredor.places.areas import name_area
from corredor.places.pack import get_locator
from corredor.places.queries import get_live_locator

MOST_SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class PlaceSuggestion:
    """One candidate place. ``lat``/``lon`` are None when the text gives no point.

    ``confidence`` is the probability of being right; ``reasons`` and the question are ready to show or ask.
    """

    lat: float | None
    lon: float | None
    radius_m: float
    confidence: float
    kind: str
    labels: Names
    words: str
    reasons: Names = field(default_factory=dict)
    questions: Names = field(default_factory=dict)
    outside: str = ""


@dataclass(frozen=True, slots=True)
class PointWords:
    """Labels of a point, for alerts and the public map."""

    labels: Names
    area_code: str
    area_names: Names


def find_places(
    *,
    text: str,
    city: str | None = None,
    near: tuple[float, float] | None = None,
    area: str = "",
    is_drill: bool = False,
    knows_incidents: bool = True,
    now: datetime,
) -> list[PlaceSuggestion]:
    """Return candidates, best first, alternatives after their main reading. Empty when no place is named.

    ``area`` is an area code the user knows; ties are resolved in its favour, with that as reason. "The same corner as
    before" is resolved by open incidents, except for the public (``knows_incidents`` False), whom the answer would tell
    where something is still being checked.
    """
    name = city or get_network().city
    spots = tuple(
        OpenSpot(row.place.lat, row.place.lon, row.place.labels)
        for row in (list_open_incidents(is_drill=is_drill)[:20] if knows_incidents else ())
        if row.place and row.city == name
    )
    known = (name_area(code=area, city=name) if area else "") or None
    found = get_live_locator(name).locate(text, context=Context(area=known, point=near, open_spots=spots))
    return [row for one in found for row in _with_alternatives(one)][:MOST_SUGGESTIONS]


def find_places_for_report(*, report_id: int, area: str = "", now: datetime) -> list[PlaceSuggestion]:
    """Geocode a report: the sender's latest additions, its place words, its text, the point it offered.

    Additions come first because they answer the desk or correct the report.
    """
    report = Report.objects.get(pk=report_id)
    added = report.notes.filter(kind=NoteKind.ADDED).order_by("-said_at", "-pk").values_list("text", flat=True)
    near = (
        (report.offered_lat, report.offered_lon)
        if report.offered_lat is not None and report.offered_lon is not None
        else None
    )
    found: list[PlaceSuggestion] = []
    for text in (*added[:5], report.where_words, report.text):
        if text and not any(row.lat is not None for row in found):
            found += find_places(text=text, near=near, area=area, is_drill=report.is_drill, now=now)
    if near:
        found.append(_offered(near))
    return found[:MOST_SUGGESTIONS]


def describe_point(*, lat: float, lon: float, city: str | None = None) -> PointWords | None:
    """Return the labels of a point; None outside the city."""
    described = get_locator(city or get_network().city).describe(lat, lon)
    if described is None:
        return None
    return PointWords(
        labels=described.label,
        area_code=described.area_code,
        area_names=described.area,
    )


def _with_alternatives(one: Located) -> list[PlaceSuggestion]:
    first = PlaceSuggestion(
        lat=one.lat,
        lon=one.lon,
        radius_m=one.radius_m,
        confidence=one.confidence,
        kind=one.kind,
        labels=one.label,
        words=one.words,
        reasons=one.because or {},
        questions=one.question or {},
        outside=one.outside or "",
    )
    others = [
        PlaceSuggestion(
            lat=other.lat,
            lon=other.lon,
            radius_m=one.radius_m,
            confidence=other.confidence,
            kind=one.kind,
            labels=other.label,
            words=one.words,
            reasons=other.reason,
        )
        for other in one.alternatives
    ]
    return [first, *others]


def _offered(point: tuple[float, float]) -> PlaceSuggestion:
    words = describe_point(lat=point[0], lon=point[1])
    return PlaceSuggestion(
        lat=point[0],
        lon=point[1],
        radius_m=60,
        confidence=0.7,  # a phone's position or a tap: precise, but it may be where the sender is now
        kind="OFFERED",
        labels=words.labels if words else {},
        words="",
        reasons=in_every("places", "sender_point"),
        outside="" if words else "outside",
    )
