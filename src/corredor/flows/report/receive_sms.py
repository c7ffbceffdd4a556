"""Receive SMS: a keyword, an addition to a recent report, or a new report.

The reply is the webhook's response, so it is not queued. Reads places, incidents. Writes through ``receive`` and
subscribe flows. Called by the SMS webhooks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from corredor.delivery.queries import get_routes
from corredor.delivery.words import render_text
from corredor.engines.language import guess_language
from corredor.engines.smstext import Keyword, keyword_language, parse_keyword, to_gsm7
from corredor.flows.after_commit import after_change
from corredor.flows.locate import find_places
from corredor.flows.publish.view import public_view
from corredor.flows.school.sms import reply_corridor_text
from corredor.flows.subscribe.confirm import confirm_by_address
from corredor.flows.subscribe.leave import leave_by_address
from corredor.flows.subscribe.restart import lift_stop
from corredor.incidents.timeline import record
from corredor.intake.actions import add_note
from corredor.intake.enums import NoteKind, ReportState, Source
from corredor.intake.errors import EmptyReport
from corredor.intake.models import Report
from corredor.intake.new_report import NewReport, ReportFields
from corredor.kit.languages import in_language
from corredor.kit.rate_limit import TokenBuckets
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import CodeNeeded
from corredor.subscriptions.models import ContactMethod

from .receive import receive_report

MOST_ANSWERS = 30  # rate limit per number, burst and per hour: two bots that answer each other never stop
AT_WORK = 0.2  # token cost of a reply to people at a school's posts, who text every minute
answers = TokenBuckets(per_s=MOST_ANSWERS / 3600, most=MOST_ANSWERS)
SAME_STORY = timedelta(minutes=30)  # within this time a text without a place of its own belongs to the previous report


@dataclass(frozen=True, slots=True)
class SmsReply:
    """``text`` is empty when no reply is sent (a duplicate, or SMS is off)."""

    text: str
    report_id: int | None = None
    is_at_work: bool = False  # a volunteer at a school's post, or its lead


def receive_sms(*, sender: Contact, text: str, raw: bytes, provider_reference: str, now: datetime) -> SmsReply:
    """Process one inbound SMS. Every message is processed; only replies are rate limited."""
    said = _take(sender=sender, text=text, raw=raw, provider_reference=provider_reference, now=now)
    if said.text and not sender.is_drill and not answers.take(sender.digest, AT_WORK if said.is_at_work else 1):
        return SmsReply("", said.report_id)
    return said


def _take(*, sender: Contact, text: str, raw: bytes, provider_reference: str, now: datetime) -> SmsReply:
    is_drill = sender.is_drill
    keyword = parse_keyword(text)
    language = _language(sender, text, keyword)
    if keyword == Keyword.YES and (asked := _asked_report(sender, now=now)):
        return _reply(_add(asked, text, provider_reference, now=now), asked.pk, is_drill=is_drill)
    if keyword and keyword not in (Keyword.NO,):
        answer = _answer(keyword, sender, language, now=now)
        return _reply(answer, is_drill=is_drill)
    if keyword is None and (
        said := reply_corridor_text(sender=sender, text=text, reference=provider_reference, now=now)
    ):
        return replace(_reply(said, is_drill=is_drill), is_at_work=True)
    report = _report_just_sent(sender, text, now=now)
    if report:
        return _reply(_add(report, text, provider_reference, now=now), report.pk, is_drill=is_drill)
    try:
        received = receive_report(
            NewReport(
                source=Source.SMS,
                language=language,
                raw=raw,
                fields=ReportFields(text=text),
                contact=sender,
                provider_reference=provider_reference,
                is_drill=is_drill,
            ),
            now=now,
        )
    except EmptyReport:
        return _reply(_say("REPORT", language, is_drill=is_drill), is_drill=is_drill)
    if received.tracking_code is None:
        return SmsReply("", received.report_id)
    link = f"{settings.BASE_URL}/r"
    answer = _say("RECEIPT", language, is_drill=is_drill, code=received.tracking_code, link=link)
    return _reply(answer, received.report_id, is_drill=is_drill)


def _answer(keyword: Keyword, sender: Contact, language: str, *, now: datetime) -> str:
    is_drill = sender.is_drill
    network = get_network()
    hotline = f" {network.hotline}" if network.hotline else ""
    link = settings.BASE_URL
    if keyword == Keyword.STOP:
        leave_by_address(sender, now=now)
        return _say("LEFT", language, is_drill=is_drill, link=f"{link}/s")
    if keyword == Keyword.START:
        lift_stop(sender, now=now)
        return _say("START", language, is_drill=is_drill, link=f"{link}/s")
    if keyword == Keyword.YES:
        try:
            counted = confirm_by_address(sender, now=now)
        except CodeNeeded:
            return _say("CODE_NEEDED", language, is_drill=is_drill)
        if not counted and lift_stop(sender, now=now):
            return _say("START", language, is_drill=is_drill, link=f"{link}/s")  # for carriers YES lifts STOP
        return _say("WELCOME" if counted else "NOTHING_TO_CONFIRM", language, is_drill=is_drill)
    if keyword == Keyword.STATUS:
        return _status(language, is_drill=is_drill, now=now)
    if keyword == Keyword.WATER:
        or_us = f" {render_text('OR_HOTLINE', language, hotline=hotline)}" if hotline else ""
        return _say("WATER", language, is_drill=is_drill, hotline=or_us, link=link)
    if keyword == Keyword.REPORT:
        return _say("REPORT", language, is_drill=is_drill)
    return _say("HELP", language, is_drill=is_drill, network=network.name, hotline=hotline)


def _status(language: str, *, is_drill: bool, now: datetime) -> str:
    view = public_view(now=now, is_drill=is_drill)
    areas = list(dict.fromkeys(in_language(row.area_names, language) for row in view.confirmed))
    if not areas:
        return _say("STATUS_NONE", language, is_drill=is_drill, link=settings.BASE_URL)
    return _say("STATUS_SOME", language, is_drill=is_drill, areas=", ".join(areas[:5]), link=settings.BASE_URL)


@transaction.atomic
def _add(report: Report, text: str, provider_reference: str, *, now: datetime) -> str:
    # A provider's retry must not store the same text twice.
    if not report.notes.filter(text=text.strip(), said_at__gte=now - SAME_STORY).exists():
        add_note(report=report, kind=NoteKind.ADDED, text=text, said_by_id=None, now=now)
        record(kind="report.note", now=now, report=report.pk, what=NoteKind.ADDED)
        after_change(now=now)
    return _say("RECEIPT_ADDED", report.language, is_drill=report.is_drill)


def _asked_report(sender: Contact, *, now: datetime) -> Report | None:
    """Return the sender's newest report if the desk's last question is unanswered."""
    report = _newest_report(sender, now=now)
    return report if report and _was_asked(report) else None


def _newest_report(sender: Contact, *, now: datetime) -> Report | None:
    address = address_book.find_address(sender)
    if address is None:
        return None
    return (
        Report.objects.filter(reply_to=address, received_at__gte=now - SAME_STORY)
        .exclude(state=ReportState.WITHDRAWN)
        .order_by("-received_at", "-pk")
        .first()
    )


def _report_just_sent(sender: Contact, text: str, *, now: datetime) -> Report | None:
    """Return the sender's newest report if this text adds to it: it came soon after and names no place of its own, or
    the desk had asked.
    """
    report = _newest_report(sender, now=now) if text.strip() else None
    if report is None or report.text.strip() == text.strip():
        return None
    if _was_asked(report):
        return report  # any place it names answers the desk's question
    names_place = any(
        row.lat is not None and row.confidence >= 0.5
        for row in find_places(text=text, is_drill=sender.is_drill, now=now)
    )
    return None if names_place else report


def _was_asked(report: Report) -> bool:
    """Return whether the newest note on the report is a question of the desk."""
    last = report.notes.exclude(kind=NoteKind.OUTCOME).last()
    return last is not None and last.kind == NoteKind.ANSWERED and last.said_by_id is not None


def _language(sender: Contact, text: str, keyword: Keyword | None) -> str:
    """Return the subscription's language, else the text's."""
    if keyword:
        address = address_book.find_address(sender)
        channel = (
            ContactMethod.objects.filter(address=address).select_related("subscription").first() if address else None
        )
        if channel:
            return channel.subscription.language
        return keyword_language(text)
    return guess_language(text)


def _say(key: str, language: str, *, is_drill: bool, **slots: str) -> str:
    return to_gsm7(render_text(key, language, is_drill=is_drill, **slots))


def _reply(text: str, report_id: int | None = None, *, is_drill: bool) -> SmsReply:
    is_off = not is_drill and get_routes()[Channel.SMS] == "null"
    return SmsReply("" if is_off else text, report_id)
