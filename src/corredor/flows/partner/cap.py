"""Receive CAP messages of neighbouring networks: each becomes a report to be verified, or a note on one.

None becomes an incident, alert or message without a person. Exercises and tests are ignored. Reads and writes partners;
writes intake through ``report.receive``. Called by the webhook.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from corredor.engines.cap import Info, Message, Reference, UnreadableCap, read_message
from corredor.flows.after_commit import after_change
from corredor.flows.report.receive import receive_report
from corredor.incidents.timeline import record
from corredor.intake.actions import add_note
from corredor.intake.enums import NoteKind, Source
from corredor.intake.errors import AlreadyWithdrawn, EmptyReport
from corredor.intake.models import Report
from corredor.intake.new_report import LONGEST_TEXT, NewReport, ReportFields
from corredor.kit.languages import CODES, SOURCE, find_code
from corredor.partners import actions, queries
from corredor.partners.errors import UnknownPartner
from corredor.partners.models import Partner, ReceivedMessage

__all__ = ["Result", "TooMany", "UnknownPartner", "UnreadableCap", "receive_cap"]

MOST_AN_HOUR = 120  # rate limit per partner; a leaked token must not flood the desk


class TooMany(Exception):
    """The partner exceeded its rate limit."""


class Result(StrEnum):
    """Result of a message, returned to the partner."""

    RECEIVED = "RECEIVED"  # stored as a new report
    ADDED = "ADDED"  # added to the report of the message it refers to
    DUPLICATE = "DUPLICATE"
    NOT_ACTUAL = "NOT_ACTUAL"  # an exercise, a test, a draft
    NOT_FOR_US = "NOT_FOR_US"  # an acknowledgement or error
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"  # refers to a message never received
    NOTHING_SAID = "NOTHING_SAID"


@dataclass(frozen=True, slots=True)
class _Call:
    partner: Partner
    message: Message
    raw: bytes
    now: datetime


def receive_cap(*, token: str, raw: bytes, now: datetime) -> Result:
    """Process one message. Raise UnknownPartner, UnreadableCap, TooMany."""
    partner = queries.find_by_token(token=token)
    message = read_message(raw)
    if queries.count_received(partner=partner, since=now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooMany
    with transaction.atomic():
        result = _take(_Call(partner, message, raw, now))
        actions.record_call_result(partner=partner, result=result, now=now)
    return result


def _take(call: _Call) -> Result:
    message = call.message
    if message.status != "Actual":
        return Result.NOT_ACTUAL
    if message.kind not in ("Alert", "Update", "Cancel"):
        return Result.NOT_FOR_US
    if queries.find_received(partner=call.partner, references=[_digest(message.name)]):
        return Result.DUPLICATE
    first = queries.find_received(partner=call.partner, references=map(_digest, message.references))
    try:
        if first is not None:
            return _add(call, first)
        return Result.UNKNOWN_REFERENCE if message.kind == "Cancel" else _report(call)
    except EmptyReport:
        return Result.NOTHING_SAID
    except AlreadyWithdrawn:
        return Result.UNKNOWN_REFERENCE


def _report(call: _Call) -> Result:
    info = _pick(call.message)
    received = receive_report(
        NewReport(
            source=Source.PARTNER,
            language=(find_code(info.language) if info else None) or SOURCE,
            raw=call.raw,
            fields=_read_fields(call.message, info, call.now),
            provider_reference=f"cap:{call.partner.pk}:{_digest(call.message.name)}"[:80],
        ),
        now=call.now,
    )
    report = Report.objects.get(pk=received.report_id)
    record(kind="partner.heard", now=call.now, report=report.pk, partner=call.partner.pk)
    _remember(call, report)
    return Result.RECEIVED


def _add(call: _Call, first: ReceivedMessage) -> Result:
    info = _pick(call.message)
    said = _say(info) if info else call.message.note
    words = f"{call.message.kind}: {said}"[:LONGEST_TEXT]
    add_note(report=first.report, kind=NoteKind.ADDED, text=words, said_by_id=None, now=call.now)
    record(kind="report.note", now=call.now, report=first.report_id, what=NoteKind.ADDED)
    _remember(call, first.report)
    after_change(now=call.now)
    return Result.ADDED


def _remember(call: _Call, report: Report) -> None:
    actions.record_received(partner=call.partner, reference=_digest(call.message.name), report=report, now=call.now)


def _pick(message: Message) -> Info | None:
    """Return the info block in the first language of the table that it has, else the first block."""
    by_code = {find_code(info.language): info for info in reversed(message.infos)}
    known = (by_code[code] for code in CODES if code in by_code)
    return next(known, message.infos[0] if message.infos else None)


def _read_fields(message: Message, info: Info | None, now: datetime) -> ReportFields:
    if info is None:
        raise EmptyReport
    seen_at = info.onset or info.effective or message.sent
    circles = [circle for area in info.areas for circle in area.circles]
    point = circles[0] if len(circles) == 1 else None
    return ReportFields(
        text=_say(info)[:LONGEST_TEXT],
        where_words="; ".join(area.words for area in info.areas)[:LONGEST_TEXT],
        seen_at=seen_at if seen_at <= now else None,
        offered_lat=point.lat if point else None,
        offered_lon=point.lon if point else None,
    )


def _say(info: Info) -> str:
    parts = (info.headline or info.event, info.description)
    return "\n".join(part for part in dict.fromkeys(parts) if part)


def _digest(name: Reference) -> str:
    """Return a digest of the three fields that identify a CAP message, 64 hex digits."""
    sent = name.sent.timestamp()
    return hashlib.sha256(f"{name.sender}\n{name.identifier}\n{sent}".encode()).hexdigest()
