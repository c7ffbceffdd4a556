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
from corredor.alerts.models import Alert
from corredor.alerts.queries import (
    get_last_warning,
    is_correction_missing,
    is_ending_missing,
    list_prepared,
    list_sent_alerts,
)
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


def possible_kinds(*, incident: Incident) -> list[AlertKind]:
    """Return the kinds that can truthfully be sent now, likeliest first; empty without a verification."""
    verification = incident.verifications.last()
    if verification is None or incident.closed_at:
        return []
    needs_ending = is_ending_missing(incident=incident)
    if verification.outcome == Outcome.CONFIRMED_ENDED:
        return [AlertKind.ALL_CLEAR] if needs_ending else []
    if verification.outcome != Outcome.CONFIRMED_ACTIVE:
        return [AlertKind.CORRECTION] if is_correction_missing(incident=incident) else [AlertKind.DENIAL]
    return _warnings(incident, verification, needs_ending=needs_ending)


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
    last = get_last_warning(incident=incident)
    if last is None or AlertKind.CORRECTION not in possible_kinds(incident=incident):
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


def _warnings(incident: Incident, verification: Verification, *, needs_ending: bool) -> list[AlertKind]:
    """Return kinds for an ongoing event. A place they moved to must have been verified since."""
    place = incident.place
    assert place is not None, "every incident has a pin"
    moved = place.kind in (PlaceKind.MOVED, PlaceKind.RETURNED)
    if moved and verification.checked_at < place.since:
        return []
    hazard = [AlertKind.HAZARD] if incident.hazards.filter(cleared_at=None).exists() else []
    last = get_last_warning(incident=incident)
    was_sent_here = list_sent_alerts(incident=incident).filter(place=place).exists()
    if not needs_ending:
        was_over = list_sent_alerts(incident=incident).filter(kind=AlertKind.ALL_CLEAR).exists()
        if was_over and place.kind == PlaceKind.MOVED and not was_sent_here:
            return [AlertKind.MOVED_HERE, *hazard]  # ended at its earlier place, now somewhere else
        back = place.kind == PlaceKind.RETURNED or was_over
        return [AlertKind.RETURNED if back else AlertKind.CONFIRMED, *hazard]
    if place.kind == PlaceKind.MOVED and not was_sent_here:
        return [AlertKind.MOVED_HERE, AlertKind.MOVED_AWAY, *hazard]
    if place.kind == PlaceKind.RETURNED and not was_sent_here:
        return [AlertKind.RETURNED, *hazard]
    left = [AlertKind.MOVED_AWAY] if last and place.kind == PlaceKind.MOVED else []
    return [AlertKind.UPDATE, *left, *hazard]


def _find_facts(incident: Incident, kind: AlertKind) -> _Facts:
    verification = incident.verifications.last()
    if verification is None or incident.place is None:
        raise NotConfirmed
    if kind not in possible_kinds(incident=incident):
        raise NothingToSay(kind)
    warned = [
        alert
        for alert in list_sent_alerts(incident=incident)
        if kind != AlertKind.MOVED_AWAY or alert.place_id != incident.place_id
    ]
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
