"""Writes of the intake stage: store a report, add notes, change its state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from .enums import NoteKind, ReportState, Source
from .errors import AlreadyWithdrawn, EmptyReport, ReportTooLong, SeenInFuture
from .models import Note, Photo, Report
from .photos import KeptPhoto
from .tracking_code import digest_tracking_code

LONGEST_TEXT = 4000  # characters of one answer
LONGEST_RAW = 64 * 1024  # bytes as received
_CLOCK_SLACK = timedelta(minutes=5)  # a phone's clock may run ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFields:
    """Content of a report. Times are aware; lat and lon are WGS84 degrees."""

    text: str = ""
    where_words: str = ""
    size_words: str = ""
    uniform_words: str = ""
    equipment_words: str = ""
    heading_words: str = ""
    seen_at: datetime | None = None
    seen_by_sender: bool | None = None
    is_there_now: bool | None = None
    someone_hurt: bool | None = None
    irritant_used: bool | None = None
    children_near: bool | None = None
    offered_lat: float | None = None
    offered_lon: float | None = None


def check_fields(fields: ReportFields, *, has_photo: bool, now: datetime) -> ReportFields:
    """Return the fields without control characters. Raise EmptyReport, ReportTooLong or SeenInFuture."""
    values: dict[str, Any] = {k: _clean(v) if isinstance(v, str) else v for k, v in asdict(fields).items()}
    if any(len(v) > LONGEST_TEXT for v in values.values() if isinstance(v, str)):
        raise ReportTooLong(LONGEST_TEXT)
    said = any(v for v in values.values() if isinstance(v, str)) or values["offered_lat"] is not None
    if not said and not has_photo:
        raise EmptyReport
    if fields.seen_at and fields.seen_at > now + _CLOCK_SLACK:
        raise SeenInFuture
    return ReportFields(**values)


def save_report(
    *,
    source: Source,
    language: str,
    raw: bytes,
    fields: ReportFields,
    tracking_code: str,
    reply_to_id: int | None,
    provider_reference: str,
    taken_by_id: int | None,
    is_drill: bool,
    now: datetime,
) -> Report:
    """Store a checked report. ``raw`` is stored byte for byte; a trigger freezes it."""
    return Report.objects.create(
        source=source,
        language=language,
        raw=raw,
        raw_digest=hashlib.sha256(raw).hexdigest(),
        received_at=now,
        tracking_digest=digest_tracking_code(tracking_code),
        reply_to_id=reply_to_id,
        provider_reference=provider_reference,
        taken_by_id=taken_by_id,
        is_drill=is_drill,
        **asdict(fields),
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
    text = _clean(text)
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


def _clean(text: str) -> str:
    """Strip NUL, control characters and bidirectional override marks.

    Right-to-left scripts stay; only the override marks, which could disguise a text, go.
    """
    return "".join(
        c
        for c in text
        if c in "\n\t" or (ord(c) >= 32 and c not in "\x7f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    ).strip()
