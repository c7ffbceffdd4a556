"""What somebody at a post does: comes, is ready, counts, asks for help, checks a code, leaves.

Writes corridors, delivery (notices to leads). Called by the posts' own pages and by text message.
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
def come_to_post(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """Somebody is at their corner, or at another one that they name.

    Raises NoSchoolThatDay, NoPlanChosen, UnknownPost, NotAccepted.
    """
    attendance = _stand(member, number, now=now)
    dismissal_actions.arrive(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def be_ready(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """All is well at their corner. Raises as come_to_post."""
    attendance = _stand(member, number, now=now)
    dismissal_actions.be_ready(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def leave_post(*, member: Member, now: datetime) -> Attendance:
    """They go. Raises as come_to_post."""
    attendance = _stand(member, None, now=now)
    dismissal_actions.leave_post(attendance=attendance, now=now)
    after_change(now=now)
    return attendance


@transaction.atomic
def count_at_post(*, member: Member, at: CountAt, children: int, reference: str | None = None, now: datetime) -> Count:
    """Children who passed the volunteer's post, or left the corridor there for home. Raises as come_to_post,
    WrongCount.
    """
    attendance = _stand(member, None, now=now)
    dismissal_actions.arrive(attendance=attendance, now=now)
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
    """A post needs somebody now: the leads and the desk are told."""
    attendance = _stand(member, None, now=now)
    alarm = dismissal_actions.raise_alarm(
        dismissal=attendance.dismissal, kind=AlarmKind.POST_ASKS, post=attendance.post, now=now
    )
    tell_alarm(alarm, now=now)
    after_change(now=now)
    return alarm


def show_code(*, member: Member, code: str, now: datetime) -> bool:
    """A guardian's code at the hand-off; False when it was shown today already.

    Raises UnknownCode, after the alarm for it has been raised and kept.
    """
    with transaction.atomic():
        attendance = _stand(member, None, now=now)
        try:
            return dismissal_actions.show_code(dismissal=attendance.dismissal, code=code, now=now)
        except UnknownCode:
            alarm = dismissal_actions.raise_alarm(
                dismissal=attendance.dismissal, kind=AlarmKind.CODE_UNKNOWN, post=attendance.post, now=now
            )
            tell_alarm(alarm, now=now)
            after_change(now=now)
    raise UnknownCode


def _stand(member: Member, number: int | None, *, now: datetime) -> Attendance:
    """The volunteer's place today; at ``number`` if they name one. The day is made if nobody has looked at it yet."""
    if not member.is_accepted:
        raise NotAccepted
    dismissal = make_dismissal(queries.get_school_of(member), local_today(now), by=None, now=now)
    if number is not None:
        return dismissal_actions.stand(dismissal=dismissal, post=find_post(dismissal, number), member=member)
    found = (
        Attendance.objects.filter(dismissal=dismissal, member=member)
        .select_related("post", "dismissal__school")
        .first()
    )
    if found is None:
        raise UnknownPost
    return found
