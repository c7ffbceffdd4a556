"""Template values: turn an incident's facts into the texts that fill an alert template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.alerts.wording import words_for
from corredor.alerts.wording.clock import format_time
from corredor.incidents.enums import Agency, Outcome
from corredor.incidents.models import Incident, IncidentPlace, Verification
from corredor.kit.languages import in_language

_NOT_IMMIGRATION_AGENCIES = (
    Agency.POLICE,
    Agency.SHERIFF,
    Agency.MILITARY,
    Agency.OTHER_FEDERAL,
    Agency.NONE,
)


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """Facts of a message. ``first`` is the earlier message it refers to, if any."""

    incident: Incident
    verification: Verification
    place: IncidentPlace
    first: Alert | None
    kind: AlertKind
    advice: Sequence[str]
    what: str
    link: str
    expires_at: datetime


def make_template_values(facts: AlertFacts, *, language: str, zone: str, now: datetime) -> dict[str, str]:
    """Return the template values of one language. Places are two street names, never a house number."""
    at = partial(format_time, language=language, zone=zone, now=now)
    agency = words_for("agency", facts.verification.agency, language)
    advice = [words_for("advice", code, language) for code in facts.advice]
    current = facts.incident.place or facts.place
    first_place = facts.first.place if facts.first else facts.place
    return {
        "agency": agency,
        "agency_start": agency[:1].upper() + agency[1:],
        "advice": " ".join(advice),
        "advice_first": advice[0] if advice else "",
        "where": _where(facts, language),
        "area": in_language((current if facts.kind == AlertKind.MOVED_AWAY else facts.place).area_names, language),
        "first_where": streets_of(first_place, language),
        "first_area": in_language(first_place.area_names, language),
        "first_time": at(facts.first.approved_at) if facts.first and facts.first.approved_at else "",
        "what": f"{facts.what.rstrip('.')}. " if facts.what else "",
        "what_line": f"{words_for('slot', 'what', language)} {facts.what}\n" if facts.what else "",
        "seen": at(facts.incident.last_seen_at),
        "checked": at(facts.verification.checked_at),
        "expires": at(facts.expires_at),
        "method": words_for("method", facts.verification.method, language),
        "finding": _finding(facts.verification, language),
        "link": facts.link,
    }


def streets_of(place: IncidentPlace, language: str) -> str:
    """Return the two street names of a place's label, without its area."""
    label, area = in_language(place.labels, language), in_language(place.area_names, language)
    return label.removesuffix(f", {area}")


def _where(facts: AlertFacts, language: str) -> str:
    if facts.kind == AlertKind.HAZARD:
        hazard = facts.incident.hazards.filter(cleared_at=None).order_by("-noted_at").first()
        if hazard:
            label = in_language(hazard.labels, language)
            return label.rpartition(",")[0] or label
    return streets_of(facts.place, language)


def _finding(verification: Verification, language: str) -> str:
    if verification.outcome == Outcome.COULD_NOT_VERIFY:
        return words_for("finding", "COULD_NOT_VERIFY", language)
    known = verification.agency in _NOT_IMMIGRATION_AGENCIES
    return words_for("finding", verification.agency if known else "UNKNOWN", language)
