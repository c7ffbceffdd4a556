"""Writes of the corridors stage that make a school's page, its plan and its roster. The day itself: ``day_actions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max

from corredor.engines.outline import Ring
from corredor.incidents.timeline import record
from corredor.kit import ids
from corredor.people.models import Address, User
from corredor.people.queries import digest_token
from corredor.subscriptions.models import Subscription

from .enums import CHILDREN_AN_ADULT, AgeGroup
from .errors import (
    AlreadySetUp,
    FewerByAge,
    NotAccepted,
    RuleUnnamed,
    UnknownPost,
    WrongAges,
    WrongBell,
    WrongCount,
)
from .models import (
    Assignment,
    Bell,
    ChildrenInCell,
    ChildrenOfAge,
    Following,
    GuardianCode,
    Lead,
    Outline,
    Plan,
    Post,
    School,
    SpecialDay,
    Volunteer,
)
from .queries import count_by_age, count_children, digest_code

EARLIEST, LATEST = time(9, 0), time(18, 30)  # a last bell outside these is a slip of the finger
MOST_IN_CELL = 3000
MOST_OF_AGE = 3000
MOST_PER_ADULT = 30
MOST_VEST = 999


@dataclass(frozen=True, slots=True)
class OfAge:
    """Children of one age group who walk, and how many of them one adult walks with; ``rule`` if not the default."""

    group: AgeGroup
    children: int
    per_adult: int
    rule: str = ""


def make_school(
    *,
    key: str,
    city: str,
    name: str,
    lat: float,
    lon: float,
    area: tuple[str, str, str],
    is_drill: bool,
    by: User,
    now: datetime,
) -> School:
    """A school's page. ``area`` is its code and its names in English and Spanish. Raises AlreadySetUp."""
    if School.objects.filter(key=key, is_drill=is_drill).exists():
        raise AlreadySetUp
    school = School.objects.create(
        key=key,
        slug=ids.new_slug(),
        city=city,
        name=name[:80],
        area_code=area[0],
        area_en=area[1],
        area_es=area[2],
        lat=lat,
        lon=lon,
        is_drill=is_drill,
        made_by=by,
        made_at=now,
    )
    record(kind="school.made", now=now, actor_id=by.pk, school=school.pk)
    return school


def set_gate(*, school: School, lat: float, lon: float, by: User, now: datetime) -> None:
    """Set where the children come out; plans made from now on lead from there."""
    School.objects.filter(pk=school.pk).update(lat=lat, lon=lon)
    record(kind="school.gate", now=now, actor_id=by.pk, school=school.pk, lat=round(lat, 5), lon=round(lon, 5))


def add_lead(*, school: School, user: User, by: User, now: datetime) -> Lead:
    """Make somebody a lead."""
    lead, is_new = Lead.objects.get_or_create(school=school, user=user, until=None, defaults={"since": now})
    if is_new:
        record(kind="school.lead", now=now, actor_id=by.pk, school=school.pk, user=user.pk)
    return lead


def set_lead_address(*, school: School, user: User, address: Address, now: datetime) -> int | None:
    """Set the telephone by which a lead leads. Return the id of the address that was theirs before."""
    lead = Lead.objects.get(school=school, user=user, until=None)
    Lead.objects.filter(pk=lead.pk).update(address=address)
    record(kind="school.lead_phone", now=now, actor_id=user.pk, school=school.pk, user=user.pk)
    return lead.address_id


def end_lead(*, school: School, user_id: int, by: User, now: datetime) -> int | None:
    """The person leads there no more. Return the id of the address that was theirs."""
    lead = Lead.objects.filter(school=school, user_id=user_id, until=None).first()
    if lead is None:
        return None
    Lead.objects.filter(pk=lead.pk).update(until=now, address=None)
    record(kind="school.lead_ended", now=now, actor_id=by.pk, school=school.pk, user=user_id)
    return lead.address_id


def set_bells(*, school: School, bells: Mapping[int, time | None], today: date, by: User, now: datetime) -> None:
    """Write down every weekday's last bell and that a person has looked at them. Raises WrongBell."""
    if any(at is not None and not EARLIEST <= at <= LATEST for at in bells.values()):
        raise WrongBell
    Bell.objects.filter(school=school).delete()
    Bell.objects.bulk_create(Bell(school=school, weekday=day, at=at) for day, at in bells.items() if at is not None)
    School.objects.filter(pk=school.pk).update(bells_checked_on=today)
    school.bells_checked_on = today
    record(kind="school.bells", now=now, actor_id=by.pk, school=school.pk)


def set_special_day(*, school: School, on: date, at: time | None, today: date, by: User, now: datetime) -> None:
    """A half day, or (no time) a day off. Raises WrongBell."""
    if on < today or (at is not None and not EARLIEST <= at <= LATEST):
        raise WrongBell
    SpecialDay.objects.update_or_create(school=school, on=on, defaults={"at": at})
    record(kind="school.special_day", now=now, actor_id=by.pk, school=school.pk, on=on.isoformat())


def clear_special_day(*, school: School, on: date, by: User, now: datetime) -> None:
    """That day is like any other of its weekday again."""
    if SpecialDay.objects.filter(school=school, on=on).delete()[0]:
        record(kind="school.special_day", now=now, actor_id=by.pk, school=school.pk, on=on.isoformat())


def set_children(*, school: School, counts: Mapping[int, int], by: User, now: datetime) -> None:
    """How many children live in each cell; replaces what was there. Raises WrongCount, FewerByAge."""
    if any(not 0 <= n <= MOST_IN_CELL for n in counts.values()):
        raise WrongCount
    _require_fit(by_cell=sum(counts.values()), by_age=count_by_age(school=school))
    ChildrenInCell.objects.filter(school=school).delete()
    ChildrenInCell.objects.bulk_create(
        ChildrenInCell(school=school, cell=cell, children=n) for cell, n in counts.items() if n
    )
    record(kind="school.children", now=now, actor_id=by.pk, school=school.pk)


def set_outline(*, school: School, rings: Sequence[Ring], by: User, now: datetime) -> Outline:
    """The ground the children come from, as closed rings of (lat, lon) corners; replaces what was there."""
    drawn = {"rings": [[list(spot) for spot in ring] for ring in rings], "drawn_by": by, "drawn_at": now}
    outline, _ = Outline.objects.update_or_create(school=school, defaults=drawn)
    corners = sum(len(ring) - 1 for ring in rings)
    record(kind="school.outline", now=now, actor_id=by.pk, school=school.pk, corners=corners)
    return outline


def remove_outline(*, school: School, by: User, now: datetime) -> bool:
    """The children come from everywhere around again; False when there was no outline."""
    if not Outline.objects.filter(school=school).delete()[0]:
        return False
    record(kind="school.outline_removed", now=now, actor_id=by.pk, school=school.pk)
    return True


def set_ages(*, school: School, ages: Sequence[OfAge], by: User, now: datetime) -> None:
    """How many children of each age walk; replaces what was there, and all zero takes it away.

    Raises WrongAges, RuleUnnamed, FewerByAge.
    """
    if any(not 0 <= one.children <= MOST_OF_AGE or not 1 <= one.per_adult <= MOST_PER_ADULT for one in ages):
        raise WrongAges
    if any(one.per_adult != CHILDREN_AN_ADULT[one.group] and not one.rule for one in ages):
        raise RuleUnnamed
    by_age = sum(one.children for one in ages)
    _require_fit(by_cell=count_children(school=school), by_age=by_age)
    ChildrenOfAge.objects.filter(school=school).delete()
    if by_age:
        ChildrenOfAge.objects.bulk_create(
            ChildrenOfAge(
                school=school,
                group=one.group,
                children=one.children,
                per_adult=one.per_adult,
                rule=one.rule[:80] if one.per_adult != CHILDREN_AN_ADULT[one.group] else "",
            )
            for one in ages
        )
    record(kind="school.ages", now=now, actor_id=by.pk, school=school.pk)


def _require_fit(*, by_cell: int, by_age: int) -> None:
    """Whoever lives somewhere has an age; the other way round some live beyond the cells. Raises FewerByAge."""
    if by_age and by_cell > by_age:
        raise FewerByAge(by_cell, by_age)


def save_plan(
    *, school: School, posts_asked: int, data: Mapping[str, Any], posts: Sequence[Post], by: User, now: datetime
) -> Plan:
    """A new version, not in use yet."""
    last = school.plans.aggregate(n=Max("number"))["n"] or 0
    plan = Plan.objects.create(
        school=school, number=last + 1, posts_asked=posts_asked, data=dict(data), made_by=by, made_at=now
    )
    for post in posts:
        post.plan = plan
    Post.objects.bulk_create(posts)
    record(kind="plan.made", now=now, actor_id=by.pk, school=school.pk, plan=plan.pk)
    return plan


def choose_plan(*, plan: Plan, by: User, now: datetime) -> None:
    """Use this version from now on. People keep their corner where the new version has a post at it."""
    old = plan.school.plans.filter(chosen_at__isnull=False, retired_at=None).exclude(pk=plan.pk).first()
    if old:
        Plan.objects.filter(pk=old.pk).update(retired_at=now)
    Plan.objects.filter(pk=plan.pk).update(chosen_at=now, retired_at=None)
    plan.chosen_at = now
    if old:
        _carry_assignments(old, plan)
    record(kind="plan.chosen", now=now, actor_id=by.pk, school=plan.school_id, plan=plan.pk)


def _carry_assignments(old: Plan, new: Plan) -> None:
    at_node = {post.node: post for post in new.posts.all()}
    for turn in Assignment.objects.filter(post__plan=old).select_related("post"):
        post = at_node.get(turn.post.node)
        if post is None:
            turn.delete()
        else:
            Assignment.objects.filter(pk=turn.pk).update(post=post)


def ask_to_help(
    *,
    school: School,
    alias: str,
    language: str,
    address: Address | None,
    near_cell: int | None,
    now: datetime,
) -> tuple[Volunteer, str]:
    """Somebody would stand at a post; a lead says yes. Returns the row and their personal link's token."""
    token = ids.new_token()
    volunteer = Volunteer.objects.create(
        school=school,
        alias=" ".join(alias.split())[:40],
        language=language,
        address=address,
        link_digest=digest_token(token),
        near_cell=near_cell,
        asked_at=now,
        is_drill=school.is_drill,
    )
    record(kind="volunteer.asked", now=now, school=school.pk, volunteer=volunteer.pk)
    return volunteer, token


def accept_volunteer(*, volunteer: Volunteer, vest: int | None, by: User, now: datetime) -> None:
    """A lead knows them: they may stand at a post."""
    Volunteer.objects.filter(pk=volunteer.pk).update(accepted_by=by, accepted_at=now, vest=vest)
    volunteer.accepted_by, volunteer.accepted_at, volunteer.vest = by, now, vest
    record(kind="volunteer.accepted", now=now, actor_id=by.pk, school=volunteer.school_id, volunteer=volunteer.pk)


def end_volunteer(*, volunteer: Volunteer, by: User | None, now: datetime) -> int | None:
    """They help no more: alias and address are forgotten. Returns the address that was theirs."""
    address_id: int | None = volunteer.address_id
    Assignment.objects.filter(volunteer=volunteer).delete()
    Volunteer.objects.filter(pk=volunteer.pk).update(
        left_at=now, alias="", address=None, near_cell=None, link_digest=digest_token(ids.new_token())
    )
    actor = by.pk if by else None
    record(kind="volunteer.left", now=now, actor_id=actor, school=volunteer.school_id, volunteer=volunteer.pk)
    return address_id


def renew_link(*, volunteer: Volunteer) -> str:
    """A new personal link; the old one opens nothing any more."""
    token = ids.new_token()
    Volunteer.objects.filter(pk=volunteer.pk).update(link_digest=digest_token(token))
    return token


def put_at_post(
    *,
    volunteer: Volunteer,
    plan: Plan,
    number: int,
    weekdays: Iterable[int],
    agreed: bool,
    by: User | None,
    now: datetime,
) -> list[Assignment]:
    """One post on some weekdays, instead of what they had on these; ``by`` None: their own choice.

    Raises UnknownPost, NotAccepted.
    """
    if volunteer.accepted_at is None or volunteer.left_at is not None:
        raise NotAccepted
    post = plan.posts.filter(number=number).first()
    if post is None:
        raise UnknownPost
    days = sorted(set(weekdays))
    Assignment.objects.filter(volunteer=volunteer, weekday__in=days).delete()
    turns = [Assignment(volunteer=volunteer, post=post, weekday=day, agreed_at=now if agreed else None) for day in days]
    Assignment.objects.bulk_create(turns)
    actor = by.pk if by else None
    record(
        kind="roster.changed", now=now, actor_id=actor, school=volunteer.school_id, volunteer=volunteer.pk, post=number
    )
    return turns


def agree_assignments(*, volunteer: Volunteer, now: datetime) -> int:
    """They say yes to what was proposed."""
    agreed = Assignment.objects.filter(volunteer=volunteer, agreed_at=None).update(agreed_at=now)
    if agreed:
        record(kind="roster.agreed", now=now, school=volunteer.school_id, volunteer=volunteer.pk, turns=agreed)
    return agreed


def make_codes(*, school: School, count: int, by: User, now: datetime) -> list[str]:
    """New codes for guardians to hold. They are shown now and never again: only keyed digests are kept."""
    codes = [ids.new_code(8) for _ in range(count)]
    GuardianCode.objects.bulk_create(
        GuardianCode(school=school, digest=digest_code(school, code), made_at=now) for code in codes
    )
    record(kind="codes.made", now=now, actor_id=by.pk, school=school.pk, count=count)
    return codes


def withdraw_codes(*, school: School, by: User, now: datetime) -> int:
    """All codes of the school open nothing any more."""
    count = GuardianCode.objects.filter(school=school, withdrawn_at=None).update(withdrawn_at=now)
    record(kind="codes.withdrawn", now=now, actor_id=by.pk, school=school.pk, count=count)
    return count


def set_wants_codes(*, school: School, wants: bool, by: User, now: datetime) -> None:
    """Whether guardians hold codes at this school."""
    School.objects.filter(pk=school.pk).update(wants_codes=wants)
    record(kind="codes.wanted", now=now, actor_id=by.pk, school=school.pk, wants=wants)


def follow_school(*, school: School, subscription: Subscription) -> None:
    """The subscription is told what happens at the school."""
    Following.objects.get_or_create(school=school, subscription=subscription)
