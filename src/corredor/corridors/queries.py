"""Reads of the corridors stage."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from corredor.kit import ids
from corredor.people.models import User
from corredor.subscriptions.models import ContactMethod
from corredor.volunteers.models import Member

from .enums import UNDER_WAY, CountAt, DismissalState, MessageState, ProposalState
from .errors import UnknownSchool
from .models import (
    Alarm,
    Assignment,
    Attendance,
    Count,
    Dismissal,
    Following,
    Lead,
    Message,
    Outline,
    Plan,
    Post,
    Proposal,
    School,
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a dismissal's counts. ``at_posts`` and ``home_at`` are by post number; 0 is no post."""

    gate: int
    home: int
    at_posts: dict[int, int] = field(default_factory=dict)
    home_at: dict[int, int] = field(default_factory=dict)

    @property
    def on_the_way(self) -> int:
        """Children who went out and have not been counted home."""
        return self.gate - self.home


def get_school(*, slug: str) -> School:
    """Return a school by its slug. Raise UnknownSchool."""
    school = School.objects.filter(slug=slug).first()
    if school is None:
        raise UnknownSchool
    return school


def list_schools(*, city: str, is_drill: bool = False) -> QuerySet[School]:
    """Return schools with a page, by name."""
    return School.objects.filter(city=city, is_drill=is_drill).order_by("name", "pk")


def list_led_schools(*, user: User) -> QuerySet[School]:
    """Return the schools at which the person is a lead."""
    return School.objects.filter(leads__user=user, leads__until=None).order_by("name")


def list_leads(*, school: School) -> QuerySet[Lead]:
    """Return the school's current leads, longest first."""
    return school.leads.filter(until=None).select_related("user", "address").order_by("since", "pk")


def get_bells(*, school: School) -> dict[int, time]:
    """Return the last bell by weekday; weekdays without school are missing."""
    return dict(school.bells.values_list("weekday", "at"))


def find_bell(*, school: School, on: date) -> time | None:
    """Return the last bell on this day, special days included; None without school."""
    special = school.special_days.filter(on=on).first()
    if special:
        return special.at
    return school.bells.filter(weekday=on.weekday()).values_list("at", flat=True).first()


def count_children(*, school: School) -> int:
    """Return the number of children entered by cell."""
    return school.children.aggregate(n=Sum("children"))["n"] or 0


def find_outline(*, school: School) -> Outline | None:
    """Return the area that the children come from, if a lead has drawn one."""
    return Outline.objects.filter(school=school).select_related("drawn_by").first()


def get_plan(*, school: School) -> Plan | None:
    """Return the plan in use."""
    return school.plans.filter(chosen_at__isnull=False, retired_at=None).first()


def list_posts(*, plan: Plan) -> list[Post]:
    """Return the plan's posts by number."""
    return list(plan.posts.all())


def count_by_age(*, school: School) -> int:
    """Return the number of children entered by age."""
    return school.ages.aggregate(n=Sum("children"))["n"] or 0


def get_school_of(member: Member) -> School:
    """Return the school that a membership is in. Raise School.DoesNotExist if it has been removed."""
    return School.objects.get(pk=member.group_id)


def find_leads_by_address(*, address_id: int) -> list[Lead]:
    """Return current leads with this address."""
    return list(Lead.objects.filter(address_id=address_id, until=None).select_related("school", "user").order_by("pk"))


def list_assignments(*, plan: Plan, weekday: int) -> list[Assignment]:
    """Return the assignments of a weekday by post number, proposed ones included."""
    rows = Assignment.objects.filter(post__plan=plan, weekday=weekday, member__left_at=None)
    return list(rows.select_related("post", "member__volunteer").order_by("post__number", "pk"))


def list_empty_posts(*, plan: Plan, weekday: int) -> list[Post]:
    """Return posts without an agreed assignment on this weekday, nearest to the gate first."""
    taken = Assignment.objects.filter(post__plan=plan, weekday=weekday, agreed_at__isnull=False, member__left_at=None)
    return list(plan.posts.exclude(pk__in=taken.values("post_id")).order_by("number"))


def find_dismissal(*, school: School, on: date) -> Dismissal | None:
    """Return the dismissal of one day, if it exists."""
    return Dismissal.objects.filter(school=school, on=on).select_related("school", "plan", "changed_by").first()


def get_dismissal(*, dismissal_id: int) -> Dismissal:
    """Return one dismissal with its school and plan. Raise Dismissal.DoesNotExist."""
    return Dismissal.objects.select_related("school", "plan", "changed_by").get(pk=dismissal_id)


def get_dismissal_for_update(*, dismissal_id: int) -> Dismissal:
    """Return one dismissal locked until the transaction ends (SQLite locks the whole database)."""
    return Dismissal.objects.select_for_update(of=("self",)).select_related("school", "plan").get(pk=dismissal_id)


def list_watched_dismissals(*, is_drill: bool, bell_before: datetime) -> QuerySet[Dismissal]:
    """Return dismissals that a danger concerns: under way, or planned with a bell before a time."""
    return (
        Dismissal.objects.filter(is_drill=is_drill)
        .filter(Q(state__in=UNDER_WAY) | Q(state=DismissalState.PLANNED, bell_at__lte=bell_before))
        .select_related("school", "plan")
        .order_by("bell_at", "pk")
    )


def list_attendances(*, dismissal: Dismissal) -> list[Attendance]:
    """Return the dismissal's attendances by post number."""
    return list(
        dismissal.attendances.select_related("post", "member__volunteer__address").order_by("post__number", "pk")
    )


def get_totals(*, dismissal: Dismissal) -> Totals:
    """Return the sums of a dismissal's counts."""
    rows = (
        Count.objects.filter(dismissal=dismissal)
        .order_by()
        .values_list("at", "post__number")
        .annotate(n=Sum("children"))
    )
    gate = home = 0
    at_posts: dict[int, int] = {}
    home_at: dict[int, int] = {}
    for at, number, children in rows:
        if at == CountAt.GATE:
            gate += children
        elif at == CountAt.POST:
            at_posts[number] = at_posts.get(number, 0) + children
        else:
            home += children
            home_at[number or 0] = home_at.get(number or 0, 0) + children
    return Totals(gate, home, at_posts, home_at)


def list_alarms(*, dismissal: Dismissal) -> QuerySet[Alarm]:
    """Return unsettled alarms of a dismissal, oldest first."""
    return dismissal.alarms.filter(settled_at=None).select_related("post").order_by("raised_at", "pk")


def list_open_alarms(*, is_drill: bool) -> QuerySet[Alarm]:
    """Return unsettled alarms of all schools, oldest first, for the desk."""
    rows = Alarm.objects.filter(is_drill=is_drill, settled_at=None)
    return rows.select_related("dismissal__school", "post").order_by("raised_at", "pk")


def get_proposal(*, dismissal: Dismissal) -> Proposal | None:
    """Return the proposal that waits for a decision."""
    return dismissal.proposals.filter(state=ProposalState.WAITING).select_related("incident", "hazard").first()


def list_waiting_proposals(*, is_drill: bool) -> QuerySet[Proposal]:
    """Return waiting proposals of all schools, oldest first, for the desk."""
    rows = Proposal.objects.filter(is_drill=is_drill, state=ProposalState.WAITING)
    return rows.select_related("dismissal__school", "incident").order_by("made_at", "pk")


def get_last_taken(*, dismissal: Dismissal) -> Proposal | None:
    """Return the newest accepted proposal."""
    return dismissal.proposals.filter(state=ProposalState.TAKEN).order_by("-decided_at", "-pk").first()


def list_waiting_messages(*, school_ids: Sequence[int] | None = None, is_drill: bool) -> QuerySet[Message]:
    """Return messages to parents that wait for a second person, of some schools or of all."""
    rows = Message.objects.filter(is_drill=is_drill, state=MessageState.WAITING)
    if school_ids is not None:
        rows = rows.filter(dismissal__school_id__in=school_ids)
    return rows.select_related("dismissal__school", "written_by").order_by("written_at", "pk")


def count_waiting(*, is_drill: bool) -> int:
    """Return how many alarms, proposals and messages to parents wait for a person."""
    alarms, proposals, messages = (
        rows.order_by().values("is_drill")
        for rows in (
            Alarm.objects.filter(is_drill=is_drill, settled_at=None),
            Proposal.objects.filter(is_drill=is_drill, state=ProposalState.WAITING),
            Message.objects.filter(is_drill=is_drill, state=MessageState.WAITING),
        )
    )
    return alarms.union(proposals, messages, all=True).count()


def list_followings(*, school: School) -> QuerySet[Following]:
    """Return confirmed subscriptions that follow the school."""
    return Following.objects.filter(school=school, subscription__state="ACTIVE").select_related("subscription")


def send_code(message: Message, *, user_id: int) -> int:
    """Return the six-digit code with which one lead can send one message by SMS; only the text to that lead has it.

    The sender of an SMS can be forged and message ids can be guessed, so neither authorises sending.
    """
    said = f"send:{message.pk}:{user_id}:{message.written_at.isoformat()}"
    digest = hmac.digest(settings.CODE_PEPPER.encode(), said.encode(), "sha256")
    return 100_000 + int.from_bytes(digest, "big") % 900_000


def find_message_by_code(*, code: int, user: User) -> Message | None:
    """Return the waiting message of a school that the user leads for which they were sent this code."""
    for school in list_led_schools(user=user):
        for message in list_waiting_messages(school_ids=[school.pk], is_drill=school.is_drill):
            if hmac.compare_digest(str(code).encode(), str(send_code(message, user_id=user.pk)).encode()):
                return message
    return None


def find_follower(*, school: School, address_id: int) -> ContactMethod | None:
    """Return the contact method with which this address follows the school, a confirmed one first; else None."""
    methods = ContactMethod.objects.filter(
        address_id=address_id, subscription__in=Following.objects.filter(school=school).values("subscription_id")
    )
    return methods.select_related("subscription").order_by(F("confirmed_at").asc(nulls_last=True), "pk").first()


def is_follower(subscription_id: int) -> bool:
    """Return whether this subscription follows a school."""
    return Following.objects.filter(subscription_id=subscription_id).exists()


def digest_code(school: School, code: str) -> str:
    """Return the stored form of a guardian's code; the same code at two schools has two digests."""
    return ids.digest_secret(f"guardian:{school.pk}:{ids.normalise_code(code)}", pepper=settings.CODE_PEPPER)
