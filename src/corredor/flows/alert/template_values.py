"""Turns what is known of an incident into the words that fill a template's slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.alerts.wording import words_for
from corredor.alerts.wording.clock import say_time
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
class Said:
    """Everything a message may say. ``first`` is the earlier message it refers to, if any."""

    incident: Incident
    verification: Verification
    place: IncidentPlace
    first: Alert | None
    kind: AlertKind
    advice: Sequence[str]
    what: str
    link: str
    expires_at: datetime


def make_slots(said: Said, *, language: str, zone: str, now: datetime) -> dict[str, str]:
    """The slots of one language. Places are two street names, never a house number."""
    at = partial(say_time, language=language, zone=zone, now=now)
    agency = words_for("agency", said.verification.agency, language)
    advice = [words_for("advice", code, language) for code in said.advice]
    current = said.incident.place or said.place
    first_place = said.first.place if said.first else said.place
    return {
        "agency": agency,
        "agency_start": agency[:1].upper() + agency[1:],
        "advice": " ".join(advice),
        "advice_first": advice[0] if advice else "",
        "where": _where(said, language),
        "area": in_language((current if said.kind == AlertKind.MOVED_AWAY else said.place).area_names, language),
        "first_where": streets_of(first_place, language),
        "first_area": in_language(first_place.area_names, language),
        "first_time": at(said.first.approved_at) if said.first and said.first.approved_at else "",
        "what": f"{said.what.rstrip('.')}. " if said.what else "",
        "what_line": f"{words_for('slot', 'what', language)} {said.what}\n" if said.what else "",
        "seen": at(said.incident.last_seen_at),
        "checked": at(said.verification.checked_at),
        "expires": at(said.expires_at),
        "method": words_for("method", said.verification.method, language),
        "finding": _finding(said.verification, language),
        "link": said.link,
    }


def streets_of(place: IncidentPlace, language: str) -> str:
    """A place's label without its area: the two street names."""
    label, area = in_language(place.labels, language), in_language(place.area_names, language)
    return label.removesuffix(f", {area}")


def _where(said: Said, language: str) -> str:
    if said.kind == AlertKind.HAZARD:
        hazard = said.incident.hazards.filter(cleared_at=None).order_by("-noted_at").first()
        if hazard:
            label = in_language(hazard.labels, language)
            return label.rpartition(",")[0] or label
    return streets_of(said.place, language)


def _finding(verification: Verification, language: str) -> str:
    if verification.outcome == Outcome.COULD_NOT_VERIFY:
        return words_for("finding", "COULD_NOT_VERIFY", language)
    known = verification.agency in _NOT_IMMIGRATION_AGENCIES
    return words_for("finding", verification.agency if known else "UNKNOWN", language)
