"""One dismissal: plan, open, hold, divert, reopen, close; alarms and counts.

Reads corridors, people. Writes corridors, delivery (messages to posts and leads). Called by the schools' pages and by
SMS. Proposals are made by ``watch``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from corredor.corridors import dismissal_actions, queries
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

CAUTIOUS = (ProposalKind.HOLD, ProposalKind.SAFE_PLACE, ProposalKind.KEEP_BACK)  # may be accepted by the desk too
HOME_WITHIN = timedelta(minutes=45)  # after the bell, by when all children should be counted home


@transaction.atomic
def plan_dismissal(*, slug: str, on: date | None = None, by: User, now: datetime) -> Dismissal:
    """Return the dismissal of a day (default today), created on first use.

    Raise NoSchoolThatDay, NoPlanChosen, NotALead, NotAllowed.
    """
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    return make_dismissal(school, on or local_today(now), by=by, now=now)


@transaction.atomic
def open_dismissal(*, dismissal_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Open the corridor along the plan. Raise DismissalChanged, WrongStep, DangerNear, NotALead, NotAllowed."""
    dismissal = _led(dismissal_id, by, now)
    if dismissal.version == version:
        _require_no_danger(dismissal)
    was = dismissal.state
    dismissal_actions.move_dismissal(dismissal=dismissal, to=DismissalState.OPEN, version=version, by=by, now=now)
    dismissal_actions.supersede_proposals(dismissal=dismissal)
    if was == DismissalState.PLANNED:
        tell_posts(dismissal, "POST_OPEN", now=now)
    else:
        tell_posts(dismissal, "POST_REOPENED", now=now)
        write_to_parents(dismissal, MessageKind.REOPENED, proposal=None, by=by, now=now)
    after_change(now=now)
    return dismissal


@transaction.atomic
def hold_dismissal(*, dismissal_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Hold the children at school, as a lead or the desk. Raise DismissalChanged, WrongStep, NotAllowed."""
    dismissal = queries.get_dismissal_for_update(dismissal_id=dismissal_id)
    require_lead_or(by, dismissal.school, *MAY_HOLD, today=local_today(now))
    dismissal_actions.move_dismissal(dismissal=dismissal, to=DismissalState.HELD, version=version, by=by, now=now)
    proposal = queries.get_proposal(dismissal=dismissal)
    if proposal is not None and proposal.kind == ProposalKind.HOLD:
        dismissal_actions.decide_proposal(proposal=proposal, taken=True, by=by, now=now)
    tell_posts(dismissal, "POST_HELD", now=now)
    write_to_parents(dismissal, MessageKind.HELD, proposal=None, by=by, now=now)
    after_change(now=now)
    return dismissal


def close_dismissal(*, dismissal_id: int, version: int, by: User, now: datetime) -> Dismissal:
    """Close the dismissal. Refuse, with an alarm, while the counts differ and nobody has settled it.

    Raise ChildrenMissing (its alarm is stored), DismissalChanged, WrongStep, NotALead, NotAllowed.
    """
    with transaction.atomic():
        dismissal = _led(dismissal_id, by, now)
        totals = queries.get_totals(dismissal=dismissal)
        missing = 0 if _was_settled(dismissal) else totals.on_the_way
        if missing:
            _alarm_at_end(dismissal, totals, now=now)
        else:
            dismissal_actions.move_dismissal(
                dismissal=dismissal, to=DismissalState.CLOSED, version=version, by=by, now=now
            )
            dismissal_actions.supersede_proposals(dismissal=dismissal)
            dismissal_actions.stop_messages(dismissal=dismissal)
            tell_posts(dismissal, "POST_CLOSED", now=now)
        after_change(now=now)
    if missing:
        raise ChildrenMissing(missing)
    return dismissal


@transaction.atomic
def decide(*, proposal_id: int, take: bool, version: int, by: User, now: datetime) -> Dismissal:
    """Accept or decline a proposal; accepting changes the state and notifies posts.

    Raise AlreadyDecided, DismissalChanged, NotALead, NotAllowed.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("dismissal").get(pk=proposal_id)
    dismissal = queries.get_dismissal_for_update(dismissal_id=proposal.dismissal_id)
    if proposal.kind in CAUTIOUS or not take:
        require_lead_or(by, dismissal.school, *MAY_HOLD, today=local_today(now))
    else:
        require_lead(by, dismissal.school, today=local_today(now))
    if dismissal.version != version:
        raise dismissal_actions.make_conflict(dismissal)
    dismissal_actions.decide_proposal(proposal=proposal, taken=take, by=by, now=now)
    if take:
        _follow(dismissal, proposal, version, by=by, now=now)
    after_change(now=now)
    return dismissal


@transaction.atomic
def decide_by_word(*, dismissal_id: int, kind: ProposalKind, by: User, now: datetime) -> Dismissal | None:
    """Accept by SMS the waiting proposal of this kind; return None if there is none."""
    dismissal = queries.get_dismissal(dismissal_id=dismissal_id)
    proposal = queries.get_proposal(dismissal=dismissal)
    if proposal is None or proposal.kind != kind:
        return None
    return decide(proposal_id=proposal.pk, take=True, version=dismissal.version, by=by, now=now)


@transaction.atomic
def count_as_lead(
    *,
    dismissal_id: int,
    at: CountAt,
    children: int,
    number: int | None = None,
    reference: str | None = None,
    by: User,
    now: datetime,
) -> Count:
    """Store a lead's count: out of the gate, or at a post. Raise WrongCount, UnknownPost, NotALead."""
    dismissal = _led(dismissal_id, by, now)
    post = find_post(dismissal, number) if number is not None else None
    if at == CountAt.POST and post is None:
        raise UnknownPost
    count = dismissal_actions.add_count(
        dismissal=dismissal, at=at, children=children, post=post, by_user=by, reference=reference, now=now
    )
    compare_counts(dismissal, now=now)
    after_change(now=now)
    return count


@transaction.atomic
def settle_alarm(*, alarm_id: int, by: User, now: datetime) -> None:
    """Settle an alarm as a lead or the desk. Raise NotAllowed."""
    alarm = Alarm.objects.select_related("dismissal__school").get(pk=alarm_id)
    require_lead_or(by, alarm.dismissal.school, *MAY_HOLD, today=local_today(now))
    dismissal_actions.settle_alarm(alarm=alarm, by=by, now=now)
    after_change(now=now)


@transaction.atomic
def plan_dismissals_ahead(*, now: datetime) -> int:
    """Create today's dismissals of all schools with a plan and a bell. Return the number created.

    Called by the sweep, so that dangers are checked even if nobody has opened the school's page.
    """
    on, made = local_today(now), 0
    planned = Dismissal.objects.filter(on=on).values("school_id")
    schools = School.objects.filter(is_drill=False, plans__chosen_at__isnull=False, plans__retired_at=None)
    for school in schools.exclude(pk__in=planned).distinct():
        try:
            make_dismissal(school, on, by=None, now=now)
            made += 1
        except NoSchoolThatDay:
            continue
    return made


@transaction.atomic
def raise_late_alarms(*, now: datetime) -> int:
    """Raise alarms for dismissals whose children are not all home HOME_WITHIN after the bell. Called by the sweep."""
    raised = 0
    late = Dismissal.objects.filter(
        state__in=(DismissalState.OPEN, DismissalState.DIVERTED), bell_at__lt=now - HOME_WITHIN
    )
    for dismissal in late.filter(is_drill=False).select_related("school"):
        raised += _alarm_at_end(dismissal, queries.get_totals(dismissal=dismissal), now=now)
    return raised


def _require_no_danger(dismissal: Dismissal) -> None:
    """Raise DangerNear unless the danger was cleared and the waiting proposal decided."""
    waiting = queries.get_proposal(dismissal=dismissal)
    if waiting is not None and waiting.kind != ProposalKind.REOPEN:
        raise DangerNear
    last = queries.get_last_taken(dismissal=dismissal)
    walks = (ProposalKind.REOPEN, ProposalKind.KEEP_BACK)
    if last is not None and last.kind not in walks and last.answers_to == name_dangers_near(dismissal) != "":
        raise DangerNear


def _follow(dismissal: Dismissal, proposal: Proposal, version: int, *, by: User, now: datetime) -> None:
    if proposal.kind == ProposalKind.DIVERT:
        dismissal_actions.move_dismissal(
            dismissal=dismissal,
            to=DismissalState.DIVERTED,
            version=version,
            by=by,
            now=now,
            way=proposal.way,
            moves=proposal.moves,
        )
        tell_moves(dismissal, proposal, now=now)
        write_to_parents(dismissal, MessageKind.DIVERTED, proposal=proposal, by=by, now=now)
    elif proposal.kind == ProposalKind.KEEP_BACK:
        tell_posts(dismissal, "POST_KEPT_BACK", now=now)
        write_to_parents(dismissal, MessageKind.KEPT_BACK, proposal=proposal, by=by, now=now)
    elif proposal.kind == ProposalKind.REOPEN:
        if dismissal.state in (DismissalState.HELD, DismissalState.DIVERTED):
            dismissal_actions.move_dismissal(
                dismissal=dismissal, to=DismissalState.OPEN, version=version, by=by, now=now
            )
        tell_posts(dismissal, "POST_REOPENED", now=now)
        kind = MessageKind.KEPT_BACK if proposal.children else MessageKind.REOPENED
        write_to_parents(dismissal, kind, proposal=proposal, by=by, now=now)
    else:
        if dismissal.state != DismissalState.HELD:
            dismissal_actions.move_dismissal(
                dismissal=dismissal, to=DismissalState.HELD, version=version, by=by, now=now
            )
        inside = proposal.kind == ProposalKind.SAFE_PLACE
        if inside:
            tell_moves(dismissal, proposal, now=now)
        else:
            tell_posts(dismissal, "POST_HELD", now=now)
        kind = MessageKind.SAFE_PLACE if inside else MessageKind.HELD
        write_to_parents(dismissal, kind, proposal=proposal, by=by, now=now)


def make_dismissal(school: School, on: date, *, by: User | None, now: datetime) -> Dismissal:
    known = queries.find_dismissal(school=school, on=on)
    if known:
        return known
    plan = queries.get_plan(school=school)
    if plan is None:
        raise NoPlanChosen
    at = queries.find_bell(school=school, on=on)
    if at is None:
        raise NoSchoolThatDay
    bell_at = datetime.combine(on, at, ZoneInfo(get_network().time_zone))
    return dismissal_actions.plan_dismissal(school=school, plan=plan, on=on, bell_at=bell_at, by=by, now=now)


def _led(dismissal_id: int, by: User, now: datetime) -> Dismissal:
    dismissal = queries.get_dismissal_for_update(dismissal_id=dismissal_id)
    require_lead(by, dismissal.school, today=local_today(now))
    return dismissal


def find_post(dismissal: Dismissal, number: int) -> Post:
    post = dismissal.plan.posts.filter(number=number).first()
    if post is None:
        raise UnknownPost
    return post


def compare_counts(dismissal: Dismissal, *, now: datetime) -> None:
    """Raise an alarm for counts that contradict each other."""
    totals = queries.get_totals(dismissal=dismissal)
    if totals.home > totals.gate:
        tell_alarm(
            dismissal_actions.raise_alarm(
                dismissal=dismissal,
                kind=AlarmKind.MORE_HOME_THAN_OUT,
                expected=totals.gate,
                counted=totals.home,
                now=now,
            ),
            now=now,
        )
    if dismissal.state == DismissalState.DIVERTED:
        return  # posts stand elsewhere, so the plan's order does not apply
    by_number = {post.number: post for post in queries.list_posts(plan=dismissal.plan)}
    for number, children in totals.at_posts.items():
        before = by_number[number].before
        if before in totals.at_posts and children > totals.at_posts[before]:
            alarm = dismissal_actions.raise_alarm(
                dismissal=dismissal,
                kind=AlarmKind.MORE_FURTHER_OUT,
                post=by_number[number],
                expected=totals.at_posts[before],
                counted=children,
                now=now,
            )
            tell_alarm(alarm, now=now)


def _alarm_at_end(dismissal: Dismissal, totals: queries.Totals, *, now: datetime) -> bool:
    if not totals.on_the_way or _was_settled(dismissal):
        return False
    fewer = totals.on_the_way > 0
    alarm = dismissal_actions.raise_alarm(
        dismissal=dismissal,
        kind=AlarmKind.FEWER_HOME_THAN_OUT if fewer else AlarmKind.MORE_HOME_THAN_OUT,
        expected=totals.gate,
        counted=totals.home,
        now=now,
    )
    tell_alarm(alarm, now=now)
    return alarm is not None


def _was_settled(dismissal: Dismissal) -> bool:
    """Return whether a person settled the difference after the last count."""
    kinds = (AlarmKind.FEWER_HOME_THAN_OUT, AlarmKind.MORE_HOME_THAN_OUT)
    settled = dismissal.alarms.filter(kind__in=kinds, settled_at__isnull=False).order_by("-settled_at").first()
    if settled is None or dismissal.alarms.filter(kind__in=kinds, settled_at=None).exists():
        return False
    return not dismissal.counts.filter(counted_at__gt=settled.settled_at).exists()


def tell_alarm(alarm: Alarm | None, *, now: datetime) -> None:
    if alarm is not None:
        tell_leads_of_alarm(alarm, now=now)
