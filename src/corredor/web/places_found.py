"""Place candidates with their confidence, and the question that would disambiguate them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from corredor.flows.locate import PlaceSuggestion
from corredor.kit.languages import Names, in_language

SURE, LIKELY = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One candidate. ``point`` is empty if the words give none: then only the question helps."""

    point: str
    label: str
    reason: str
    certainty: str  # in words: percentages suggest a precision that nobody can act on
    is_sure: bool
    questions: Names
    is_outside: bool


def show_places(found: Iterable[PlaceSuggestion], *, language: str) -> list[PlaceShown]:
    """Return the candidates without duplicates, best first."""
    shown = [_show(one, language) for one in found]
    return list({(one.label, one.point): one for one in reversed(shown)}.values())[::-1]


def _show(one: PlaceSuggestion, language: str) -> PlaceShown:
    has_point = one.lat is not None and one.lon is not None and not one.outside
    return PlaceShown(
        point=f"{one.lat:.6f},{one.lon:.6f}" if has_point else "",
        label=in_language(one.labels, language) or _("A point without a name"),
        reason=in_language(one.reasons, language),
        certainty=_certainty(one.confidence),
        is_sure=one.confidence >= SURE,
        questions=one.questions,
        is_outside=bool(one.outside),
    )


def _certainty(confidence: float) -> str:
    if confidence >= SURE:
        return _("sure")
    return _("likely") if confidence >= LIKELY else _("unsure")
