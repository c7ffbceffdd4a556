"""Receive reports: store them exactly as received, and return a tracking code.

Reads subscriptions (for keywords). Writes intake, people (call-back address), delivery (transactional messages). Called
by the public form, the phone form at the desk, and the SMS webhook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from corredor.delivery.enums import TransactionalKind
from corredor.delivery.words import render_text
from corredor.engines import dedupe
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.incidents.models import Incident
from corredor.incidents.timeline import record
from corredor.intake import actions, queries
from corredor.intake.enums import NoteKind, ReportState, Source
from corredor.intake.models import Report
from corredor.intake.new_report import NewReport
from corredor.intake.photos import (
    KeptPhoto,
    check_photos,
    remove_photos,
    save_photos,
)
from corredor.intake.retention import CONTACT_KEPT
from corredor.kit import ids
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role

FLOOD_WINDOW = timedelta(minutes=15)
FLOOD_LEAST = 6  # the first five similar texts reach the queue: neighbours do use the same words


@dataclass(frozen=True, slots=True)
class Received:
    """``tracking_code`` is None for a duplicate message; the web form gets its code again, because a person who pressed
    twice sees only the second response.
    """

    report_id: int
    tracking_code: str | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """The sender's view of a report. ``status`` is a public Status or empty."""

    report_id: int
    number: str
    received_at: datetime
    language: str
    state: str
    status: str
    notes: list[tuple[str, str, datetime]]
    can_withdraw: bool


def receive_report(new: NewReport, *, now: datetime) -> Received:
    """Store a report and return its tracking code.

    Idempotent: a repeated ``provider_reference`` returns the existing report. Raise EmptyReport, ReportTooLong,
    SeenInFuture, WrongPhoto, NotAllowed.
    """
    if new.taken_by:
        require_role(new.taken_by, Role.OPERATOR, today=local_today(now))
    new = new.check(now=now)
    saved = save_photos(check_photos(new.photos), root=settings.PHOTO_ROOT)
    try:
        return _store(new, saved, now=now)
    except IntegrityError:
        remove_photos(saved, root=settings.PHOTO_ROOT)
        if not new.provider_reference:
            raise
        return _store(new, (), now=now)  # the same message came twice concurrently: the other one is stored now
    except BaseException:
        remove_photos(saved, root=settings.PHOTO_ROOT)
        raise


@transaction.atomic
def _store(new: NewReport, saved: Sequence[KeptPhoto], *, now: datetime) -> Received:
    is_form = new.source in (Source.WEB, Source.PHONE) and bool(new.provider_reference)
    code = ids.code_of(new.provider_reference, pepper=settings.CODE_PEPPER) if is_form else ids.new_code()
    if before := _find_stored(new):
        remove_photos(saved, root=settings.PHOTO_ROOT)  # stored with the first copy
        return Received(before.pk, code if is_form else None)
    address = address_book.save_address(new.contact, now=now, expires_at=now + CONTACT_KEPT) if new.contact else None
    report = actions.save_report(new, tracking_code=code, reply_to_id=address.pk if address else None, now=now)
    actions.save_photo_rows(report=report, photos=saved, now=now)
    record(kind="report.received", now=now, actor_id=report.taken_by_id, report=report.pk)
    _hold_flood(report, now=now)
    after_change(now=now)
    return Received(report.pk, code)


def _find_stored(new: NewReport) -> Report | None:
    if not new.provider_reference:
        return None
    return Report.objects.filter(source=new.source, provider_reference=new.provider_reference).first()


def _hold_flood(report: Report, *, now: datetime) -> None:
    """Hold (never delete) a report that repeats many recent ones nearly word for word.

    Reports of injured people are never held.
    """
    if report.someone_hurt:
        return
    recent = queries.list_recent_texts(is_drill=report.is_drill, since=now - FLOOD_WINDOW)
    for group in dedupe.find_flood(recent, least=FLOOD_LEAST):
        if report.pk in group:
            actions.move_report(report=report, state=ReportState.HELD, reason=f"FLOOD:{len(group)}")
            record(kind="report.held", now=now, report=report.pk, alike=len(group))
            return


def show_report(*, code: str, now: datetime) -> ReportView:
    """Return the sender's view of a report. Raise UnknownTrackingCode."""
    report = queries.get_report_by_code(code=code)
    incident = Incident.objects.filter(memberships__report=report, memberships__left_at=None).first()
    notes = report.notes.values_list("kind", "text", "said_at")
    return ReportView(
        report_id=report.pk,
        number=report.number,
        received_at=report.received_at,
        language=report.language,
        state=report.state,
        status=incident.status if incident else "",
        notes=[(kind, text, said_at) for kind, text, said_at in notes],
        can_withdraw=report.state != ReportState.WITHDRAWN,
    )


@transaction.atomic
def add_to_report(*, code: str, text: str, now: datetime) -> None:
    """Add the sender's note. Raise UnknownTrackingCode, EmptyReport, ReportTooLong, AlreadyWithdrawn."""
    _note_from_sender(queries.get_report_by_code(code=code), NoteKind.ADDED, text, now=now)


@transaction.atomic
def ask_about_report(*, code: str, text: str, now: datetime) -> None:
    """Add the sender's question. Raise as add_to_report."""
    _note_from_sender(queries.get_report_by_code(code=code), NoteKind.ASKED, text, now=now)


@transaction.atomic
def withdraw_report(*, code: str, now: datetime) -> None:
    """Withdraw a report: it leaves the queue and its call-back address is erased.

    The raw report stays for its retention period, because others may have acted on it; the privacy page says so. Raise
    UnknownTrackingCode.
    """
    report = queries.get_report_by_code(code=code)
    if report.state == ReportState.WITHDRAWN:
        return
    actions.add_note(report=report, kind=NoteKind.WITHDREW, text="", said_by_id=None, now=now)
    actions.move_report(report=report, state=ReportState.WITHDRAWN)
    if report.reply_to_id:
        address_id = report.reply_to_id
        Report.objects.filter(pk=report.pk).update(reply_to=None)
        erase_if_unused([address_id])
    record(kind="report.withdrawn", now=now, report=report.pk)
    after_change(now=now)


def _note_from_sender(report: Report, kind: NoteKind, text: str, *, now: datetime) -> None:
    actions.add_note(report=report, kind=kind, text=text, said_by_id=None, now=now)
    record(kind="report.note", now=now, report=report.pk, what=kind)
    after_change(now=now)


@transaction.atomic
def ask_sender(*, report_id: int, text: str, by: User, now: datetime) -> None:
    """Ask the sender: shown with the tracking code, and sent if they left a contact. Raise NotAllowed."""
    require_role(by, Role.OPERATOR, Role.VERIFIER, Role.DISPATCHER, today=local_today(now))
    report = Report.objects.select_related("reply_to").get(pk=report_id)
    actions.add_note(report=report, kind=NoteKind.ANSWERED, text=text, said_by_id=by.pk, now=now)
    record(kind="report.note", now=now, actor_id=by.pk, report=report.pk, what=NoteKind.ANSWERED)
    if report.reply_to:
        words = render_text("QUESTION", report.language, is_drill=report.is_drill, text=text)
        notify(address=report.reply_to, kind=TransactionalKind.QUESTION, text=words, language=report.language, now=now)
    after_change(now=now)
