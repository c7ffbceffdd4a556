"""Writes of the intake stage: store a report, add notes, change its state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from .enums import NoteKind, ReportState
from .errors import AlreadyWithdrawn, EmptyReport, ReportTooLong
from .models import Note, Photo, Report
from .new_report import LONGEST_RAW, LONGEST_TEXT, NewReport, remove_control_characters
from .photos import KeptPhoto
from .tracking_code import digest_tracking_code


def save_report(new: NewReport, *, tracking_code: str, reply_to_id: int | None, now: datetime) -> Report:
    """Store a checked report. ``raw`` is stored byte for byte; a trigger freezes it."""
    raw = new.raw[:LONGEST_RAW]
    return Report.objects.create(
        source=new.source,
        language=new.language,
        raw=raw,
        raw_digest=hashlib.sha256(raw).hexdigest(),
        received_at=now,
        tracking_digest=digest_tracking_code(tracking_code),
        reply_to_id=reply_to_id,
        provider_reference=new.provider_reference,
        taken_by=new.taken_by,
        is_drill=new.is_drill,
        **asdict(new.fields),
    )


def save_photo_rows(*, report: Report, photos: Iterable[KeptPhoto], now: datetime) -> None:
    """Store the paths of a report's photos; their files are already written."""
    Photo.objects.bulk_create(
        Photo(
            report=report,
            original=photo.original,
            display=photo.display,
            digest=photo.digest,
            size=photo.size,
            received_at=now,
        )
        for photo in photos
    )


def add_note(*, report: Report, kind: NoteKind, text: str, said_by_id: int | None, now: datetime) -> Note:
    """Store a later note. Raise EmptyReport, ReportTooLong, or AlreadyWithdrawn (for the sender)."""
    text = remove_control_characters(text)
    if not text and kind in (NoteKind.ADDED, NoteKind.ASKED, NoteKind.ANSWERED):
        raise EmptyReport
    if len(text) > LONGEST_TEXT:
        raise ReportTooLong(LONGEST_TEXT)
    if said_by_id is None and kind != NoteKind.OUTCOME and report.state == ReportState.WITHDRAWN:
        raise AlreadyWithdrawn
    return Note.objects.create(report=report, kind=kind, text=text, said_by_id=said_by_id, said_at=now)


def move_report(*, report: Report, state: ReportState, reason: str = "") -> bool:
    """Change a report's state. Return False if somebody else changed it in the meantime."""
    changed = Report.objects.filter(pk=report.pk, state=report.state).update(state=state, state_reason=reason[:120])
    if changed:
        report.state, report.state_reason = state, reason[:120]
    return bool(changed)
