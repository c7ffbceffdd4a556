"""Senders of a drill: each report arrives through the channel that its sender would use."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from corredor.engines.redact import find_private
from corredor.flows.report.receive import add_to_report, receive_report
from corredor.flows.report.receive_sms import receive_sms
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from corredor.intake.queries import list_waiting_reports
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.review import actions as review

from .play import Arrived, Play
from .refusal import REFUSALS
from .scenario import ScriptedReport


def submit(play: Play, script: ScriptedReport) -> Arrived | None:
    """Submit one report. Return None if it is a keyword or was refused as expected."""
    sender = f"drill:sender-{script.key}"
    try:
        report_id, code = _by_sms(play, script, sender) if script.by == "sms" else _by_form(play, script, sender)
    except REFUSALS as error:
        if type(error).__name__ == script.refused:
            play.tally["refused_as_expected"] += 1
        else:
            play.failures.append(f"{script.key}: {type(error).__name__} {error}")
        return None
    if script.refused:
        play.tally["wrongly_allowed"] += 1
    if report_id is None:
        play.tally["keywords" if script.keyword else "reports_not_kept"] += 1
        return None
    row = review.save_truth(
        run=play.run,
        report_id=report_id,
        key=script.key,
        true_incident=script.incident,
        true_point=None if script.flood else script.point,
    )
    _count_if_first(play, script, report_id)
    if script.private:
        play.tally["private_reports"] += 1
        play.tally["private_reports_caught"] += bool(find_private(f"{script.says} {script.where}"))
    return Arrived(script, row, code, sender)


def answer(play: Play, arrived: Arrived, text: str) -> int:
    """Answer the desk's question, by SMS or with the tracking code.

    Return the id of the report that holds the answer: the same one, unless the product took it for a new report.
    """
    if arrived.script.by != "sms":
        add_to_report(code=arrived.tracking_code, text=text, now=play.now)
        return arrived.row.report_id
    reply = receive_sms(
        sender=Contact.parse(AddressKind.DRILL, arrived.sender),
        text=text,
        raw=text.encode(),
        provider_reference=f"{play.run.pk}:{arrived.script.key}:answer",
        now=play.now,
    )
    return reply.report_id or arrived.row.report_id


def _by_sms(play: Play, script: ScriptedReport, sender: str) -> tuple[int | None, str]:
    reply = receive_sms(
        sender=Contact.parse(AddressKind.DRILL, sender),
        text=script.says,
        raw=script.says.encode(),
        provider_reference=f"{play.run.pk}:{script.key}",
        now=play.now,
    )
    play.tally["sms_replies"] += bool(reply.text)
    if script.hurt and "911" not in reply.text:
        play.tally["hurt_without_911"] += 1
    return reply.report_id, ""


def _by_form(play: Play, script: ScriptedReport, sender: str) -> tuple[int | None, str]:
    fields = _fields(play, script)
    by_phone = script.by == "phone"
    received = receive_report(
        NewReport(
            source=Source.PHONE if by_phone else Source.WEB,
            language=script.language,
            raw=json.dumps(_raw(script), ensure_ascii=False).encode(),
            fields=fields,
            contact=Contact.parse(AddressKind.DRILL, sender) if by_phone or script.answers else None,
            taken_by=play.desk[_call_taker(play, script)] if by_phone else None,
            is_drill=True,
        ),
        now=play.now,
    )
    return received.report_id, received.tracking_code or ""


def _fields(play: Play, script: ScriptedReport) -> ReportFields:
    ago = script.seen_ago_min
    return ReportFields(
        text=script.says,
        where_words=script.where,
        size_words=script.size,
        uniform_words=script.uniform,
        equipment_words=script.equipment,
        heading_words=script.heading,
        seen_at=None if ago is None else play.now - timedelta(minutes=ago),
        seen_by_sender=script.saw,
        is_there_now=script.there,
        someone_hurt=script.hurt,
        irritant_used=script.gas,
        children_near=script.children,
    )


def _raw(script: ScriptedReport) -> dict[str, Any]:
    return {"text": script.says, "where": script.where, "language": script.language}


def _call_taker(play: Play, script: ScriptedReport) -> str:
    truth = play.scenario.incidents.get(script.incident)
    return truth.desk if truth else play.scenario.people[0].id


def _count_if_first(play: Play, script: ScriptedReport, report_id: int) -> None:
    """Count whether a report of an injured person is first in the queue immediately."""
    if not script.hurt:
        return
    play.tally["hurt_reports"] += 1
    first = list_waiting_reports(is_drill=True).first()
    if first is not None and (first.pk == report_id or first.someone_hurt):
        play.tally["hurt_reports_first"] += 1
