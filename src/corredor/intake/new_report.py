"""A report on its way in: what was received, checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress
from corredor.people.models import User

from .enums import Source
from .errors import EmptyReport, ReportTooLong, SeenInFuture
from .photos import UploadedPhoto

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """``raw`` is stored byte for byte, cut at LONGEST_RAW. ``provider_reference`` makes a repeated delivery idempotent;
    ``taken_by`` is who took a call.
    """

    source: Source
    language: str
    raw: bytes
    fields: ReportFields
    contact: Contact | None = None
    photos: Sequence[UploadedPhoto] = ()
    provider_reference: str = ""
    taken_by: User | None = None
    is_drill: bool = False

    def __post_init__(self) -> None:
        if self.contact and self.contact.is_drill != self.is_drill:
            raise WrongAddress(self.contact.kind)

    def check(self, *, now: datetime) -> Self:
        """Return the report without control characters. Raise EmptyReport, ReportTooLong or SeenInFuture."""
        return replace(self, fields=_check_fields(self.fields, has_photo=bool(self.photos), now=now))


def remove_control_characters(text: str) -> str:
    """Strip NUL, control characters and bidirectional override marks.

    Right-to-left scripts stay; only the override marks, which could disguise a text, go.
    """
    return "".join(
        c
        for c in text
        if c in "\n\t" or (ord(c) >= 32 and c not in "\x7f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    ).strip()


def _check_fields(fields: ReportFields, *, has_photo: bool, now: datetime) -> ReportFields:
    values: dict[str, Any] = {
        name: remove_control_characters(value) if isinstance(value, str) else value
        for name, value in asdict(fields).items()
    }
    texts = [value for value in values.values() if isinstance(value, str)]
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise ReportTooLong(LONGEST_TEXT)
    if not any(texts) and values["offered_lat"] is None and not has_photo:
        raise EmptyReport
    if fields.seen_at and fields.seen_at > now + _CLOCK_SLACK:
        raise SeenInFuture
    return ReportFields(**values)
