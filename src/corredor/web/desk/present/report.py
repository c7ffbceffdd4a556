"""One report at the desk: its original text, and the actions available."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from corredor.engines.hints import mentions_gas
from corredor.incidents.enums import Outcome
from corredor.incidents.models import Incident, Membership
from corredor.intake.enums import NoteKind, ReportState
from corredor.intake.models import Note, Photo, Report
from corredor.kit.languages import CODES, get
from corredor.web.desk.access import Desk

from .redacted_text import Saying, cover


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A note added later, by the reporter or by the desk."""

    kind: str
    kind_words: str
    saying: Saying
    at: datetime
    by: str  # alias, or empty for the reporter


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report with identifying words covered."""

    id: int
    number: str
    source: str
    language: str
    language_words: str
    received_at: datetime
    seen_at: datetime | None
    state: str
    state_words: str
    state_reason: str
    taken_by: str
    is_hurt: bool
    sayings: tuple[Saying, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[NoteShown, ...]
    photos: tuple[Photo, ...]
    raw: str
    raw_digest: str
    can_answer: bool  # the reporter left an address
    joined_to: Incident | None
    joined_why: str

    @property
    def is_open(self) -> bool:
        """Return True if it still needs handling."""
        return self.state in (ReportState.NEW, ReportState.HELD)


def show_report(report: Report, *, desk: Desk, membership: Membership | None = None) -> ReportShown:
    """Return the data of one card. Prefetch notes, photos and taken_by with the report."""
    return ReportShown(
        id=report.pk,
        number=report.number,
        source=report.get_source_display(),
        language=report.language,
        language_words=get(report.language).name,
        received_at=report.received_at,
        seen_at=report.seen_at,
        state=report.state,
        state_words=report.get_state_display(),
        state_reason=_reason(report.state_reason),
        taken_by=report.taken_by.alias if report.taken_by else "",
        is_hurt=bool(report.someone_hurt),
        sayings=_sayings(report),
        facts=_facts(report),
        notes=tuple(_note(note) for note in report.notes.all()),
        photos=tuple(report.photos.all()),
        raw=bytes(report.raw).decode("utf-8", "replace"),
        raw_digest=report.raw_digest,
        can_answer=report.reply_to_id is not None,
        joined_to=membership.incident if membership else None,
        joined_why=_joined_why(membership.reason) if membership else "",
    )


def _sayings(report: Report) -> tuple[Saying, ...]:
    said = (
        (_("Where"), report.where_words),
        (_("What is happening"), report.text),
        (_("How many"), report.size_words),
        (_("Uniforms, words on vests"), report.uniform_words),
        (_("Vehicles, equipment"), report.equipment_words),
        (_("Which way they are going"), report.heading_words),
    )
    return tuple(cover(text, question=question) for question, text in said if text)


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    answers = (
        (_("Someone is hurt"), report.someone_hurt),
        (_("Tear gas or spray"), report.irritant_used),
        (_("Children or a school near"), report.children_near),
        (_("Is there now"), report.is_there_now),
        (_("Saw it themselves"), report.seen_by_sender),
    )
    facts = [(question, _("Yes") if yes else _("No")) for question, yes in answers if yes is not None]
    if report.irritant_used is None and mentions_gas(f"{report.text} {report.equipment_words}"):
        facts.append((_("Tear gas or spray"), _("Not answered, but the words speak of it: ask")))
    return tuple(facts)


def _note(note: Note) -> NoteShown:
    return NoteShown(
        kind=note.kind,
        kind_words=note.get_kind_display(),
        saying=cover(_note_words(note)),
        at=note.said_at,
        by=note.said_by.alias if note.said_by else "",
    )


def _reason(kept: str) -> str:
    """Return why a report was held or set aside: a person's words, or the program's code in words."""
    code, _sep, count = kept.partition(":")
    if code == "FLOOD":
        return _("%(count)s reports in a quarter of an hour say nearly the same") % {"count": count}
    return _("Held back by hand") if kept == "BY_HAND" else kept


def _joined_why(kept: str) -> str:
    """Return why it was joined: the suggestion's reason, or a drill script's."""
    return {"FIRST": "", "SUGGESTION": _("as suggested"), "HAND": _("by hand")}.get(kept, kept)


def _note_words(note: Note) -> str:
    """Return a note's text; outcomes are stored as codes."""
    return str(Outcome(note.text).label) if note.kind == NoteKind.OUTCOME else note.text


def default_questions() -> dict[str, str]:
    """Return the default question about an unknown place, in every language."""
    found = {}
    for code in CODES:
        with override(code):
            found[code] = _("Which two streets cross there, or which store or school is near?")
    return found
