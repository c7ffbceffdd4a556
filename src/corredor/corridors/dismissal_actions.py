"""Writes of one dismissal: state, attendance, counts, alarms, proposals, and messages to parents."""

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
from .errors import AlreadyDecided, DismissalChanged, SamePerson, UnknownCode, WrongCount
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


def plan_dismissal(
    *, school: School, plan: Plan, on: date, bell_at: datetime, by: User | None, now: datetime
) -> Dismissal:
    """Return the dismissal of one day, created with the attendances of all who agreed if it is new; idempotent."""
    dismissal, is_new = Dismissal.objects.get_or_create(
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
        assignments = Assignment.objects.filter(post__plan=plan, weekday=on.weekday(), agreed_at__isnull=False)
        Attendance.objects.bulk_create(
            Attendance(dismissal=dismissal, post_id=assignment.post_id, member_id=assignment.member_id)
            for assignment in assignments.filter(member__left_at=None, member__accepted_at__isnull=False)
        )
        record(kind="day.planned", now=now, actor_id=by.pk if by else None, school=school.pk, dismissal=dismissal.pk)
    return dismissal


def move_dismissal(
    *,
    dismissal: Dismissal,
    to: DismissalState,
    version: int,
    by: User,
    now: datetime,
    way: Mapping[str, Any] | None = None,
    moves: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Change a dismissal's state. Raise WrongStep, or DismissalChanged if another person was faster.

    ``version`` is the version that the person saw; the conditional UPDATE is an optimistic lock.
    """
    require_step(dismissal, to)
    changes: dict[str, Any] = {
        "state": to,
        "version": F("version") + 1,
        "changed_by": by,
        "changed_at": now,
        "way": dict(way) if way is not None else None,
        "moves": [dict(move) for move in moves],
    }
    if to in (DismissalState.OPEN, DismissalState.DIVERTED) and dismissal.opened_at is None:
        changes["opened_at"] = now
    if to == DismissalState.CLOSED:
        changes["closed_at"] = now
    if not Dismissal.objects.filter(pk=dismissal.pk, version=version).update(**changes):
        raise make_conflict(dismissal)
    dismissal.refresh_from_db()
    record(kind=f"day.{to.lower()}", now=now, actor_id=by.pk, school=dismissal.school_id, dismissal=dismissal.pk)


def make_conflict(dismissal: Dismissal) -> DismissalChanged:
    """Return the error for somebody whose version is stale."""
    present = Dismissal.objects.select_related("changed_by").get(pk=dismissal.pk)
    alias = present.changed_by.alias if present.changed_by else ""
    return DismissalChanged(alias, present.state, present.changed_at)


def set_attendance(*, dismissal: Dismissal, post: Post, member: Member) -> Attendance:
    """Put a member at a post for this dismissal, whatever their assignment."""
    attendance, _ = Attendance.objects.update_or_create(dismissal=dismissal, member=member, defaults={"post": post})
    return attendance


def record_arrival(*, attendance: Attendance, now: datetime) -> None:
    """Record that a member arrived at their post."""
    if attendance.arrived_at is None:
        Attendance.objects.filter(pk=attendance.pk).update(arrived_at=now, left_at=None)
        record(kind="post.arrived", now=now, dismissal=attendance.dismissal_id, post=attendance.post_id)


def record_clear(*, attendance: Attendance, now: datetime) -> None:
    """Record that all is well at a post; implies arrival."""
    record_arrival(attendance=attendance, now=now)
    if attendance.ready_at is None:
        Attendance.objects.filter(pk=attendance.pk).update(ready_at=now, left_at=None)
        record(kind="post.ready", now=now, dismissal=attendance.dismissal_id, post=attendance.post_id)


def record_departure(*, attendance: Attendance, now: datetime) -> None:
    """Record that a member left their post."""
    Attendance.objects.filter(pk=attendance.pk).update(left_at=now)
    record(kind="post.left", now=now, dismissal=attendance.dismissal_id, post=attendance.post_id)


def add_count(
    *,
    dismissal: Dismissal,
    at: CountAt,
    children: int,
    post: Post | None,
    by_user: User | None = None,
    by_member: Member | None = None,
    reference: str | None = None,
    now: datetime,
) -> Count:
    """Store a number of children; idempotent by ``reference``. Raise WrongCount."""
    if children == 0 or abs(children) > MOST_AT_ONCE:
        raise WrongCount
    values = {"at": at, "post": post, "children": children, "by_user": by_user, "by_member": by_member}
    if not reference:
        count, is_new = Count.objects.create(dismissal=dismissal, counted_at=now, **values), True
    else:
        count, is_new = Count.objects.get_or_create(
            dismissal=dismissal, reference=reference[:80], defaults={**values, "counted_at": now}
        )
    if is_new:
        actor = by_user.pk if by_user else None
        record(kind="children.counted", now=now, actor_id=actor, dismissal=dismissal.pk, count=count.pk)
    return count


def show_code(*, dismissal: Dismissal, code: str, now: datetime) -> bool:
    """Record a guardian's code. Return False if it was shown before at this dismissal. Raise UnknownCode."""
    found = GuardianCode.objects.filter(digest=digest_code(dismissal.school, code), withdrawn_at=None).first()
    if found is None:
        raise UnknownCode
    _, is_new = CodeShown.objects.get_or_create(dismissal=dismissal, code=found, defaults={"shown_at": now})
    if is_new:
        record(kind="code.shown", now=now, dismissal=dismissal.pk)
    return is_new


def raise_alarm(
    *,
    dismissal: Dismissal,
    kind: AlarmKind,
    post: Post | None = None,
    expected: int | None = None,
    counted: int | None = None,
    now: datetime,
) -> Alarm | None:
    """Raise an alarm. Return None if the same one is open already; its numbers are updated."""
    same = Alarm.objects.filter(dismissal=dismissal, kind=kind, post=post, settled_at=None)
    if same.update(expected=expected, counted=counted):
        return None
    alarm = Alarm.objects.create(
        dismissal=dismissal,
        kind=kind,
        post=post,
        expected=expected,
        counted=counted,
        raised_at=now,
        is_drill=dismissal.is_drill,
    )
    record(kind="alarm.raised", now=now, dismissal=dismissal.pk, alarm=alarm.pk, what=kind)
    return alarm


def settle_alarm(*, alarm: Alarm, by: User, now: datetime) -> None:
    """Settle an alarm; idempotent."""
    if Alarm.objects.filter(pk=alarm.pk, settled_at=None).update(settled_at=now, settled_by=by):
        record(kind="alarm.settled", now=now, actor_id=by.pk, dismissal=alarm.dismissal_id, alarm=alarm.pk)


def propose(
    *,
    dismissal: Dismissal,
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
    """Store a proposal; it supersedes a waiting one."""
    supersede_proposals(dismissal=dismissal)
    proposal = Proposal.objects.create(
        dismissal=dismissal,
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
        is_drill=dismissal.is_drill,
    )
    incident_id = incident.pk if incident else None
    record(
        kind="corridor.proposed",
        now=now,
        incident_id=incident_id,
        dismissal=dismissal.pk,
        proposal=proposal.pk,
        what=kind,
    )
    return proposal


def supersede_proposals(*, dismissal: Dismissal) -> None:
    """Supersede the waiting proposal."""
    dismissal.proposals.filter(state=ProposalState.WAITING).update(state=ProposalState.SUPERSEDED)


def decide_proposal(*, proposal: Proposal, taken: bool, by: User, now: datetime) -> None:
    """Accept or decline a proposal. Raise AlreadyDecided."""
    state = ProposalState.TAKEN if taken else ProposalState.DECLINED
    waiting = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.WAITING)
    if not waiting.update(state=state, decided_by=by, decided_at=now):
        raise AlreadyDecided
    record(
        kind=f"corridor.{state.lower()}",
        now=now,
        incident_id=proposal.incident_id,
        actor_id=by.pk,
        dismissal=proposal.dismissal_id,
        proposal=proposal.pk,
    )


def write_message(
    *,
    dismissal: Dismissal,
    kind: MessageKind,
    proposal: Proposal | None,
    texts: Mapping[str, str],
    by: User,
    now: datetime,
) -> Message:
    """Draft a message to followers, pending a second approval; supersedes earlier drafts."""
    stop_messages(dismissal=dismissal)
    message = Message.objects.create(
        dismissal=dismissal,
        kind=kind,
        proposal=proposal,
        texts=dict(texts),
        written_by=by,
        written_at=now,
        is_drill=dismissal.is_drill,
    )
    record(kind="parents.written", now=now, actor_id=by.pk, dismissal=dismissal.pk, message=message.pk, what=kind)
    return message


def stop_messages(*, dismissal: Dismissal) -> None:
    """Stop the messages that wait for a second person."""
    dismissal.messages.filter(state=MessageState.WAITING).update(state=MessageState.STOPPED)


def approve_message(*, message: Message, by: User, now: datetime) -> None:
    """Approve a message as the second person. Raise SamePerson, AlreadyDecided."""
    if message.written_by_id == by.pk:
        raise SamePerson
    waiting = Message.objects.filter(Q(pk=message.pk, state=MessageState.WAITING))
    if not waiting.update(state=MessageState.APPROVED, approved_by=by, approved_at=now):
        raise AlreadyDecided
    message.state, message.approved_by, message.approved_at = MessageState.APPROVED, by, now
    record(
        kind="parents.sent",
        now=now,
        actor_id=by.pk,
        dismissal=message.dismissal_id,
        message=message.pk,
        what=message.kind,
    )
