"""Notify a school's people: posts and leads immediately, parents after a second person's approval.

Posts and leads are the network's own volunteers: they get transactional messages, like a question of the desk. Parents
are the public: a message to them needs a decision, one person who writes it and another who sends it, enforced by a
database trigger. Reads corridors, subscriptions. Writes corridors, delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from corredor.corridors import dismissal_actions, queries
from corredor.corridors.enums import MessageKind, ProposalKind
from corredor.corridors.errors import MessageTooOld
from corredor.corridors.models import Alarm, Dismissal, Message, Proposal, School
from corredor.corridors.rules import MAY_SEND, require_lead_or
from corredor.corridors.words import render_text, word
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.errors import SendingHalted
from corredor.delivery.queries import get_routes, is_halted
from corredor.flows.after_commit import after_change
from corredor.flows.notify import CHANNEL_OF, notify
from corredor.kit.languages import CODES, in_language
from corredor.kit.time_of_day import format_hour
from corredor.people.models import Address, User
from corredor.people.queries import get_network, local_today
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.unsubscribe_link import sign_unsubscribe

USEFUL_FOR = timedelta(hours=2)


def tell_posts(dismissal: Dismissal, key: str, *, now: datetime) -> int:
    """Text everybody on duty today. ``key`` is POST_OPEN, POST_HELD, POST_REOPENED or POST_CLOSED."""
    count = 0
    for attendance in queries.list_attendances(dismissal=dismissal):
        if attendance.left_at is None:
            post, person = attendance.post, attendance.member.volunteer
            slots = {"number": str(post.number), "place": _label(post, person.language)}
            count += _text(person.address, key, person.language, dismissal.school, slots, now=now)
    return count


def tell_moves(dismissal: Dismissal, proposal: Proposal, *, now: datetime) -> int:
    """Text each person on duty their move: a new place, released, staying, or which safe place to enter."""
    moves = {move["post"]: move for move in proposal.moves}
    count = 0
    for attendance in queries.list_attendances(dismissal=dismissal):
        if attendance.left_at is not None:
            continue
        person, post = attendance.member.volunteer, attendance.post
        move = moves.get(post.number)
        slots = {"number": str(post.number), "place": _label(post, person.language)}
        key = "POST_STAYS"
        inside = move if move and "name" in move else proposal.safe_place
        if inside is not None:
            key, slots["place"] = "POST_HELD_SAFE", inside["name"]
        elif move and move.get("lat") is None:
            key = "POST_RELEASED"
        elif move:
            key, slots["place"] = "POST_MOVED", in_language(move["labels"], person.language)
            if side := (proposal.way or {}).get("prepared_for"):
                key, slots["side"] = "POST_MOVED_KNOWN", word("direction", side, person.language)
        count += _text(person.address, key, person.language, dismissal.school, slots, now=now)
    return count


def tell_leads_of_proposal(proposal: Proposal, *, now: datetime) -> int:
    """Text every lead with a phone number the proposal and the keyword to accept it."""
    count = 0
    for lead in queries.list_leads(school=proposal.dismissal.school):
        language = lead.user.language
        slots = {
            "reason": in_language(proposal.reasons, language),
            "what": render_proposal(proposal, language),
            "answer": word("answer", proposal.kind, language),
            "link": day_link(proposal.dismissal),
        }
        count += _text(lead.address, "LEAD_PROPOSAL", language, proposal.dismissal.school, slots, now=now)
    return count


def tell_leads_of_alarm(alarm: Alarm, *, now: datetime) -> int:
    """Text every lead with a phone number about an alarm. The desk sees it on its own board."""
    count = 0
    for lead in queries.list_leads(school=alarm.dismissal.school):
        slots = {"what": render_alarm(alarm, lead.user.language), "link": day_link(alarm.dismissal)}
        count += _text(lead.address, "LEAD_ALARM", lead.user.language, alarm.dismissal.school, slots, now=now)
    return count


def write_to_parents(
    dismissal: Dismissal, kind: MessageKind, *, proposal: Proposal | None, by: User, now: datetime
) -> Message:
    """Draft a message to followers and ask the other leads to approve it; the desk's approvers can too."""
    texts = {language: _fill(dismissal, kind, proposal, language, now) for language in CODES}
    message = dismissal_actions.write_message(
        dismissal=dismissal, kind=kind, proposal=proposal, texts=texts, by=by, now=now
    )
    people = str(queries.list_followings(school=dismissal.school).count())
    for lead in queries.list_leads(school=dismissal.school):
        if lead.user_id != by.pk:
            language = lead.user.language
            slots = {
                "who": by.alias,
                "people": people,
                "what": word("state", _STATE_OF[kind], language),
                "code": str(queries.send_code(message, user_id=lead.user_id)),
            }
            _text(lead.address, "LEAD_APPROVE", language, dismissal.school, slots, now=now)
    return message


@transaction.atomic
def send_to_parents(*, message_id: int, by: User, now: datetime) -> int:
    """Approve a message as second person and enqueue it for all followers. Return the number of recipients.

    Raise NotAllowed, SamePerson, AlreadyDecided, MessageTooOld, SendingHalted, WorldsMixed.
    """
    message = Message.objects.select_for_update(of=("self",)).select_related("dismissal__school").get(pk=message_id)
    school = message.dismissal.school
    require_lead_or(by, school, *MAY_SEND, today=local_today(now))
    if not message.is_drill and is_halted():
        raise SendingHalted
    if now - message.written_at > USEFUL_FOR:
        raise MessageTooOld
    dismissal_actions.approve_message(message=message, by=by, now=now)
    count = 0
    for method in list_follower_methods(school):
        language = method.subscription.language
        text = in_language(message.texts, language)
        if method.kind in (Channel.EMAIL, Channel.PUSH):
            leave = f"{settings.BASE_URL}/s/leave/{sign_unsubscribe(method.subscription_id)}"
            text = (
                f"{text}\n\n{render_text('PARENT_STOP', language, link=leave)}"
                if method.kind == Channel.EMAIL
                else text
            )
        notify(
            address=method.address,
            kind=TransactionalKind.SCHOOL,
            text=text,
            language=language,
            link=school_link(school),
            title=school.name,
            about=message.pk,
            useful_for=USEFUL_FOR,
            now=now,
        )
        count += 1
    after_change(now=now)
    return count


def list_follower_methods(school: School) -> list[ContactMethod]:
    """Return confirmed contact methods of the school's followers, each address once; drill and real never mixed."""
    followings = queries.list_followings(school=school)
    methods = ContactMethod.objects.filter(
        subscription__in=followings.values("subscription_id"),
        subscription__is_drill=school.is_drill,
        confirmed_at__isnull=False,
    ).select_related("subscription", "address")
    return list({method.address_id: method for method in methods.order_by("-pk")}.values())


def render_proposal(proposal: Proposal, language: str) -> str:
    """Render a proposal in a few words."""
    slots = {
        "minutes": proposal.minutes or 0,
        "place": (proposal.safe_place or {}).get("name", ""),
        "children": proposal.children or 0,
    }
    side = (proposal.way or {}).get("prepared_for", "")
    if side:
        slots["side"] = word("direction", side, language)
    words = [word("what", "PREPARED" if side else proposal.kind, language).format(**slots)]
    if proposal.children and proposal.kind != ProposalKind.KEEP_BACK:
        words.append(word("what", "KEEP_BACK", language).format(**slots))
    return "; ".join(words)


def render_alarm(alarm: Alarm, language: str) -> str:
    """Render an alarm as a sentence."""
    post = str(alarm.post.number) if alarm.post else ""
    return word("alarm", alarm.kind, language).format(counted=alarm.counted, expected=alarm.expected, post=post)


def day_link(dismissal: Dismissal) -> str:
    """Return the link of the lead's day page."""
    return f"{settings.BASE_URL}/team/{dismissal.school.slug}/"


def school_link(school: School) -> str:
    """Return the link of the public school page."""
    return f"{settings.BASE_URL}/school/{school.slug}/"


_STATE_OF: Mapping[str, str] = {
    MessageKind.HELD: "HELD",
    MessageKind.DIVERTED: "DIVERTED",
    MessageKind.SAFE_PLACE: "HELD",
    MessageKind.KEPT_BACK: "KEPT_BACK",
    MessageKind.REOPENED: "OPEN",
}


def _fill(dismissal: Dismissal, kind: MessageKind, proposal: Proposal | None, language: str, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(get_network().time_zone))
    text = render_text(
        f"PARENT_{kind}",
        language,
        is_drill=dismissal.is_drill,
        school=dismissal.school.name,
        time=format_hour(local, language=language),
        minutes=str((proposal.minutes if proposal else None) or 0),
        place=((proposal.safe_place if proposal else None) or {}).get("name", ""),
        link=school_link(dismissal.school),
    )
    if kind == MessageKind.DIVERTED and proposal and proposal.children:
        text += " " + render_text("PARENT_SOME_WAIT", language)
    return text


def _label(post: Any, language: str) -> str:
    return in_language(post.labels, language)


def _text(
    address: Address | None, key: str, language: str, school: School, slots: Mapping[str, str], *, now: datetime
) -> int:
    """Queue one SMS to a volunteer or lead; return 0 without a number, or when the channel is off."""
    if address is None or (not address.is_drill and get_routes()[CHANNEL_OF[address.kind]] == "null"):
        return 0
    text = render_text(key, language, is_drill=school.is_drill, school=school.name, **slots)
    notify(
        address=address,
        kind=TransactionalKind.POST,
        text=text,
        language=language,
        link=slots.get("link", ""),
        useful_for=USEFUL_FOR,
        now=now,
    )
    return 1
