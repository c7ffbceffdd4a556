"""Writes of one dismissal: its states, who has come, counts, alarms, proposals, and messages to parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from corredor.incidents.models import Hazard, Incident
from corredor.incidents.timeline import record
from corredor.kit.languages import shorten
from corredor.people.models import User
from corredor.volunteers.models import Member

from .enums import (
    AlarmKind,
    CountAt,
    DismissalState,
    MessageKind,
    MessageState,
    ProposalKind,
    ProposalState,
)
from .errors import AlreadyDecided, DayMoved, SamePerson, UnknownCode, WrongCount
from .models import (
    Alarm,
    Assignment,
    Attendance,
    CodeShown,
    Count,
    Dismissal,
    GuardianCode,
    Message,
    Plan,
    Post,
    Proposal,
    School,
)
from .queries import digest_code
from .rules import require_step

MOST_AT_ONCE = 2000


def plan_day(*, school: School, plan: Plan, on: date, bell_at: datetime, by: User | None, now: datetime) -> Dismissal:
    """The dismissal of one day with everyone who has agreed to stand; the same day asked twice is one."""
    day, is_new = Dismissal.objects.get_or_create(
        school=school,
        on=on,
        defaults={
            "plan": plan,
            "bell_at": bell_at,
            "changed_by": by,
            "changed_at": now,
            "is_drill": school.is_drill,
        },
    )
    if is_new:
        turns = Assignment.objects.filter(post__plan=plan, weekday=on.weekday(), agreed_at__isnull=False)
        Attendance.objects.bulk_create(
            Attendance(day=day, post_id=turn.post_id, member_id=turn.member_id)
            for turn in turns.filter(member__left_at=None, member__accepted_at__isnull=False)
        )
        record(kind="day.planned", now=now, actor_id=by.pk if by else None, school=school.pk, day=day.pk)
    return day


def move_day(
    *,
    day: Dismissal,
    to: DismissalState,
    version: int,
    by: User,
    now: datetime,
    way: Mapping[str, Any] | None = None,
    moves: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Take the day to another state. Raises WrongStep, DayMoved when somebody was faster.

    ``version`` is the one that the person saw: one conditional UPDATE decides between two leads at once.
    """
    require_step(day, to)
    changes: dict[str, Any] = {
        "state": to,
        "version": F("version") + 1,
        "changed_by": by,
        "changed_at": now,
        "way": dict(way) if way is not None else None,
        "moves": [dict(move) for move in moves],
    }
    if to in (DismissalState.OPEN, DismissalState.DIVERTED) and day.opened_at is None:
        changes["opened_at"] = now
    if to == DismissalState.CLOSED:
        changes["closed_at"] = now
    if not Dismissal.objects.filter(pk=day.pk, version=version).update(**changes):
        raise moved(day)
    day.refresh_from_db()
    record(kind=f"day.{to.lower()}", now=now, actor_id=by.pk, school=day.school_id, day=day.pk)


def moved(day: Dismissal) -> DayMoved:
    """What to tell somebody who was a moment too late."""
    present = Dismissal.objects.select_related("changed_by").get(pk=day.pk)
    alias = present.changed_by.alias if present.changed_by else ""
    return DayMoved(alias, present.state, present.changed_at)


def stand(*, day: Dismissal, post: Post, member: Member) -> Attendance:
    """They stand at this post today, whatever the roster says."""
    standing, _ = Attendance.objects.update_or_create(day=day, member=member, defaults={"post": post})
    return standing


def arrive(*, standing: Attendance, now: datetime) -> None:
    """They are at their corner."""
    if standing.arrived_at is None:
        Attendance.objects.filter(pk=standing.pk).update(arrived_at=now, left_at=None)
        record(kind="post.arrived", now=now, day=standing.day_id, post=standing.post_id)


def be_ready(*, standing: Attendance, now: datetime) -> None:
    """They are at their corner and all is well there; says that they have arrived, too."""
    arrive(standing=standing, now=now)
    if standing.ready_at is None:
        Attendance.objects.filter(pk=standing.pk).update(ready_at=now, left_at=None)
        record(kind="post.ready", now=now, day=standing.day_id, post=standing.post_id)


def leave_post(*, standing: Attendance, now: datetime) -> None:
    """They have gone."""
    Attendance.objects.filter(pk=standing.pk).update(left_at=now)
    record(kind="post.left", now=now, day=standing.day_id, post=standing.post_id)


def add_count(
    *,
    day: Dismissal,
    at: CountAt,
    children: int,
    post: Post | None,
    by_user: User | None = None,
    by_member: Member | None = None,
    reference: str | None = None,
    now: datetime,
) -> Count:
    """Keep a number of children; the same message or form twice is one. Raises WrongCount."""
    if children == 0 or abs(children) > MOST_AT_ONCE:
        raise WrongCount
    values = {"at": at, "post": post, "children": children, "by_user": by_user, "by_member": by_member}
    if not reference:
        count, is_new = Count.objects.create(day=day, counted_at=now, **values), True
    else:
        count, is_new = Count.objects.get_or_create(
            day=day, reference=reference[:80], defaults={**values, "counted_at": now}
        )
    if is_new:
        actor = by_user.pk if by_user else None
        record(kind="children.counted", now=now, actor_id=actor, day=day.pk, count=count.pk)
    return count


def show_code(*, day: Dismissal, code: str, now: datetime) -> bool:
    """A guardian shows a code. False when it was shown today already. Raises UnknownCode."""
    found = GuardianCode.objects.filter(digest=digest_code(day.school, code), withdrawn_at=None).first()
    if found is None:
        raise UnknownCode
    _, is_new = CodeShown.objects.get_or_create(day=day, code=found, defaults={"shown_at": now})
    if is_new:
        record(kind="code.shown", now=now, day=day.pk)
    return is_new


def raise_alarm(
    *,
    day: Dismissal,
    kind: AlarmKind,
    post: Post | None = None,
    expected: int | None = None,
    counted: int | None = None,
    now: datetime,
) -> Alarm | None:
    """Ask a person to look; None when the same is asked already (its numbers are brought up to date)."""
    same = Alarm.objects.filter(day=day, kind=kind, post=post, settled_at=None)
    if same.update(expected=expected, counted=counted):
        return None
    alarm = Alarm.objects.create(
        day=day, kind=kind, post=post, expected=expected, counted=counted, raised_at=now, is_drill=day.is_drill
    )
    record(kind="alarm.raised", now=now, day=day.pk, alarm=alarm.pk, what=kind)
    return alarm


def settle_alarm(*, alarm: Alarm, by: User, now: datetime) -> None:
    """A person has looked and says that it is settled."""
    if Alarm.objects.filter(pk=alarm.pk, settled_at=None).update(settled_at=now, settled_by=by):
        record(kind="alarm.settled", now=now, actor_id=by.pk, day=alarm.day_id, alarm=alarm.pk)


def propose(
    *,
    day: Dismissal,
    kind: ProposalKind,
    incident: Incident | None,
    hazard: Hazard | None,
    reason: Mapping[str, str],
    way: Mapping[str, Any] | None,
    moves: Sequence[Mapping[str, Any]],
    safe_place: Mapping[str, Any] | None,
    minutes: int | None,
    children: int | None,
    answers_to: str,
    took_ms: int,
    now: datetime,
) -> Proposal:
    """Keep a proposal; one that still waits is overtaken by it."""
    supersede_proposals(day=day)
    proposal = Proposal.objects.create(
        day=day,
        incident=incident,
        hazard=hazard,
        kind=kind,
        reasons=shorten(reason, 200),
        way=dict(way) if way is not None else None,
        moves=[dict(move) for move in moves],
        safe_place=dict(safe_place) if safe_place else None,
        minutes=minutes,
        children=children,
        answers_to=answers_to[:60],
        made_at=now,
        took_ms=took_ms,
        is_drill=day.is_drill,
    )
    incident_id = incident.pk if incident else None
    record(kind="corridor.proposed", now=now, incident_id=incident_id, day=day.pk, proposal=proposal.pk, what=kind)
    return proposal


def supersede_proposals(*, day: Dismissal) -> None:
    """What still waits no longer fits."""
    day.proposals.filter(state=ProposalState.WAITING).update(state=ProposalState.SUPERSEDED)


def decide_proposal(*, proposal: Proposal, taken: bool, by: User, now: datetime) -> None:
    """A person's yes or no. Raises AlreadyDecided."""
    state = ProposalState.TAKEN if taken else ProposalState.DECLINED
    waiting = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.WAITING)
    if not waiting.update(state=state, decided_by=by, decided_at=now):
        raise AlreadyDecided
    record(
        kind=f"corridor.{state.lower()}",
        now=now,
        incident_id=proposal.incident_id,
        actor_id=by.pk,
        day=proposal.day_id,
        proposal=proposal.pk,
    )


def write_message(
    *, day: Dismissal, kind: MessageKind, proposal: Proposal | None, texts: Mapping[str, str], by: User, now: datetime
) -> Message:
    """A text to the parents who follow the school, which waits for a second person. Older ones that wait fall away."""
    stop_messages(day=day)
    message = Message.objects.create(
        day=day,
        kind=kind,
        proposal=proposal,
        texts=dict(texts),
        written_by=by,
        written_at=now,
        is_drill=day.is_drill,
    )
    record(kind="parents.written", now=now, actor_id=by.pk, day=day.pk, message=message.pk, what=kind)
    return message


def stop_messages(*, day: Dismissal) -> None:
    """What waits for a second person is not to be sent any more."""
    day.messages.filter(state=MessageState.WAITING).update(state=MessageState.STOPPED)


def approve_message(*, message: Message, by: User, now: datetime) -> None:
    """The second person's yes. Raises SamePerson, AlreadyDecided."""
    if message.written_by_id == by.pk:
        raise SamePerson
    waiting = Message.objects.filter(Q(pk=message.pk, state=MessageState.WAITING))
    if not waiting.update(state=MessageState.APPROVED, approved_by=by, approved_at=now):
        raise AlreadyDecided
    message.state, message.approved_by, message.approved_at = MessageState.APPROVED, by, now
    record(kind="parents.sent", now=now, actor_id=by.pk, day=message.day_id, message=message.pk, what=message.kind)
