"""Who stands where: people ask to help, a lead accepts them, each chooses a post or is proposed one.

Reads corridors. Writes corridors, people (addresses), delivery (notices). Called by the schools' pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from corredor.corridors import actions, queries
from corredor.corridors.errors import NoPlanChosen, NotAccepted, NotALead, TooManyAsked
from corredor.corridors.models import Assignment, Plan, Post, School, Volunteer
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

MOST_WAITING = 60  # for a lead's yes at one school
_KIND = {True: AddressKind.DRILL, False: AddressKind.PHONE}


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked to help. ``token`` opens their own page; it is shown once."""

    volunteer_id: int
    token: str


@dataclass(frozen=True, slots=True)
class PostOnRoster:
    """One post on one weekday, and who has taken it (or was proposed)."""

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
) -> Asked:
    """Somebody would stand at a post; a lead who knows them says yes. Raises WrongAddress, Refused, TooManyAsked."""
    school = queries.get_school(slug=slug)
    if queries.list_waiting_volunteers(school=school).count() >= MOST_WAITING:
        raise TooManyAsked
    address = _keep(phone, is_drill=school.is_drill, now=now)
    cell = hexgrid.cell_of(*near) if near else None
    volunteer, token = actions.ask_to_help(
        school=school, alias=alias, language=language, address=address, near_cell=cell, now=now
    )
    after_change(now=now)
    return Asked(volunteer.pk, token)


@transaction.atomic
def accept_volunteer(*, volunteer_id: int, vest: int | None, by: User, now: datetime) -> None:
    """A lead knows them. They get a new personal link by text message, if they left a number.

    Raises NotALead, NotAllowed.
    """
    volunteer = _get(volunteer_id)
    require_lead(by, volunteer.school, today=local_today(now))
    actions.accept_volunteer(volunteer=volunteer, vest=vest, by=by, now=now)
    if volunteer.address:
        link = f"{settings.BASE_URL}/post/{actions.renew_link(volunteer=volunteer)}/"
        text = render_text(
            "ACCEPTED", volunteer.language, is_drill=volunteer.is_drill, school=volunteer.school.name, link=link
        )
        _text(volunteer, text, link=link, now=now)
    after_change(now=now)


@transaction.atomic
def end_volunteer(*, volunteer_id: int, by: User | None, now: datetime) -> None:
    """They help no more, by a lead's word or (``by`` None) by their own; name and number are erased."""
    volunteer = _get(volunteer_id)
    if by is not None:
        require_lead(by, volunteer.school, today=local_today(now))
    forget_volunteer(volunteer, by=by, now=now)


def forget_volunteer(volunteer: Volunteer, *, by: User | None, now: datetime) -> None:
    """Erase their name, and their number unless something else leads to it."""
    address_id = actions.end_volunteer(volunteer=volunteer, by=by, now=now)
    if address_id is not None:
        erase_if_unused([address_id])


@transaction.atomic
def take_post(*, token: str, number: int, weekdays: Iterable[int], now: datetime) -> None:
    """A volunteer chooses a post on their own page. Raises UnknownPost, NotAccepted, NoPlanChosen."""
    volunteer = _by_link(token)
    plan = _plan(volunteer.school)
    actions.put_at_post(volunteer=volunteer, plan=plan, number=number, weekdays=weekdays, agreed=True, by=None, now=now)


@transaction.atomic
def agree(*, token: str, now: datetime) -> None:
    """They say yes to the post that was proposed to them."""
    actions.agree_assignments(volunteer=_by_link(token), now=now)


@transaction.atomic
def put_at_post(
    *, volunteer_id: int, number: int, weekdays: Iterable[int], agreed: bool = False, by: User, now: datetime
) -> None:
    """A lead proposes a post, or (``agreed``) writes down what was agreed. Raises UnknownPost, NotAccepted."""
    volunteer = _get(volunteer_id)
    require_lead(by, volunteer.school, today=local_today(now))
    plan = _plan(volunteer.school)
    actions.put_at_post(volunteer=volunteer, plan=plan, number=number, weekdays=weekdays, agreed=agreed, by=by, now=now)
    if not agreed and volunteer.address:
        post = plan.posts.get(number=number)
        label = in_language(post.labels, volunteer.language)
        text = render_text(
            "PROPOSED_POST",
            volunteer.language,
            is_drill=volunteer.is_drill,
            number=str(number),
            place=label,
            school=volunteer.school.name,
        )
        _text(volunteer, text, now=now)
    after_change(now=now)


@transaction.atomic
def propose_posts(*, slug: str, weekday: int, by: User, now: datetime) -> int:
    """Propose to everybody without a post on this weekday one that is free: first the posts nearest to the gate,
    each to whoever lives nearest to it. Returns how many were proposed.
    """
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    plan = _plan(school)
    busy = Assignment.objects.filter(post__plan=plan, weekday=weekday).values("volunteer_id")
    free = list(queries.list_volunteers(school=school).exclude(pk__in=busy))
    taken = set(Assignment.objects.filter(post__plan=plan, weekday=weekday).values_list("post_id", flat=True))
    count = 0
    for post in queries.list_posts(plan=plan):
        if post.pk in taken or not free:
            continue
        nearest = min(free, key=lambda one: (_metres(one, post), one.pk))
        free.remove(nearest)
        put_at_post(volunteer_id=nearest.pk, number=post.number, weekdays=[weekday], by=by, now=now)
        count += 1
    return count


@transaction.atomic
def ask_for_posts(*, slug: str, weekday: int, by: User, now: datetime) -> int:
    """Ask everybody without a post on this weekday to take one that is missing. Returns how many were asked."""
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    plan = _plan(school)
    missing = queries.list_empty_posts(plan=plan, weekday=weekday)
    if not missing:
        return 0
    busy = Assignment.objects.filter(post__plan=plan, weekday=weekday, agreed_at__isnull=False).values("volunteer_id")
    asked = 0
    for one in queries.list_volunteers(school=school).exclude(pk__in=busy).exclude(address=None):
        names = ", ".join(f"{post.number} ({_label(post, one.language)})" for post in missing[:3])
        text = render_text("MISSING_POSTS", one.language, is_drill=one.is_drill, school=school.name, posts=names)
        _text(one, text, now=now)
        asked += 1
    after_change(now=now)
    return asked


@transaction.atomic
def set_lead_phone(*, slug: str, phone: str, is_drill: bool = False, by: User, now: datetime) -> None:
    """By which telephone a lead leads by text message. Raises WrongAddress, NotALead, Refused."""
    school = queries.get_school(slug=slug)
    require_lead(by, school, today=local_today(now))
    address = _keep(phone, is_drill=is_drill, now=now)
    if address is None:
        raise WrongAddress(phone)
    before = actions.set_lead_address(school=school, user=by, address=address, now=now)
    if before not in (None, address.pk):
        erase_if_unused([before])


def list_roster(*, slug: str, weekday: int, by: User, now: datetime) -> list[PostOnRoster]:
    """Every post on this weekday. Only for the school's leads and the desk. Raises NotALead, NotAllowed."""
    school = queries.get_school(slug=slug)
    require_lead_or(by, school, Role.DISPATCHER, Role.STEWARD, today=local_today(now))
    plan = queries.get_plan(school=school)
    if plan is None:
        return []
    by_post: dict[int, list[Assignment]] = {}
    for turn in queries.list_assignments(plan=plan, weekday=weekday):
        by_post.setdefault(turn.post_id, []).append(turn)
    return [
        PostOnRoster(
            post,
            tuple(turn for turn in by_post.get(post.pk, ()) if turn.agreed_at),
            tuple(turn for turn in by_post.get(post.pk, ()) if not turn.agreed_at),
        )
        for post in queries.list_posts(plan=plan)
    ]


def get_volunteer(*, token: str) -> Volunteer:
    """Whose page it is. Raises NotAccepted when the link opens nothing (any more)."""
    return _by_link(token, accepted=False)


def _by_link(token: str, *, accepted: bool = True) -> Volunteer:
    volunteer = queries.find_volunteer(token=token)
    if volunteer is None or (accepted and volunteer.accepted_at is None):
        raise NotAccepted
    return volunteer


def _get(volunteer_id: int) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",)).filter(pk=volunteer_id, left_at=None)
    volunteer = rows.select_related("school", "address").first()
    if volunteer is None:
        raise NotALead
    return volunteer


def _plan(school: School) -> Plan:
    plan = queries.get_plan(school=school)
    if plan is None:
        raise NoPlanChosen
    return plan


def _keep(phone: str, *, is_drill: bool, now: datetime) -> Address | None:
    if not phone.strip():
        return None
    kept = address_book.save_address(Contact.parse(_KIND[is_drill], phone), now=now)
    if is_suppressed(lookup=bytes(kept.lookup)):
        raise Suppressed
    return kept


def _text(volunteer: Volunteer, text: str, *, link: str = "", now: datetime) -> None:
    if volunteer.address is None or (not volunteer.is_drill and get_routes()[Channel.SMS] == "null"):
        return
    notify(
        address=volunteer.address,
        kind=TransactionalKind.POST,
        text=text,
        language=volunteer.language,
        link=link,
        now=now,
    )


def _metres(volunteer: Volunteer, post: Post) -> float:
    if volunteer.near_cell is None:
        return 1e9
    return distance_m(hexgrid.centre_of(volunteer.near_cell), (post.lat, post.lon))


def _label(post: Post, language: str) -> str:
    return in_language(post.labels, language)
