"""Actions of a member at a post: arrive, report ready, count, ask for help, check a code, leave.

Writes corridors, delivery (messages to leads). Called by the posts' own pages and by SMS.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.corridors import dismissal_actions, queries
from corredor.corridors.enums import AlarmKind, CountAt
from corredor.corridors.errors import UnknownCode, UnknownPost
from corredor.corridors.models import Alarm, Attendance, Count
from corredor.flows.after_commit import after_change
from corredor.people.queries import local_today
from corredor.volunteers.errors import NotAccepted
from corredor.volunteers.models import Member

from .day import compare_counts, find_post, make_dismissal, tell_alarm


@transaction.atomic
def check_in(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """Record arrival at the member's post, or at the post ``number``.

    Raise NoSchoolThatDay, NoPlanChosen, UnknownPost, NotAccepted.
    """
    attendance = _attend(member, number, now=now)
    dismissal_actions.record_arrival(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def report_clear(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """Record that all is well at the post. Raise as check_in."""
    attendance = _attend(member, number, now=now)
    dismissal_actions.record_clear(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def check_out(*, member: Member, now: datetime) -> Attendance:
    """Record that the member left. Raise as check_in."""
    attendance = _attend(member, None, now=now)
    dismissal_actions.record_departure(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def count_at_post(*, member: Member, at: CountAt, children: int, reference: str | None = None, now: datetime) -> Count:
    """Store a count of children who passed the post or went home from there.

    Raise WrongCount, and as check_in.
    """
    attendance = _attend(member, None, now=now)
    dismissal_actions.record_arrival(attendance=attendance, now=now)
    dismissal = queries.get_dismissal_for_update(dismissal_id=attendance.dismissal_id)
    count = dismissal_actions.add_count(
        dismissal=dismissal,
        at=at,
        children=children,
        post=attendance.post,
        by_member=member,
        reference=reference,
        now=now,
    )
    compare_counts(dismissal, now=now)
    after_change(now=now)
    return count


@transaction.atomic
def ask_for_help(*, member: Member, now: datetime) -> Alarm | None:
    """Raise an alarm for the leads and the desk; return None if it is open already. Raise as check_in."""
    attendance = _attend(member, None, now=now)
    alarm = dismissal_actions.raise_alarm(
        dismissal=attendance.dismissal, kind=AlarmKind.POST_ASKS, post=attendance.post, now=now
    )
    tell_alarm(alarm, now=now)
    after_change(now=now)
    return alarm


def show_code(*, member: Member, code: str, now: datetime) -> bool:
    """Check a guardian's code. Return False if it was shown before at this dismissal.

    Raise UnknownCode; its alarm is stored.
    """
    with transaction.atomic():
        attendance = _attend(member, None, now=now)
        try:
            return dismissal_actions.show_code(dismissal=attendance.dismissal, code=code, now=now)
        except UnknownCode:
            alarm = dismissal_actions.raise_alarm(
                dismissal=attendance.dismissal, kind=AlarmKind.CODE_UNKNOWN, post=attendance.post, now=now
            )
            tell_alarm(alarm, now=now)
            after_change(now=now)
    raise UnknownCode


def _attend(member: Member, number: int | None, *, now: datetime) -> Attendance:
    """Return the member's attendance today, at ``number`` if given. Create the dismissal if it is the first access."""
    if not member.is_accepted:
        raise NotAccepted
    dismissal = make_dismissal(queries.get_school_of(member), local_today(now), by=None, now=now)
    if number is not None:
        return dismissal_actions.set_attendance(dismissal=dismissal, post=find_post(dismissal, number), member=member)
    found = (
        Attendance.objects.filter(dismissal=dismissal, member=member)
        .select_related("post", "dismissal__school")
        .first()
    )
    if found is None:
        raise UnknownPost
    return found
