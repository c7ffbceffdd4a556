"""Run a school day by SMS: posts check in and count, leads open, hold, divert, close and send.

Only numbers of volunteers and leads are handled; other texts pass through. Reads people (addresses), corridors. Writes
through ``day``, ``post`` and ``tell``. Called by ``receive_sms``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from corredor.corridors import actions, queries
from corredor.corridors.enums import AlarmKind, CountAt, DismissalState, ProposalKind
from corredor.corridors.errors import (
    AlreadyDecided,
    ChildrenMissing,
    DangerNear,
    DismissalChanged,
    MessageTooOld,
    NoPlanChosen,
    NoSchoolThatDay,
    NotALead,
    SamePerson,
    UnknownCode,
    UnknownPost,
    WrongCount,
    WrongStep,
)
from corredor.corridors.models import Dismissal, Lead, Post, School
from corredor.corridors.words import render_text, say_state
from corredor.delivery.errors import SendingHalted
from corredor.engines.smstext import CorridorText, CorridorWord, parse_corridor_text, to_gsm7
from corredor.kit.languages import in_language
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.errors import NotAllowed
from corredor.people.queries import local_today
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.errors import NotAccepted
from corredor.volunteers.models import Member
from corredor.volunteers.queries import find_by_address

from . import day as day_flow
from . import post as school_post
from .tell import render_proposal, send_to_parents

W = CorridorWord
_LEADS = frozenset({W.OUT, W.OPEN, W.HOLD, W.DIVERT, W.INSIDE, W.REOPEN, W.KEEP, W.CLOSE, W.FOUND, W.SEND, W.DAY})
_KIND_OF = {
    W.DIVERT: ProposalKind.DIVERT,
    W.INSIDE: ProposalKind.SAFE_PLACE,
    W.REOPEN: ProposalKind.REOPEN,
    W.KEEP: ProposalKind.KEEP_BACK,
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """One SMS of a known person at one school."""

    text: CorridorText
    school: School
    language: str
    reference: str
    is_drill: bool
    now: datetime

    def render_text(self, key: str, **slots: str) -> str:
        """Render the reply in the sender's language."""
        return render_text(key, self.language, is_drill=self.is_drill, **{"school": self.school.name, **slots})


def reply_corridor_text(*, sender: Contact, text: str, reference: str, now: datetime) -> str | None:
    """Return the reply to a volunteer's or lead's SMS; None if it is not theirs."""
    parsed = parse_corridor_text(text)
    if parsed is None:
        return None
    address = address_book.find_address(sender)
    if address is None:
        return None
    if parsed.word in _LEADS:
        leads = queries.find_leads_by_address(address_id=address.pk)
        lead = _pick(leads, now) if leads else None
        if lead is not None:
            sent = _Sent(parsed, lead.school, lead.user.language, reference, sender.is_drill, now)
            return to_gsm7(_answer_lead(sent, lead))
    members = find_by_address(address_id=address.pk, kind=GroupKind.SCHOOL)
    if not members:
        return None
    member = members[0]
    school, language = queries.get_school_of(member), member.volunteer.language
    answer = _answer_volunteer(_Sent(parsed, school, language, reference, sender.is_drill, now), member)
    return to_gsm7(answer) if answer is not None else None


def _pick(leads: list[Lead], now: datetime) -> Lead:
    """Return the lead role at the school whose day is under way; else the first."""
    for lead in leads:
        dismissal = queries.find_dismissal(school=lead.school, on=local_today(now))
        if dismissal is not None and dismissal.state not in (DismissalState.PLANNED, DismissalState.CLOSED):
            return lead
    return leads[0]


def _answer_volunteer(sent: _Sent, member: Member) -> str | None:
    does = _VOLUNTEER.get(sent.text.word)
    if does is None:
        return None
    try:
        return does(sent, member)
    except (NoSchoolThatDay, NoPlanChosen):
        return sent.render_text("SMS_NO_DAY")
    except NotAccepted:
        return None
    except UnknownPost:
        key = "SMS_WRONG_POST" if sent.text.word == W.POST and sent.text.number else "SMS_NO_POST"
        return sent.render_text(key, number=str(sent.text.number))
    except WrongCount:
        return sent.render_text("SMS_WRONG_COUNT")
    except UnknownCode:
        return sent.render_text("SMS_HELP_ASKED")


def _check_in(sent: _Sent, member: Member) -> str:
    attendance = school_post.check_in(member=member, number=sent.text.number, now=sent.now)
    return sent.render_text(
        "SMS_AT_POST", number=str(attendance.post.number), place=_place(attendance.post, sent.language)
    )


def _report_clear(sent: _Sent, member: Member) -> str:
    attendance = school_post.report_clear(member=member, number=sent.text.number, now=sent.now)
    return sent.render_text("SMS_READY", number=str(attendance.post.number))


def _count(sent: _Sent, member: Member) -> str:
    at = CountAt.POST if sent.text.word == W.COUNT else CountAt.HOME
    count = school_post.count_at_post(
        member=member, at=at, children=sent.text.number or 0, reference=sent.reference, now=sent.now
    )
    totals = queries.get_totals(dismissal=count.dismissal)
    by_post = totals.at_posts if at == CountAt.POST else totals.home_at
    number = count.post.number if count.post else 0
    return sent.render_text("SMS_COUNTED", children=str(count.children), total=str(by_post.get(number, 0)))


def _leave(sent: _Sent, member: Member) -> str:
    attendance = school_post.check_out(member=member, now=sent.now)
    return sent.render_text("SMS_LEFT", number=str(attendance.post.number))


def _trouble(sent: _Sent, member: Member) -> str:
    school_post.ask_for_help(member=member, now=sent.now)
    return sent.render_text("SMS_HELP_ASKED")


def _agree(sent: _Sent, member: Member) -> str:
    actions.agree_assignments(member=member, now=sent.now)
    return sent.render_text("SMS_AGREED")


def _show_code(sent: _Sent, member: Member) -> str:
    school_post.show_code(member=member, code=sent.text.code, now=sent.now)
    return sent.render_text("SMS_AGREED")


_VOLUNTEER: dict[CorridorWord, Callable[[_Sent, Member], str]] = {
    W.POST: _check_in,
    W.READY: _report_clear,
    W.COUNT: _count,
    W.HOME: _count,
    W.LEAVE: _leave,
    W.TROUBLE: _trouble,
    W.HOLD: _trouble,  # a volunteer's "stop the corridor" is a request; a lead decides
    W.AGREE: _agree,
    W.CODE: _show_code,
}


def _answer_lead(sent: _Sent, lead: Lead) -> str:
    try:
        if sent.text.word == W.SEND:
            return _send(sent, lead)
        dismissal = day_flow.plan_dismissal(slug=lead.school.slug, by=lead.user, now=sent.now)
        return _LEAD[sent.text.word](sent, lead, dismissal)
    except (NoSchoolThatDay, NoPlanChosen):
        return sent.render_text("SMS_NO_DAY")
    except (NotAllowed, NotALead):
        return sent.render_text("SMS_NOT_ALLOWED")
    except DismissalChanged as moved:
        return sent.render_text("SMS_MOVED", who=moved.alias or "?", state=say_state(moved.state, sent.language))
    except WrongStep as wrong:
        return sent.render_text("SMS_WRONG_STEP", state=say_state(wrong.state, sent.language))
    except DangerNear:
        return sent.render_text("SMS_DANGER")
    except ChildrenMissing:
        totals = queries.get_totals(dismissal=dismissal)
        return sent.render_text("SMS_MISSING", gate=str(totals.gate), home=str(totals.home))
    except WrongCount:
        return sent.render_text("SMS_WRONG_COUNT")


def _out(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    count = day_flow.count_as_lead(
        dismissal_id=dismissal.pk,
        at=CountAt.GATE,
        children=sent.text.number or 0,
        reference=sent.reference,
        by=lead.user,
        now=sent.now,
    )
    total = queries.get_totals(dismissal=dismissal).gate
    return sent.render_text("SMS_COUNTED", children=str(count.children), total=str(total))


def _open(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    day_flow.open_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=lead.user, now=sent.now)
    return _reply_state(sent, lead, dismissal)


def _hold(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    if day_flow.decide_by_word(dismissal_id=dismissal.pk, kind=ProposalKind.HOLD, by=lead.user, now=sent.now) is None:
        day_flow.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=lead.user, now=sent.now)
    return _reply_state(sent, lead, dismissal)


def _take(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    kind = _KIND_OF[sent.text.word]
    if day_flow.decide_by_word(dismissal_id=dismissal.pk, kind=kind, by=lead.user, now=sent.now) is None:
        if kind != ProposalKind.REOPEN:
            return sent.render_text("SMS_NO_PROPOSAL")
        day_flow.open_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=lead.user, now=sent.now)
    return _reply_state(sent, lead, dismissal)


def _close(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    day_flow.close_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=lead.user, now=sent.now)
    return _reply_state(sent, lead, dismissal)


def _found(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    kinds = (AlarmKind.FEWER_HOME_THAN_OUT, AlarmKind.MORE_HOME_THAN_OUT)
    for alarm in queries.list_alarms(dismissal=dismissal).filter(kind__in=kinds):
        day_flow.settle_alarm(alarm_id=alarm.pk, by=lead.user, now=sent.now)
    return sent.render_text("SMS_SETTLED")


def _reply_state(sent: _Sent, lead: Lead, dismissal: Dismissal) -> str:
    dismissal = queries.get_dismissal(dismissal_id=dismissal.pk)
    attendances = queries.list_attendances(dismissal=dismissal)
    totals = queries.get_totals(dismissal=dismissal)
    proposal = queries.get_proposal(dismissal=dismissal)
    return sent.render_text(
        "SMS_DAY",
        state=say_state(dismissal.state, sent.language),
        ready=str(len({one.post_id for one in attendances if one.ready_at and not one.left_at})),
        posts=str(dismissal.plan.posts.count()),
        gate=str(totals.gate),
        home=str(totals.home),
        alarms=str(queries.list_alarms(dismissal=dismissal).count()),
        proposal=f" > {render_proposal(proposal, sent.language)}" if proposal else "",
    )


_LEAD: dict[CorridorWord, Callable[[_Sent, Lead, Dismissal], str]] = {
    W.OUT: _out,
    W.OPEN: _open,
    W.HOLD: _hold,
    W.DIVERT: _take,
    W.INSIDE: _take,
    W.REOPEN: _take,
    W.KEEP: _take,
    W.CLOSE: _close,
    W.FOUND: _found,
    W.DAY: _reply_state,
}


def _send(sent: _Sent, lead: Lead) -> str:
    message = queries.find_message_by_code(code=sent.text.number or 0, user=lead.user)
    if message is None:
        return sent.render_text("SMS_NOT_SENT")
    try:
        people = send_to_parents(message_id=message.pk, by=lead.user, now=sent.now)
    except (AlreadyDecided, MessageTooOld, SamePerson, SendingHalted):
        return sent.render_text("SMS_NOT_SENT")
    return sent.render_text("SMS_SENT", people=str(people))


def _place(post: Post, language: str) -> str:
    return in_language(post.labels, language)
