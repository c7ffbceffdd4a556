"""Encode a public alert as a CAP 1.2 message (Common Alerting Protocol), no more precise than the public page.

It must not look like a government warning: no event codes, no broadcast channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from corredor.alerts.enums import Advice, AlertKind
from corredor.engines.cap import Area, Info, Message, Reference, write_message
from corredor.kit.languages import get_region_tag, in_language
from corredor.people.models import Network
from corredor.places.outlines import area_rings

from .view import PublicAlert, PublicIncident

_RESPONSES = {
    Advice.STAY_AWAY: "Avoid",
    Advice.STAY_INSIDE: "Shelter",
    Advice.KEEP_WINDOWS_SHUT: "Shelter",
    Advice.GO_ANOTHER_WAY: "Avoid",
}
_OVER = (AlertKind.ALL_CLEAR, AlertKind.MOVED_AWAY)
_NOT_SO = (AlertKind.CORRECTION, AlertKind.DENIAL)


@dataclass(frozen=True, slots=True)
class _Tone:
    """Urgency, severity and certainty of a kind of message, in CAP's terms."""

    urgency: str
    severity: str
    certainty: str


def encode_cap(alert: PublicAlert, incident: PublicIncident, network: Network) -> bytes:
    """Return the message as XML. Immutable: it refers only to earlier messages."""
    return write_message(make_cap(alert, incident, network))


def make_cap(alert: PublicAlert, incident: PublicIncident, network: Network) -> Message:
    """Map to CAP: confirmed is Observed, a drill an Exercise, a correction a Cancel, an ending an AllClear Update."""
    references = tuple(_name(one) for one in _superseded(alert, incident))
    return Message(
        identifier=identify(alert),
        sender=name_sender(),
        sent=alert.sent_at,
        status="Exercise" if incident.is_drill else "Actual",
        kind=_kind(alert, has_references=bool(references)),
        note="Simulacro. Drill. Nothing of this is happening." if incident.is_drill else "",
        references=references,
        incidents=(incident.slug,),
        infos=tuple(_info(alert, network, language) for language in sorted(alert.texts)),
    )


def name_sender() -> str:
    """Return this server's CAP sender: no spaces, commas or brackets, globally unique."""
    return f"corredor@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def identify(alert: PublicAlert) -> str:
    """Return the message's CAP identifier, unique for its sender."""
    return f"corredor-{alert.slug}"


def _name(alert: PublicAlert) -> Reference:
    return Reference(name_sender(), identify(alert), alert.sent_at)


def _kind(alert: PublicAlert, *, has_references: bool) -> str:
    if not has_references:
        return "Alert"
    return "Cancel" if alert.kind == AlertKind.CORRECTION else "Update"


def _superseded(alert: PublicAlert, incident: PublicIncident) -> list[PublicAlert]:
    """Return earlier messages that this one replaces, oldest first. Hazard messages form a thread of their own."""
    at = [one.slug for one in incident.alerts].index(alert.slug)
    earlier = [one for one in reversed(incident.alerts[at + 1 :]) if one.kind != AlertKind.DENIAL]
    if alert.kind in (AlertKind.ALL_CLEAR, AlertKind.CORRECTION):
        return earlier
    if alert.kind == AlertKind.DENIAL:
        return []
    is_hazard = alert.kind == AlertKind.HAZARD
    earlier = [one for one in earlier if (one.kind == AlertKind.HAZARD) is is_hazard]
    if alert.kind == AlertKind.MOVED_AWAY:
        return [one for one in earlier if one.place_id == alert.place_id]
    return earlier


def _tone(kind: str) -> _Tone:
    if kind in _OVER:
        return _Tone("Past", "Minor", "Observed")
    if kind in _NOT_SO:
        return _Tone("Past", "Minor", "Unlikely")
    return _Tone("Immediate", "Severe" if kind == AlertKind.HAZARD else "Moderate", "Observed")


def _responses(alert: PublicAlert) -> tuple[str, ...]:
    if alert.kind in _OVER:
        return ("AllClear",)
    if alert.kind in _NOT_SO:
        return ("None",)
    found = [_RESPONSES[Advice(one)] for one in alert.advice if one in _RESPONSES]
    return tuple(dict.fromkeys(found)) or ("Monitor",)


def _info(alert: PublicAlert, network: Network, language: str) -> Info:
    tone = _tone(alert.kind)
    with translation.override(language):
        event = str(AlertKind(alert.kind).label)
        advice = [str(Advice(one).label) for one in alert.advice if one != Advice.NOTHING]
    return Info(
        language=get_region_tag(language),
        categories=("Safety", "Health") if alert.kind == AlertKind.HAZARD else ("Safety",),
        event=event,
        responses=_responses(alert),
        urgency=tone.urgency,
        severity=tone.severity,
        certainty=tone.certainty,
        effective=alert.sent_at,
        expires=alert.expires_at,
        sender_name=network.name,
        headline=alert.titles[language],
        description=alert.texts[language],
        instruction="" if alert.kind in (*_OVER, *_NOT_SO) else ". ".join(advice),
        web=f"{settings.BASE_URL}/a/{alert.slug}",
        contact=network.hotline,
        parameters=(("issuedBy", "community network, not a government"),),
        areas=(_area(alert, network.city, language),),
    )


def _area(alert: PublicAlert, city: str, language: str) -> Area:
    return Area(
        words=in_language(alert.area_names, language) or network_wide(city),
        polygons=tuple(tuple((lat, lon) for lon, lat in ring) for ring in area_rings(code=alert.area_code, city=city)),
        codes=(("corredor:area", alert.area_code),) if alert.area_code else (),
    )


def network_wide(city: str) -> str:
    """Return the words for a place outside all known areas: the city."""
    return city.replace("-", " ").title()
