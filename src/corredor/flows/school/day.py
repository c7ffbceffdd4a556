"""One dismissal: planned, opened, held, diverted, reopened, closed; who has come; and counts without names.

Reads corridors, people. Writes corridors, delivery (notices to posts and leads). Called by the schools' pages and by
text message. What is proposed when something happens: ``corridor_watch``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from corredor.corridors import day_actions, queries
from corredor.corridors.enums import AlarmKind, CountAt, DismissalState, MessageKind, ProposalKind
from corredor.corridors.errors import (
    ChildrenMissing,
    DangerNear,
    NoPlanChosen,
    NoSchoolThatDay,
    UnknownPost,
)
from corredor.corridors.models import Alarm, Count, Dismissal, Post, Proposal, School
from corredor.corridors.rules import MAY_HOLD, require_lead, require_lead_or
from corredor.flows.after_commit import after_change
from corredor.people.models import User
from corredor.people.queries import get_network, local_today

from .dangers import name_dangers_near
from .tell import tell_leads_of_alarm, tell_moves, tell_posts, write_to_parents

CAUTIOUS = (ProposalKind.HOLD, ProposalKind.SAFE_PLACE, ProposalKind.KEEP_BACK)  # safe in anybody's hands at the desk
HOME_WITHIN = timedelta(minutes=45)  # after the bell: then whoever went out has been counted home


@transaction.atomic
def plan_day(*, slug: str, on: date | None = None, by: User, now: datetime) -> Dismissal:
    """The dismissal of a day (today), made when first looked at. Raises NoSchoolThatDay, NoPlanChosen, NotALead."""
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    return make_day(school, on or local_today(now), by=by, now=now)


@transaction.atomic
def open_day(*, day_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Let the children go, along the plan. Raises DayMoved, WrongStep, DangerNear, NotALead, NotAllowed."""
    day = _led(day_id, by, now)
    if day.version == version:
        _require_no_danger(day)
    was = day.state
    day_actions.move_day(day=day, to=DismissalState.OPEN, version=version, by=by, now=now)
    day_actions.supersede_proposals(day=day)
    if was == DismissalState.PLANNED:
        tell_posts(day, "POST_OPEN", now=now)
    else:
        tell_posts(day, "POST_REOPENED", now=now)
        write_to_parents(day, MessageKind.REOPENED, proposal=None, by=by, now=now)
    after_change(now=now)
    return day


@transaction.atomic
def hold_day(*, day_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Nobody leaves the school. A lead's, or anybody's at the desk. Raises DayMoved, WrongStep, NotAllowed."""
    day = queries.get_day_for_update(day_id=day_id)
    require_lead_or(by, day.school, *MAY_HOLD, today=local_today(now))
    day_actions.move_day(day=day, to=DismissalState.HELD, version=version, by=by, now=now)
    proposal = queries.get_proposal(day=day)
    if proposal is not None and proposal.kind == ProposalKind.HOLD:
        day_actions.decide_proposal(proposal=proposal, taken=True, by=by, now=now)
    tell_posts(day, "POST_HELD", now=now)
    write_to_parents(day, MessageKind.HELD, proposal=None, by=by, now=now)
    after_change(now=now)
    return day


def close_day(*, day_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Everybody is home. Refused, with an alarm, while the counts differ and nobody has said why.

    Raises ChildrenMissing (the alarm for it has been raised and kept), DayMoved, WrongStep, NotALead, NotAllowed.
    """
    with transaction.atomic():
        day = _led(day_id, by, now)
        totals = queries.get_totals(day=day)
        missing = 0 if _was_settled(day) else totals.on_the_way
        if missing:
            _alarm_at_end(day, totals, now=now)
        else:
            day_actions.move_day(day=day, to=DismissalState.CLOSED, version=version, by=by, now=now)
            day_actions.supersede_proposals(day=day)
            day_actions.stop_messages(day=day)
            tell_posts(day, "POST_CLOSED", now=now)
        after_change(now=now)
    if missing:
        raise ChildrenMissing(missing)
    return day


@transaction.atomic
def decide(*, proposal_id: int, take: bool, version: int, by: User, now: datetime) -> Dismissal:
    """A person's yes or no to what was proposed; yes moves the day and tells everybody their own.

    Raises AlreadyDecided, DayMoved, NotALead, NotAllowed.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("day").get(pk=proposal_id)
    day = queries.get_day_for_update(day_id=proposal.day_id)
    if proposal.kind in CAUTIOUS or not take:
        require_lead_or(by, day.school, *MAY_HOLD, today=local_today(now))
    else:
        require_lead(by, day.school, today=local_today(now))
    if day.version != version:
        raise day_actions.moved(day)
    day_actions.decide_proposal(proposal=proposal, taken=take, by=by, now=now)
    if take:
        _follow(day, proposal, version, by=by, now=now)
    after_change(now=now)
    return day


@transaction.atomic
def decide_by_word(*, day_id: int, kind: ProposalKind, by: User, now: datetime) -> Dismissal | None:
    """By text message: take the proposal that waits if it is of this kind; None when there is none."""
    day = queries.get_day(day_id=day_id)
    proposal = queries.get_proposal(day=day)
    if proposal is None or proposal.kind != kind:
        return None
    return decide(proposal_id=proposal.pk, take=True, version=day.version, by=by, now=now)


@transaction.atomic
def count_as_lead(
    *,
    day_id: int,
    at: CountAt,
    children: int,
    number: int | None = None,
    reference: str | None = None,
    by: User,
    now: datetime,
) -> Count:
    """A lead counts: out of the gate, or for a post. Raises WrongCount, UnknownPost, NotALead."""
    day = _led(day_id, by, now)
    post = find_post(day, number) if number is not None else None
    if at == CountAt.POST and post is None:
        raise UnknownPost
    count = day_actions.add_count(
        day=day, at=at, children=children, post=post, by_user=by, reference=reference, now=now
    )
    compare_counts(day, now=now)
    after_change(now=now)
    return count


@transaction.atomic
def settle_alarm(*, alarm_id: int, by: User, now: datetime) -> None:
    """A lead, or somebody at the desk, has looked. Raises NotAllowed."""
    alarm = Alarm.objects.select_related("day__school").get(pk=alarm_id)
    require_lead_or(by, alarm.day.school, *MAY_HOLD, today=local_today(now))
    day_actions.settle_alarm(alarm=alarm, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def plan_days_ahead(*, now: datetime) -> int:
    """Today's dismissal of every school that has a plan and a bell, so that dangers near it are looked at even if
    nobody has opened its page. Called by the sweep; returns how many were made.
    """
    on, made = local_today(now), 0
    planned = Dismissal.objects.filter(on=on).values("school_id")
    schools = School.objects.filter(is_drill=False, plans__chosen_at__isnull=False, plans__retired_at=None)
    for school in schools.exclude(pk__in=planned).distinct():
        try:
            make_day(school, on, by=None, now=now)
            made += 1
        except NoSchoolThatDay:
            continue
    return made


@transaction.atomic
def raise_late_alarms(*, now: datetime) -> int:
    """Days long after their bell on which somebody has not been counted home. Called by the sweep."""
    raised = 0
    late = Dismissal.objects.filter(
        state__in=(DismissalState.OPEN, DismissalState.DIVERTED), bell_at__lt=now - HOME_WITHIN
    )
    for day in late.filter(is_drill=False).select_related("school"):
        raised += _alarm_at_end(day, queries.get_totals(day=day), now=now)
    return raised


def _require_no_danger(day: Dismissal) -> None:
    """What was held or diverted for, or is proposed for, must be cleared or declined first. Raises DangerNear."""
    waiting = queries.get_proposal(day=day)
    if waiting is not None and waiting.kind != ProposalKind.REOPEN:
        raise DangerNear
    last = queries.get_last_taken(day=day)
    walks = (ProposalKind.REOPEN, ProposalKind.KEEP_BACK)
    if last is not None and last.kind not in walks and last.answers_to == name_dangers_near(day) != "":
        raise DangerNear


def _follow(day: Dismissal, proposal: Proposal, version: int, *, by: User, now: datetime) -> None:
    if proposal.kind == ProposalKind.DIVERT:
        day_actions.move_day(
            day=day, to=DismissalState.DIVERTED, version=version, by=by, now=now, way=proposal.way, moves=proposal.moves
        )
        tell_moves(day, proposal, now=now)
        write_to_parents(day, MessageKind.DIVERTED, proposal=proposal, by=by, now=now)
    elif proposal.kind == ProposalKind.KEEP_BACK:
        tell_posts(day, "POST_KEPT_BACK", now=now)
        write_to_parents(day, MessageKind.KEPT_BACK, proposal=proposal, by=by, now=now)
    elif proposal.kind == ProposalKind.REOPEN:
        if day.state in (DismissalState.HELD, DismissalState.DIVERTED):
            day_actions.move_day(day=day, to=DismissalState.OPEN, version=version, by=by, now=now)
        tell_posts(day, "POST_REOPENED", now=now)
        kind = MessageKind.KEPT_BACK if proposal.children else MessageKind.REOPENED
        write_to_parents(day, kind, proposal=proposal, by=by, now=now)
    else:
        if day.state != DismissalState.HELD:
            day_actions.move_day(day=day, to=DismissalState.HELD, version=version, by=by, now=now)
        inside = proposal.kind == ProposalKind.SAFE_PLACE
        if inside:
            tell_moves(day, proposal, now=now)
        else:
            tell_posts(day, "POST_HELD", now=now)
        kind = MessageKind.SAFE_PLACE if inside else MessageKind.HELD
        write_to_parents(day, kind, proposal=proposal, by=by, now=now)


def make_day(school: School, on: date, *, by: User | None, now: datetime) -> Dismissal:
    known = queries.find_day(school=school, on=on)
    if known:
        return known
    plan = queries.get_plan(school=school)
    if plan is None:
        raise NoPlanChosen
    at = queries.find_bell(school=school, on=on)
    if at is None:
        raise NoSchoolThatDay
    bell_at = datetime.combine(on, at, ZoneInfo(get_network().time_zone))
    return day_actions.plan_day(school=school, plan=plan, on=on, bell_at=bell_at, by=by, now=now)


def _led(day_id: int, by: User, now: datetime) -> Dismissal:
    day = queries.get_day_for_update(day_id=day_id)
    require_lead(by, day.school, today=local_today(now))
    return day


def find_post(day: Dismissal, number: int) -> Post:
    post = day.plan.posts.filter(number=number).first()
    if post is None:
        raise UnknownPost
    return post


def compare_counts(day: Dismissal, *, now: datetime) -> None:
    """Numbers that cannot be right raise an alarm at once."""
    totals = queries.get_totals(day=day)
    if totals.home > totals.gate:
        tell_alarm(
            day_actions.raise_alarm(
                day=day,
                kind=AlarmKind.MORE_HOME_THAN_OUT,
                expected=totals.gate,
                counted=totals.home,
                now=now,
            ),
            now=now,
        )
    if day.state == DismissalState.DIVERTED:
        return  # posts stand elsewhere: which is before which is not the plan's
    by_number = {post.number: post for post in queries.list_posts(plan=day.plan)}
    for number, children in totals.at_posts.items():
        before = by_number[number].before
        if before in totals.at_posts and children > totals.at_posts[before]:
            alarm = day_actions.raise_alarm(
                day=day,
                kind=AlarmKind.MORE_FURTHER_OUT,
                post=by_number[number],
                expected=totals.at_posts[before],
                counted=children,
                now=now,
            )
            tell_alarm(alarm, now=now)


def _alarm_at_end(day: Dismissal, totals: queries.Totals, *, now: datetime) -> bool:
    if not totals.on_the_way or _was_settled(day):
        return False
    fewer = totals.on_the_way > 0
    alarm = day_actions.raise_alarm(
        day=day,
        kind=AlarmKind.FEWER_HOME_THAN_OUT if fewer else AlarmKind.MORE_HOME_THAN_OUT,
        expected=totals.gate,
        counted=totals.home,
        now=now,
    )
    tell_alarm(alarm, now=now)
    return alarm is not None


def _was_settled(day: Dismissal) -> bool:
    """A person has said, after the last count, that everybody is accounted for."""
    kinds = (AlarmKind.FEWER_HOME_THAN_OUT, AlarmKind.MORE_HOME_THAN_OUT)
    settled = day.alarms.filter(kind__in=kinds, settled_at__isnull=False).order_by("-settled_at").first()
    if settled is None or day.alarms.filter(kind__in=kinds, settled_at=None).exists():
        return False
    return not day.counts.filter(counted_at__gt=settled.settled_at).exists()


def tell_alarm(alarm: Alarm | None, *, now: datetime) -> None:
    if alarm is not None:
        tell_leads_of_alarm(alarm, now=now)
