"""Why a report may belong to an incident: reasons that a person can check."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.flows.incident.suggest import IncidentSuggestion
from corredor.kit.languages import in_language

from . import words


@dataclass(frozen=True, slots=True)
class NearShown:
    """One open incident that may be the same event. ``reason`` is stored with the report if it is joined."""

    slug: str
    label: str
    reason: str


def show_near(one: IncidentSuggestion, *, language: str) -> NearShown:
    """Return distance, time difference and shared words, as far as they are known."""
    parts = []
    if one.distance_m is not None:
        parts.append(_("%(distance)s away") % {"distance": words.distance(one.distance_m)})
    parts.append(ngettext("%(count)s min apart", "%(count)s min apart", one.minutes) % {"count": one.minutes})
    if one.shared_words:
        parts.append(_("same words: %(words)s") % {"words": ", ".join(one.shared_words)})
    return NearShown(
        slug=one.slug,
        label=in_language(one.labels, language),
        reason=", ".join(parts)[:160],
    )
