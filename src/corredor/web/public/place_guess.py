"""Interprets the words for a place, and returns the one question that would disambiguate them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from corredor.flows.locate import PlaceSuggestion, find_places
from corredor.kit.languages import Names, in_language
from corredor.web.language import page_language

from .map_view import find_city

MOST_PLACES = 4
_WORTH_ASKING = 0.2  # ask if the second candidate is this likely
_WORTH_SHOWING = 0.02
_SURE = 0.8
_NO_POINT = ("AREA", "STREET", "OUTSIDE")  # kinds whose centre is not a usable location


def guess_place(words: str) -> dict[str, Any]:
    """Return ``places`` to choose from or to show as read, and the ``question`` in every language, if one is needed.

    Ignores open incidents: the answer would reveal where something is being checked.
    """
    if not words or find_city() is None:
        return {"places": [], "question": None}
    found = find_places(text=words, knows_incidents=False, now=timezone.now())
    points = [row for row in found if row.lat is not None and row.kind not in _NO_POINT]
    points = [row for row in points if row.confidence >= _WORTH_SHOWING][:MOST_PLACES]
    asked = next((row for row in found if row.questions), None)
    has_rivals = len(points) > 1 and (points[1].confidence >= _WORTH_ASKING or bool(points[0].questions))
    return {
        "places": [_describe(row) for row in points],
        "question": dict(asked.questions) if asked else None,
        "has_rivals": has_rivals,
        "is_outside": any(row.outside for row in found[:1]),
    }


def named_place(words: str) -> str:
    """Return the place named in an earlier answer if it is unambiguous; else an empty text."""
    if not words or find_city() is None:
        return ""
    found = find_places(text=words, knows_incidents=False, now=timezone.now())
    sure = [row for row in found if row.lat is not None and row.kind not in _NO_POINT and row.confidence >= _SURE]
    return sure[0].words[:300] if len(sure) == 1 else ""


def needs_question(guess: dict[str, Any]) -> bool:
    """Return True if the next page must ask which place is meant."""
    return bool(guess.get("has_rivals") or guess.get("question"))


def in_words(names: Names) -> str:
    """Return the text in the page language."""
    return in_language(names, page_language())


def _describe(row: PlaceSuggestion) -> dict[str, Any]:
    return {"names": dict(row.labels), "lat": row.lat, "lon": row.lon}
