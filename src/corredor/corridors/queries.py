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
from corredor.people.queries import digest_token
from corredor.subscriptions.models import ContactMethod

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
    Volunteer,
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Children counted on one day. ``at_posts`` and ``home_at`` are by post number."""

    gate: int
    home: int
    at_posts: dict[int, int] = field(default_factory=dict)
    home_at: dict[int, int] = field(default_factory=dict)

    @property
    def on_the_way(self) -> int:
        """Went out and have not been counted home."""
        return self.gate - self.home


def get_school(*, slug: str) -> School:
    """One school by its public name. Raises UnknownSchool."""
    school = School.objects.filter(slug=slug).first()
    if school is None:
        raise UnknownSchool
    return school


def list_schools(*, city: str, is_drill: bool = False) -> QuerySet[School]:
    """Schools that have a page, by name."""
    return School.objects.filter(city=city, is_drill=is_drill).order_by("name", "pk")


def list_led_schools(*, user: User) -> QuerySet[School]:
    """Schools at which the person leads now."""
    return School.objects.filter(leads__user=user, leads__until=None).order_by("name")


def list_leads(*, school: School) -> QuerySet[Lead]:
    """Who leads at the school now, longest first."""
    return school.leads.filter(until=None).select_related("user", "address").order_by("since", "pk")


def get_bells(*, school: School) -> dict[int, time]:
    """The last bell by weekday; weekdays without school are missing."""
    return dict(school.bells.values_list("weekday", "at"))


def find_bell(*, school: School, on: date) -> time | None:
    """When the last bell rings on this day, a half day's own included; None without school."""
    special = school.special_days.filter(on=on).first()
    if special:
        return special.at
    return school.bells.filter(weekday=on.weekday()).values_list("at", flat=True).first()


def count_children(*, school: School) -> int:
    """How many children the school has entered, over all cells."""
    return school.children.aggregate(n=Sum("children"))["n"] or 0


def find_outline(*, school: School) -> Outline | None:
    """The ground the children come from, if a lead has drawn it."""
    return Outline.objects.filter(school=school).select_related("drawn_by").first()


def get_plan(*, school: School) -> Plan | None:
    """The plan in use."""
    return school.plans.filter(chosen_at__isnull=False, retired_at=None).first()


def list_posts(*, plan: Plan) -> list[Post]:
    """The plan's posts in the order of their numbers."""
    return list(plan.posts.all())


def count_by_age(*, school: School) -> int:
    """How many children are entered by age."""
    return school.ages.aggregate(n=Sum("children"))["n"] or 0


def list_volunteers(*, school: School) -> QuerySet[Volunteer]:
    """Accepted people who have not left, by vest, then alias."""
    return school.volunteers.filter(accepted_at__isnull=False, left_at=None).order_by("vest", "alias", "pk")


def list_waiting_volunteers(*, school: School) -> QuerySet[Volunteer]:
    """People who asked to help and wait for a lead's yes."""
    return school.volunteers.filter(accepted_at=None, left_at=None).order_by("asked_at", "pk")


def find_volunteer(*, token: str) -> Volunteer | None:
    """Whose personal link it is."""
    digest = digest_token(token)
    return Volunteer.objects.filter(link_digest=digest, left_at=None).select_related("school").first()


def find_by_address(*, address_id: int) -> list[Volunteer]:
    """Accepted volunteers with this address; one person may help at two schools."""
    rows = Volunteer.objects.filter(address_id=address_id, accepted_at__isnull=False, left_at=None)
    return list(rows.select_related("school").order_by("pk"))


def find_leads_by_address(*, address_id: int) -> list[Lead]:
    """Leads with this address."""
    return list(Lead.objects.filter(address_id=address_id, until=None).select_related("school", "user").order_by("pk"))


def list_assignments(*, plan: Plan, weekday: int) -> list[Assignment]:
    """Who stands where on this weekday, the proposed ones too."""
    rows = Assignment.objects.filter(post__plan=plan, weekday=weekday, volunteer__left_at=None)
    return list(rows.select_related("post", "volunteer").order_by("post__number", "pk"))


def list_empty_posts(*, plan: Plan, weekday: int) -> list[Post]:
    """Posts that nobody has agreed to take on this weekday, nearest to the gate first."""
    taken = Assignment.objects.filter(
        post__plan=plan, weekday=weekday, agreed_at__isnull=False, volunteer__left_at=None
    )
    return list(plan.posts.exclude(pk__in=taken.values("post_id")).order_by("number"))


def find_day(*, school: School, on: date) -> Dismissal | None:
    """The dismissal of one day, if it has been planned."""
    return Dismissal.objects.filter(school=school, on=on).select_related("school", "plan", "changed_by").first()


def get_day(*, day_id: int) -> Dismissal:
    """One day with its school and plan. Raises Day.DoesNotExist."""
    return Dismissal.objects.select_related("school", "plan", "changed_by").get(pk=day_id)


def get_day_for_update(*, day_id: int) -> Dismissal:
    """The same, locked until the transaction ends (on SQLite the whole database is)."""
    return Dismissal.objects.select_for_update(of=("self",)).select_related("school", "plan").get(pk=day_id)


def list_watched_days(*, is_drill: bool, bell_before: datetime) -> QuerySet[Dismissal]:
    """Days that a danger concerns: under way, or with a bell until a time."""
    return (
        Dismissal.objects.filter(is_drill=is_drill)
        .filter(Q(state__in=UNDER_WAY) | Q(state=DismissalState.PLANNED, bell_at__lte=bell_before))
        .select_related("school", "plan")
        .order_by("bell_at", "pk")
    )


def list_standings(*, day: Dismissal) -> list[Attendance]:
    """Who is to stand where today, and how far each has come."""
    return list(day.standings.select_related("post", "volunteer__address").order_by("post__number", "pk"))


def get_totals(*, day: Dismissal) -> Totals:
    """All counts of the day added up."""
    rows = Count.objects.filter(day=day).order_by().values_list("at", "post__number").annotate(n=Sum("children"))
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


def list_alarms(*, day: Dismissal) -> QuerySet[Alarm]:
    """What nobody has settled yet, oldest first."""
    return day.alarms.filter(settled_at=None).select_related("post").order_by("raised_at", "pk")


def list_open_alarms(*, is_drill: bool) -> QuerySet[Alarm]:
    """The same over all schools, for the desk."""
    rows = Alarm.objects.filter(is_drill=is_drill, settled_at=None)
    return rows.select_related("day__school", "post").order_by("raised_at", "pk")


def get_proposal(*, day: Dismissal) -> Proposal | None:
    """The proposal that waits for a decision."""
    return day.proposals.filter(state=ProposalState.WAITING).select_related("incident", "hazard").first()


def list_waiting_proposals(*, is_drill: bool) -> QuerySet[Proposal]:
    """Proposals of all schools that wait, oldest first, for the desk."""
    rows = Proposal.objects.filter(is_drill=is_drill, state=ProposalState.WAITING)
    return rows.select_related("day__school", "incident").order_by("made_at", "pk")


def get_last_taken(*, day: Dismissal) -> Proposal | None:
    """The proposal that the day follows at present."""
    return day.proposals.filter(state=ProposalState.TAKEN).order_by("-decided_at", "-pk").first()


def list_waiting_messages(*, school_ids: Sequence[int] | None = None, is_drill: bool) -> QuerySet[Message]:
    """Messages to parents that wait for a second person; of some schools, or of all."""
    rows = Message.objects.filter(is_drill=is_drill, state=MessageState.WAITING)
    if school_ids is not None:
        rows = rows.filter(day__school_id__in=school_ids)
    return rows.select_related("day__school", "written_by").order_by("written_at", "pk")


def count_waiting(*, is_drill: bool) -> int:
    """How many things at schools wait for a person: alarms, proposals, messages to parents."""
    return (
        Alarm.objects.filter(is_drill=is_drill, settled_at=None).count()
        + Proposal.objects.filter(is_drill=is_drill, state=ProposalState.WAITING).count()
        + Message.objects.filter(is_drill=is_drill, state=MessageState.WAITING).count()
    )


def list_followings(*, school: School) -> QuerySet[Following]:
    """Confirmed subscriptions that follow the school."""
    return Following.objects.filter(school=school, subscription__state="ACTIVE").select_related("subscription")


def send_code(message: Message, *, user_id: int) -> int:
    """The six digits by which one person sends one message from their telephone; they stand in the text to it alone.

    A number can be forged, and a message's own number counted through.
    """
    said = f"send:{message.pk}:{user_id}:{message.written_at.isoformat()}"
    digest = hmac.digest(settings.CODE_PEPPER.encode(), said.encode(), "sha256")
    return 100_000 + int.from_bytes(digest, "big") % 900_000


def find_message_by_code(*, code: int, user: User) -> Message | None:
    """The message of a school that somebody leads, for which they were sent this code."""
    for school in list_led_schools(user=user):
        for message in list_waiting_messages(school_ids=[school.pk], is_drill=school.is_drill):
            if hmac.compare_digest(str(code).encode(), str(send_code(message, user_id=user.pk)).encode()):
                return message
    return None


def find_follower(*, school: School, address_id: int) -> ContactMethod | None:
    """The way by which this address follows the school, a confirmed one first; None if it does not."""
    methods = ContactMethod.objects.filter(
        address_id=address_id, subscription__in=Following.objects.filter(school=school).values("subscription_id")
    )
    return methods.select_related("subscription").order_by(F("confirmed_at").asc(nulls_last=True), "pk").first()


def is_follower(subscription_id: int) -> bool:
    """Whether this subscription is to a school."""
    return Following.objects.filter(subscription_id=subscription_id).exists()


def digest_code(school: School, code: str) -> str:
    """The stored form of a guardian's code; the same code at two schools is two digests."""
    return ids.digest_secret(f"guardian:{school.pk}:{ids.normalise_code(code)}", pepper=settings.CODE_PEPPER)
