"""Roster of a school: people apply, a lead accepts them, each chooses a post or is offered one.

Reads corridors. Writes volunteers, corridors, people (addresses), delivery (messages). Called by the schools' pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from corredor.corridors import actions, queries
from corredor.corridors.errors import NoPlanChosen, NotALead
from corredor.corridors.models import Assignment, Plan, Post, School
from corredor.corridors.rules import require_lead, require_lead_or
from corredor.corridors.words import render_text
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.queries import get_routes
from corredor.engines import hexgrid
from corredor.engines.geo.earth import distance_m
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.kit.languages import in_language
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind, Role
from corredor.people.errors import WrongAddress
from corredor.people.models import Address, User
from corredor.people.queries import local_today
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import Suppressed
from corredor.subscriptions.queries import is_suppressed
from corredor.volunteers import actions as volunteers
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.errors import NotAccepted, TooManyApplications
from corredor.volunteers.models import Member
from corredor.volunteers.queries import find_by_link, find_for_update, list_applications, list_members

MOST_WAITING = 60  # applications at one school without an answer
_KIND = {True: AddressKind.DRILL, False: AddressKind.PHONE}


@dataclass(frozen=True, slots=True)
class Application:
    """A recorded application. ``token`` is the token of the personal link; it is shown once."""

    member_id: int
    token: str


@dataclass(frozen=True, slots=True)
class PostOnRoster:
    """One post on one weekday, with its agreed and its proposed assignments."""

    post: Post
    taken: tuple[Assignment, ...]
    proposed: tuple[Assignment, ...]


@transaction.atomic
def ask_to_help(
    *,
    slug: str,
    alias: str,
    language: str,
    phone: str = "",
    near: tuple[float, float] | None = None,
    now: datetime,
) -> Application:
    """Record an application to a school. Raise WrongAddress, Suppressed, TooManyApplications."""
    school = queries.get_school(slug=slug)
    if list_applications(group=school.group).count() >= MOST_WAITING:
        raise TooManyApplications
    member, token = volunteers.apply_to_group(
        group=school.group,
        alias=alias,
        language=language,
        address=_save_phone(phone, is_drill=school.is_drill, now=now),
        near_cell=hexgrid.cell_of(*near) if near else None,
        is_drill=school.is_drill,
        now=now,
    )
    after_change(now=now)
    return Application(member.pk, token)


@transaction.atomic
def accept_volunteer(*, member_id: int, vest: int | None, by: User, now: datetime) -> None:
    """Accept an application as a lead. Text a new personal link to the volunteer if they gave a number.

    Raise NotALead, NotAllowed.
    """
    member, school = _get(member_id)
    require_lead(by, school, today=local_today(now))
    volunteers.accept_member(member=member, vest=vest, by=by, now=now)
    person = member.volunteer
    if person.address:
        link = f"{settings.BASE_URL}/post/{volunteers.renew_link(volunteer=person)}/"
        text = render_text("ACCEPTED", person.language, is_drill=person.is_drill, school=school.name, link=link)
        _text(member, text, link=link, now=now)
    after_change(now=now)


@transaction.atomic
def end_volunteer(*, member_id: int, by: User | None, now: datetime) -> None:
    """End a membership: by a lead, or (``by`` None) by the volunteer.

    Erase their name, and their number unless something else uses it. Raise NotALead, NotAllowed.
    """
    member, school = _get(member_id)
    if by is not None:
        require_lead(by, school, today=local_today(now))
    actions.clear_assignments(member=member)
    address_id = volunteers.end_membership(member=member, by=by, now=now)
    if address_id is not None:
        erase_if_unused([address_id])


@transaction.atomic
def take_post(*, token: str, number: int, weekdays: Iterable[int], now: datetime) -> None:
    """Assign a post that a volunteer chose on their own page. Raise UnknownPost, NotAccepted, NoPlanChosen."""
    member = _by_link(token)
    plan = _plan(queries.get_school_of(member))
    actions.put_at_post(member=member, plan=plan, number=number, weekdays=weekdays, agreed=True, by=None, now=now)


@transaction.atomic
def agree(*, token: str, now: datetime) -> None:
    """Agree to the proposed posts, as the volunteer. Raise NotAccepted."""
    actions.agree_assignments(member=_by_link(token), now=now)


@transaction.atomic
def put_at_post(
    *, member_id: int, number: int, weekdays: Iterable[int], agreed: bool = False, by: User, now: datetime
) -> None:
    """Propose a post as a lead, or (``agreed``) record an agreement. Raise UnknownPost, NotAccepted, NotALead."""
    member, school = _get(member_id)
    require_lead(by, school, today=local_today(now))
    plan = _plan(school)
    actions.put_at_post(member=member, plan=plan, number=number, weekdays=weekdays, agreed=agreed, by=by, now=now)
    person = member.volunteer
    if not agreed and person.address:
        label = in_language(plan.posts.get(number=number).labels, person.language)
        slots = {"number": str(number), "place": label, "school": school.name}
        _text(member, render_text("PROPOSED_POST", person.language, is_drill=person.is_drill, **slots), now=now)
    after_change(now=now)


@transaction.atomic
def propose_posts(*, slug: str, weekday: int, by: User, now: datetime) -> int:
    """Propose a free post to each member without one on this weekday. Return the number of proposals.

    Posts are filled from the gate outwards, each by the member who lives nearest to it.
    """
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    plan = _plan(school)
    busy = Assignment.objects.filter(post__plan=plan, weekday=weekday).values("member_id")
    free = list(list_members(group=school.group).exclude(pk__in=busy))
    taken = set(Assignment.objects.filter(post__plan=plan, weekday=weekday).values_list("post_id", flat=True))
    count = 0
    for post in queries.list_posts(plan=plan):
        if post.pk in taken or not free:
            continue
        nearest = min(free, key=lambda one: (_metres(one, post), one.pk))
        free.remove(nearest)
        put_at_post(member_id=nearest.pk, number=post.number, weekdays=[weekday], by=by, now=now)
        count += 1
    return count


@transaction.atomic
def ask_for_posts(*, slug: str, weekday: int, by: User, now: datetime) -> int:
    """Text each member without a post on this weekday which posts are empty. Return the number of texts."""
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    plan = _plan(school)
    missing = queries.list_empty_posts(plan=plan, weekday=weekday)
    if not missing:
        return 0
    busy = Assignment.objects.filter(post__plan=plan, weekday=weekday, agreed_at__isnull=False).values("member_id")
    asked = 0
    for member in list_members(group=school.group).exclude(pk__in=busy).exclude(volunteer__address=None):
        person = member.volunteer
        names = ", ".join(f"{post.number} ({in_language(post.labels, person.language)})" for post in missing[:3])
        slots = {"school": school.name, "posts": names}
        _text(member, render_text("MISSING_POSTS", person.language, is_drill=person.is_drill, **slots), now=now)
        asked += 1
    after_change(now=now)
    return asked


@transaction.atomic
def set_lead_phone(*, slug: str, phone: str, is_drill: bool = False, by: User, now: datetime) -> None:
    """Set the number from which a lead can run the day by SMS. Raise WrongAddress, NotALead, Suppressed."""
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    address = _save_phone(phone, is_drill=is_drill, now=now)
    if address is None:
        raise WrongAddress(phone)
    before = actions.set_lead_address(school=school, user=by, address=address, now=now)
    if before not in (None, address.pk):
        erase_if_unused([before])


def list_roster(*, slug: str, weekday: int, by: User, now: datetime) -> list[PostOnRoster]:
    """Return every post on this weekday. For the school's leads and the desk. Raise NotALead, NotAllowed."""
    school = queries.get_school(slug=slug)
    require_lead_or(by, school, Role.DISPATCHER, Role.STEWARD, today=local_today(now))
    plan = queries.get_plan(school=school)
    if plan is None:
        return []
    by_post: dict[int, list[Assignment]] = {}
    for assignment in queries.list_assignments(plan=plan, weekday=weekday):
        by_post.setdefault(assignment.post_id, []).append(assignment)
    return [
        PostOnRoster(
            post,
            tuple(assignment for assignment in by_post.get(post.pk, ()) if assignment.agreed_at),
            tuple(assignment for assignment in by_post.get(post.pk, ()) if not assignment.agreed_at),
        )
        for post in queries.list_posts(plan=plan)
    ]


def get_member(*, token: str) -> Member:
    """Return the membership behind a personal link. Raise NotAccepted if the link is invalid."""
    return _by_link(token, accepted=False)


def _by_link(token: str, *, accepted: bool = True) -> Member:
    member = find_by_link(token=token, kind=GroupKind.SCHOOL)
    if member is None or (accepted and member.accepted_at is None):
        raise NotAccepted
    return member


def _get(member_id: int) -> tuple[Member, School]:
    member = find_for_update(member_id=member_id, kind=GroupKind.SCHOOL)
    if member is None:
        raise NotALead
    return member, queries.get_school_of(member)


def _plan(school: School) -> Plan:
    plan = queries.get_plan(school=school)
    if plan is None:
        raise NoPlanChosen
    return plan


def _save_phone(phone: str, *, is_drill: bool, now: datetime) -> Address | None:
    if not phone.strip():
        return None
    saved = address_book.save_address(Contact.parse(_KIND[is_drill], phone), now=now)
    if is_suppressed(lookup=bytes(saved.lookup)):
        raise Suppressed
    return saved


def _text(member: Member, text: str, *, link: str = "", now: datetime) -> None:
    person = member.volunteer
    if person.address is None or (not person.is_drill and get_routes()[Channel.SMS] == "null"):
        return
    notify(address=person.address, kind=TransactionalKind.POST, text=text, language=person.language, link=link, now=now)


def _metres(member: Member, post: Post) -> float:
    if member.volunteer.near_cell is None:
        return 1e9
    return distance_m(hexgrid.centre_of(member.volunteer.near_cell), (post.lat, post.lon))
