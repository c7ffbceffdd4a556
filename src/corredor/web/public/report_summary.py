"""The summary before submission: the reporter's own words, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from corredor.alerts.wording.clock import format_time
from corredor.people.contact import Contact
from corredor.people.queries import get_network
from corredor.web.language import page_language

from .answers import Answers
from .place_guess import in_words, needs_question
from .report_steps import LEFT, STEP_BY_NAME, THERE, TOLD

_YES_NO = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the summary; ``step`` is the page that changes it."""

    step: str
    heading: str
    lines: list[str]


def summarise(answers: Answers, cleaned: dict[str, dict[str, Any]]) -> list[Row]:
    """Return the rows in the order of the questions."""
    lines = {
        "what": [cleaned["what"].get("words", "")],
        "where": _where(answers, cleaned),
        "who": [cleaned["who"].get(name, "") for name in ("size", "uniform", "equipment")],
        "when": _when(cleaned["when"]),
        "danger": _danger(cleaned["danger"]),
        "contact": [_contact(cleaned["contact"])],
    }
    return [
        Row(step, str(STEP_BY_NAME[step].heading), [line for line in rows if line] or [_("Nothing written")])
        for step, rows in lines.items()
    ]


def _where(answers: Answers, cleaned: dict[str, dict[str, Any]]) -> list[str]:
    where = cleaned["where"]
    lines = [where.get("where", ""), cleaned["which"].get("more", "")]
    guess = answers.extra.get("guess") or {}
    if chosen := chosen_place(answers, cleaned):
        lines.append(in_words(chosen["names"]))
    elif read := _find_reading(answers, guess):
        lines.append(_("We read this as: %(place)s") % {"place": in_words(read["names"])})
    if guess.get("is_outside"):
        lines.append(_("That seems to lie outside the city. We will read it all the same."))
    if where.get("lat") is not None:
        lines.append(_("A point on the map goes along with it."))
    if where.get("heading"):
        lines.append(_("Going: %(way)s") % {"way": where["heading"]})
    return lines


def chosen_place(answers: Answers, cleaned: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return the place that the reporter chose from the candidates; None if there were none or none was chosen."""
    places = (answers.extra.get("guess") or {}).get("places") or []
    which = cleaned["which"].get("which") or ""
    return places[int(which)] if which.isdigit() and int(which) < len(places) else None


def _find_reading(answers: Answers, guess: dict[str, Any]) -> dict[str, Any] | None:
    """Return our reading of the words if it is unambiguous; shown, never used unless confirmed."""
    if not needs_question(guess):
        return next(iter(guess.get("places") or []), None)
    return next(iter(answers.extra.get("read") or []), None) if "which" in answers.typed else None


def _when(when: dict[str, Any]) -> list[str]:
    moment = when.get("moment")
    witness = {
        THERE: _("You saw it yourself and are still there."),
        LEFT: _("You saw it yourself and have left."),
        TOLD: _("Somebody told you."),
    }.get(when.get("witness") or "", "")
    return [_say_time(moment) if moment else "", witness]


def _say_time(moment: datetime) -> str:
    language = page_language()
    return format_time(moment, language=language, zone=get_network().time_zone, now=timezone.now())


def _danger(danger: dict[str, Any]) -> list[str]:
    words = {
        "hurt": {"yes": _("Somebody is hurt."), "no": _("Nobody is hurt.")},
        "gas": {"yes": _("Tear gas or pepper spray."), "no": _("No tear gas or pepper spray.")},
        "children": {"yes": _("Children nearby."), "no": _("No children nearby.")},
    }
    said = [words[name].get(_YES_NO[danger.get(name)], "") for name in words]
    return [line for line in said if line] or [_("Nothing written")]


def _contact(cleaned: dict[str, Any]) -> str:
    contact: Contact | None = cleaned.get("contact")
    return contact.canonical if contact else _("With the code only")
