"""A school with a plan, leads, assigned posts and followers, made through the real flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from corredor.corridors import queries
from corredor.corridors.models import Dismissal, Lead, Post, School
from corredor.delivery.models import TransactionalMessage
from corredor.engines.geo.earth import distance_m
from corredor.flows.incident import follow as follow_up
from corredor.flows.school import day as school_day
from corredor.flows.school import plan as school_plan
from corredor.flows.school import roster as school_roster
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.follow import follow
from corredor.incidents import actions as incidents
from corredor.incidents.enums import HazardKind, WindTo
from corredor.incidents.models import Hazard, Incident
from corredor.people.contact import Contact
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.subscriptions.actions import confirm_method
from corredor.subscriptions.models import Subscription
from corredor.volunteers.actions import renew_link
from corredor.volunteers.models import Member, Volunteer
from tests.factories import make_pin, make_user, turn_channels_on

SHIELDS = "school:610174"  # a primary school in Brighton Park
FRIDAY = datetime(2025, 10, 3, 19, 30, tzinfo=UTC)  # half past two in Chicago
BELL = time(14, 45)
WEEK = dict.fromkeys(range(5), BELL)
LEAD_PHONE, CO_PHONE = "+13125550901", "+13125550902"


@dataclass
class SchoolDay:
    """What a test holds in its hands."""

    school: School
    lead: User
    co_lead: User
    steward: User
    members: list[Member]
    now: datetime

    @property
    def volunteers(self) -> list[Volunteer]:
        """The people behind the memberships."""
        return [member.volunteer for member in self.members]

    @property
    def dismissal(self) -> Dismissal:
        """Today's dismissal as it stands now."""
        found = queries.find_dismissal(school=self.school, on=local_today(self.now))
        assert found is not None
        return found

    def planned(self) -> Dismissal:
        """Today's dismissal, made by the lead."""
        return school_day.plan_dismissal(slug=self.school.slug, by=self.lead, now=self.now)

    def opened(self) -> Dismissal:
        """Today's dismissal with the children let go."""
        dismissal = self.planned()
        return school_day.open_dismissal(
            dismissal_id=dismissal.pk, version=dismissal.version, by=self.lead, now=self.now
        )

    def link(self, row: int = 0) -> str:
        """A new personal link's token of one volunteer."""
        return renew_link(volunteer=self.volunteers[row])


def make_school_day(*, key: str = SHIELDS, posts: int = 10, volunteers: int = 4, now: datetime = FRIDAY) -> SchoolDay:
    """A school half an hour before its bell, whatever day it is: planned, partly taken, nobody there yet."""
    turn_channels_on()
    then = now - timedelta(hours=2)
    steward = make_user("Sol", Role.STEWARD)
    lead, co_lead = make_user("Lupe", Role.SCHOOL_LEAD), make_user("Omar", Role.SCHOOL_LEAD)
    school = school_set_up.set_up_school(key=key, by=steward, now=then)
    for user in (lead, co_lead):
        school_set_up.name_lead(slug=school.slug, user_id=user.pk, by=steward, now=then)
    school_roster.set_lead_phone(slug=school.slug, phone=LEAD_PHONE, by=lead, now=then)
    school_roster.set_lead_phone(slug=school.slug, phone=CO_PHONE, by=co_lead, now=then)
    school_set_up.set_bells(slug=school.slug, bells=WEEK, by=lead, now=then)
    school_set_up.set_special_day(slug=school.slug, on=local_today(now), at=BELL, by=lead, now=then)
    plan = school_plan.make_plan(slug=school.slug, posts=posts, by=lead, now=then)
    school_plan.choose_plan(plan_id=plan.pk, by=lead, now=then)
    # From here on a volunteer's id is no member's id, so that a test notices one in place of the other.
    Volunteer.objects.create(link_digest="", asked_at=then).delete()
    people = [
        add_volunteer(school, lead, alias=f"Vecina {row + 1}", phone=f"+1312555{1000 + row}", row=row, now=then)
        for row in range(volunteers)
    ]
    return SchoolDay(school, lead, co_lead, steward, people, now)


def add_volunteer(school: School, lead: User, *, alias: str, phone: str, row: int, now: datetime) -> Member:
    """Somebody who asked to help, was accepted, and has agreed to stand at post row + 1 every day."""
    language = "es" if row % 2 == 0 else "en"
    asked = school_roster.ask_to_help(slug=school.slug, alias=alias, language=language, phone=phone, now=now)
    school_roster.accept_volunteer(member_id=asked.member_id, vest=row + 1, by=lead, now=now)
    school_roster.put_at_post(
        member_id=asked.member_id, number=row + 1, weekdays=range(7), agreed=True, by=lead, now=now
    )
    return Member.objects.select_related("volunteer").get(pk=asked.member_id)


def add_parents(at: SchoolDay, count: int) -> None:
    """Parents who follow the school and have said yes."""
    then = at.now - timedelta(hours=1)
    for row in range(count):
        started = follow(
            slug=at.school.slug,
            language="es" if row % 2 == 0 else "en",
            contact=Contact.parse("EMAIL", f"parent{row}@example.org"),
            now=then,
        )
        way = Subscription.objects.get(pk=started.subscription_id).methods.get()
        confirm_method(method=way, now=then)


def texts_to(volunteer_or_lead: Volunteer | Lead) -> list[str]:
    """What was queued for one of our own people, oldest first."""
    rows = TransactionalMessage.objects.filter(kind="POST", address_id=volunteer_or_lead.address_id).order_by("pk")
    return list(rows.values_list("text", flat=True))


def open_incident(desk: dict[str, User], lat: float, lon: float, *, is_drill: bool = False) -> Incident:
    """An incident that nobody has checked yet."""
    with transaction.atomic():
        return incidents.open_incident(
            city="chicago",
            pin=make_pin(lat, lon),
            seen_at=FRIDAY,
            by=desk["operator"],
            is_drill=is_drill,
            now=FRIDAY,
        )


def put_gas(
    desk: dict[str, User],
    after: Callable[[Callable[[], Hazard]], Hazard],
    lat: float,
    lon: float,
    radius_m: int = 120,
    wind_to: WindTo = WindTo.UNKNOWN,
) -> Hazard:
    """Gas as the desk notes it, and what follows its commit."""
    incident = open_incident(desk, lat, lon)
    return after(
        lambda: follow_up.note_hazard(
            incident_id=incident.pk,
            kind=HazardKind.IRRITANT,
            lat=lat,
            lon=lon,
            radius_m=radius_m,
            wind_to=wind_to,
            by=desk["operator"],
            now=FRIDAY,
        )
    )


def farthest_post(at: SchoolDay) -> Post:
    """The post farthest from the gate: what lies there touches one corridor alone."""
    gate = (at.school.lat, at.school.lon)
    return max(at.dismissal.plan.posts.all(), key=lambda post: distance_m(gate, (post.lat, post.lon)))


def take(at: SchoolDay, *, by: User | None = None, yes: bool = True, now: datetime = FRIDAY) -> Dismissal:
    """Decide what is proposed for the day."""
    proposal = queries.get_proposal(dismissal=at.dismissal)
    return school_day.decide(proposal_id=proposal.pk, take=yes, version=at.dismissal.version, by=by or at.lead, now=now)
