"""Compose an alert: an incident's facts become a message in every language, in three lengths, to preview.

Reads incidents, subscriptions, delivery. Writes alerts. Called by the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from corredor.alerts import actions
from corredor.alerts.enums import Advice, AlertKind
from corredor.alerts.errors import NothingToSay, TextDoesNotFit
from corredor.alerts.history import History, get_history
from corredor.alerts.models import Alert
from corredor.alerts.queries import list_prepared
from corredor.alerts.wording import AlertWords, NoWordingFits, fill
from corredor.engines import redact, smstext
from corredor.flows.after_commit import after_change
from corredor.incidents import queries
from corredor.incidents.enums import Outcome, PlaceKind
from corredor.incidents.errors import DrillMixed, IncidentClosed, NotConfirmed
from corredor.incidents.models import Incident, IncidentPlace, Verification
from corredor.kit.languages import CODES, SOURCE
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role

from .template_values import AlertFacts, make_template_values

WRITERS = (Role.OPERATOR, Role.VERIFIER, Role.APPROVER)
HOLDS = timedelta(hours=4)
LONGEST_WHAT = 120
DEFAULT_ADVICE: dict[str, tuple[Advice, ...]] = {
    AlertKind.CONFIRMED: (Advice.STAY_AWAY, Advice.KNOW_RIGHTS),
    AlertKind.UPDATE: (Advice.STAY_AWAY,),
    AlertKind.MOVED_HERE: (Advice.STAY_AWAY, Advice.KNOW_RIGHTS),
    AlertKind.MOVED_AWAY: (Advice.NOTHING,),
    AlertKind.RETURNED: (Advice.STAY_AWAY,),
    AlertKind.HAZARD: (Advice.STAY_INSIDE, Advice.KEEP_WINDOWS_SHUT),
    AlertKind.ALL_CLEAR: (Advice.NOTHING,),
    AlertKind.CORRECTION: (Advice.NOTHING,),
    AlertKind.DENIAL: (Advice.NOTHING,),
}


@dataclass(frozen=True, slots=True)
class Redacted:
    """Words redacted from the author's text, and why (PLATE, PHONE, NAME, ...)."""

    language: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class DraftText:
    """One language of a draft, and its standard length as SMS.

    ``drops_words``: the author's own words did not fit into the standard length.
    """

    words: AlertWords
    drops_words: bool
    sms_text: str
    sms_segments: int
    sms_encoding: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it would be sent. ``problems`` lists texts that do not fit."""

    texts: dict[str, DraftText]
    redactions: tuple[Redacted, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """Facts that a message is based on."""

    incident: Incident
    verification: Verification
    place: IncidentPlace
    first: Alert | None


def possible_kinds(*, incident: Incident, history: History | None = None) -> list[AlertKind]:
    """Return the kinds that can truthfully be sent now, likeliest first; empty without a verification.

    ``history`` is read unless the caller has it.
    """
    verification = incident.verifications.last()
    kinds = _list_kinds(incident, verification, history or get_history(incident))
    return [*kinds, AlertKind.HAZARD] if _is_hazard_possible(incident, verification) else kinds


def is_possible(kind: AlertKind, *, incident: Incident, history: History) -> bool:
    """Return whether a message of this kind can truthfully be sent now."""
    verification = incident.verifications.last()
    if kind == AlertKind.HAZARD:
        return _is_hazard_possible(incident, verification)
    return kind in _list_kinds(incident, verification, history)


def draft_alert(
    *,
    incident_id: int,
    kind: AlertKind,
    radius_m: int,
    advice: Sequence[str] = (),
    what: dict[str, str] | None = None,
    by: User,
    now: datetime,
) -> Draft:
    """Return the message as it would be sent, without saving. Raise NothingToSay, NotAllowed."""
    require_role(by, *WRITERS, today=local_today(now))
    facts = _find_facts(queries.get_incident(incident_id=incident_id), kind)
    said, redactions = _clean(what or {}, facts)
    texts: dict[str, DraftText] = {}
    problems: list[str] = []
    slots = _slots(facts, kind, advice, said, slug="x" * 10, now=now)
    for language in CODES:
        try:
            words = fill(kind=kind, language=language, slots=slots[language], is_drill=facts.incident.is_drill)
        except NoWordingFits as error:
            problems.append(f"{language}:{error.length}")
            continue
        sms = smstext.to_gsm7(words.standard)
        plan = smstext.plan(sms)
        own = slots[language]["what"].strip()
        texts[language] = DraftText(words, own not in words.standard, sms, plan.segments, str(plan.encoding))
    return Draft(texts, tuple(redactions), tuple(problems))


@transaction.atomic
def write_alert(
    *,
    incident_id: int,
    kind: AlertKind,
    radius_m: int,
    advice: Sequence[str] = (),
    what: dict[str, str] | None = None,
    by: User,
    now: datetime,
) -> Alert:
    """Store the message for approval. Raise NotAllowed, NothingToSay, TextDoesNotFit, DrillMixed, IncidentClosed."""
    require_role(by, *WRITERS, today=local_today(now))
    incident = queries.get_incident_for_update(incident_id=incident_id)
    if by.is_drill and not incident.is_drill:
        raise DrillMixed
    if incident.closed_at:
        raise IncidentClosed
    facts = _find_facts(incident, kind)
    withdraw_prepared(incident=incident, by=by, now=now)  # superseded by a person's own draft
    alert = _write(facts, kind, radius_m=radius_m, advice=advice, what=what or {}, by=by, now=now)
    after_change(now=now)
    return alert


def prepare_correction(*, incident: Incident, by: User, now: datetime) -> Alert | None:
    """Draft the correction that a verification made necessary; None if no one has to be corrected.

    Its author is the verifier, so another person must approve it. Call inside the verification's transaction.
    """
    withdraw_prepared(incident=incident, by=by, now=now)
    history = get_history(incident)
    last = history.last_warning
    if last is None or not is_possible(AlertKind.CORRECTION, incident=incident, history=history):
        return None
    facts = _find_facts(incident, AlertKind.CORRECTION)
    return _write(
        facts, AlertKind.CORRECTION, radius_m=last.radius_m, advice=(), what={}, by=by, now=now, is_prepared=True
    )


def withdraw_prepared(*, incident: Incident, by: User, now: datetime) -> None:
    """Replace pending auto-generated drafts by what is newer."""
    for prepared in list_prepared(incident=incident):
        actions.send_back_alert(alert=prepared, reason=gettext("Written anew."), by=by, now=now)


def _write(
    facts: _Facts,
    kind: AlertKind,
    *,
    radius_m: int,
    advice: Sequence[str],
    what: dict[str, str],
    by: User,
    now: datetime,
    is_prepared: bool = False,
) -> Alert:
    said, _ = _clean(what, facts)
    slug = actions.new_slug()
    slots = _slots(facts, kind, advice, said, slug=slug, now=now)
    try:
        texts = {
            language: fill(kind=kind, language=language, slots=slots[language], is_drill=facts.incident.is_drill)
            for language in CODES
        }
    except NoWordingFits as error:
        raise TextDoesNotFit(error.length) from error
    return actions.write_alert(
        incident=facts.incident,
        verification=facts.verification,
        place=facts.place,
        kind=kind,
        radius_m=radius_m,
        advice=advice or DEFAULT_ADVICE[kind],
        slots=slots,
        slug=slug,
        texts=texts,
        expires_at=now + HOLDS,
        by=by,
        now=now,
        is_prepared=is_prepared,
    )


def _list_kinds(incident: Incident, verification: Verification | None, history: History) -> list[AlertKind]:
    """Return the possible kinds without HAZARD."""
    if verification is None or incident.closed_at:
        return []
    if verification.outcome == Outcome.CONFIRMED_ENDED:
        return [AlertKind.ALL_CLEAR] if history.is_ending_missing else []
    if verification.outcome != Outcome.CONFIRMED_ACTIVE:
        return [AlertKind.CORRECTION] if history.is_correction_missing else [AlertKind.DENIAL]
    if not _is_place_verified(incident, verification):
        return []
    return _list_later(incident, history) if history.is_ending_missing else _list_first(incident, history)


def _list_first(incident: Incident, history: History) -> list[AlertKind]:
    """Return kinds for an ongoing event of which nobody is warned now."""
    place = _place_of(incident)
    was_over = history.has_kind(AlertKind.ALL_CLEAR)
    if was_over and place.kind == PlaceKind.MOVED and not history.was_sent_for(place.pk):
        return [AlertKind.MOVED_HERE]  # ended at its earlier place, now somewhere else
    return [AlertKind.RETURNED if place.kind == PlaceKind.RETURNED or was_over else AlertKind.CONFIRMED]


def _list_later(incident: Incident, history: History) -> list[AlertKind]:
    """Return kinds for an ongoing event of which people are warned."""
    place = _place_of(incident)
    if not history.was_sent_for(place.pk):
        if place.kind == PlaceKind.MOVED:
            return [AlertKind.MOVED_HERE, AlertKind.MOVED_AWAY]
        if place.kind == PlaceKind.RETURNED:
            return [AlertKind.RETURNED]
    return [AlertKind.UPDATE, AlertKind.MOVED_AWAY] if place.kind == PlaceKind.MOVED else [AlertKind.UPDATE]


def _is_hazard_possible(incident: Incident, verification: Verification | None) -> bool:
    return (
        verification is not None
        and not incident.closed_at
        and verification.outcome == Outcome.CONFIRMED_ACTIVE
        and _is_place_verified(incident, verification)
        and incident.hazards.filter(cleared_at=None).exists()
    )


def _is_place_verified(incident: Incident, verification: Verification) -> bool:
    """Return whether the current place was verified since they moved or returned to it."""
    place = _place_of(incident)
    return place.kind not in (PlaceKind.MOVED, PlaceKind.RETURNED) or verification.checked_at >= place.since


def _place_of(incident: Incident) -> IncidentPlace:
    assert incident.place is not None, "every incident has a pin"
    return incident.place


def _find_facts(incident: Incident, kind: AlertKind) -> _Facts:
    verification = incident.verifications.last()
    if verification is None or incident.place is None:
        raise NotConfirmed
    history = get_history(incident)
    if not is_possible(kind, incident=incident, history=history):
        raise NothingToSay(kind)
    warned = [alert for alert in history.alerts if kind != AlertKind.MOVED_AWAY or alert.place_id != incident.place_id]
    first = warned[0] if warned else None
    # MOVED_AWAY names the place that was left and goes to recipients of alerts of that place.
    place = first.place if kind == AlertKind.MOVED_AWAY and first else incident.place
    return _Facts(incident, verification, place, first)


def _slots(
    facts: _Facts, kind: AlertKind, advice: Sequence[str], said: dict[str, str], *, slug: str, now: datetime
) -> dict[str, dict[str, str]]:
    network = get_network()
    return {
        language: make_template_values(
            AlertFacts(
                incident=facts.incident,
                verification=facts.verification,
                place=facts.place,
                first=facts.first,
                kind=kind,
                advice=tuple(advice) or DEFAULT_ADVICE[kind],
                what=said.get(language, ""),
                link=f"{settings.BASE_URL}/a/{slug}",
                expires_at=now + HOLDS,
            ),
            language=language,
            zone=network.time_zone,
            now=now,
        )
        for language in CODES
    }


def _clean(what: dict[str, str], facts: _Facts) -> tuple[dict[str, str], list[Redacted]]:
    """Return the free text as one line without plates, names and numbers, and the redactions."""
    known = {part.strip() for part in facts.place.labels[SOURCE].replace(" and ", ",").split(",")}
    said: dict[str, str] = {}
    taken: list[Redacted] = []
    for language, text in what.items():
        line = " ".join(text.split())[:LONGEST_WHAT]
        said[language], found = redact.redact(line, language=language, places=known)
        taken += [Redacted(language, line[one.start : one.end], one.why) for one in found]
    return said, taken
