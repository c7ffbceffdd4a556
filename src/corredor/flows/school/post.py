"""What somebody at a post does: comes, is ready, counts, asks for help, checks a code, leaves.

Writes corridors, delivery (notices to leads). Called by the posts' own pages and by text message.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.corridors import day_actions, queries
from corredor.corridors.enums import AlarmKind, CountAt
from corredor.corridors.errors import UnknownCode, UnknownPost
from corredor.corridors.models import Alarm, Attendance, Count
from corredor.flows.after_commit import after_change
from corredor.people.queries import local_today
from corredor.volunteers.errors import NotAccepted
from corredor.volunteers.models import Member

from .day import compare_counts, find_post, make_day, tell_alarm


@transaction.atomic
def come_to_post(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """Somebody is at their corner, or at another one that they name.

    Raises NoSchoolThatDay, NoPlanChosen, UnknownPost, NotAccepted.
    """
    standing = _stand(member, number, now=now)
    day_actions.arrive(standing=standing, now=now)
    after_change(now=now)
    return standing


@transaction.atomic
def be_ready(*, member: Member, number: int | None = None, now: datetime) -> Attendance:
    """All is well at their corner. Raises as come_to_post."""
    standing = _stand(member, number, now=now)
    day_actions.be_ready(standing=standing, now=now)
    after_change(now=now)
    return standing


@transaction.atomic
def leave_post(*, member: Member, now: datetime) -> Attendance:
    """They go. Raises as come_to_post."""
    standing = _stand(member, None, now=now)
    day_actions.leave_post(standing=standing, now=now)
    after_change(now=now)
    return standing


@transaction.atomic
def count_at_post(*, member: Member, at: CountAt, children: int, reference: str | None = None, now: datetime) -> Count:
    """Children who passed the volunteer's post, or left the corridor there for home. Raises as come_to_post,
    WrongCount.
    """
    standing = _stand(member, None, now=now)
    day_actions.arrive(standing=standing, now=now)
    day = queries.get_day_for_update(day_id=standing.day_id)
    count = day_actions.add_count(
        day=day, at=at, children=children, post=standing.post, by_member=member, reference=reference, now=now
    )
    compare_counts(day, now=now)
    after_change(now=now)
    return count


@transaction.atomic
def ask_for_help(*, member: Member, now: datetime) -> Alarm | None:
    """A post needs somebody now: the leads and the desk are told."""
    standing = _stand(member, None, now=now)
    alarm = day_actions.raise_alarm(day=standing.day, kind=AlarmKind.POST_ASKS, post=standing.post, now=now)
    tell_alarm(alarm, now=now)
    after_change(now=now)
    return alarm


def show_code(*, member: Member, code: str, now: datetime) -> bool:
    """A guardian's code at the hand-off; False when it was shown today already.

    Raises UnknownCode, after the alarm for it has been raised and kept.
    """
    with transaction.atomic():
        standing = _stand(member, None, now=now)
        try:
            return day_actions.show_code(day=standing.day, code=code, now=now)
        except UnknownCode:
            alarm = day_actions.raise_alarm(day=standing.day, kind=AlarmKind.CODE_UNKNOWN, post=standing.post, now=now)
            tell_alarm(alarm, now=now)
            after_change(now=now)
    raise UnknownCode


def _stand(member: Member, number: int | None, *, now: datetime) -> Attendance:
    """The volunteer's place today; at ``number`` if they name one. The day is made if nobody has looked at it yet."""
    if not member.is_accepted:
        raise NotAccepted
    day = make_day(queries.get_school_of(member), local_today(now), by=None, now=now)
    if number is not None:
        return day_actions.stand(day=day, post=find_post(day, number), member=member)
    found = Attendance.objects.filter(day=day, member=member).select_related("post", "day__school").first()
    if found is None:
        raise UnknownPost
    return found
