"""Reads of the people stage: staff, their current roles, sessions, invitations, network settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from corredor.kit import ids

from .enums import COURSE_FOR_ROLE, Course, Role
from .models import Address, Invite, Network, RoleGrant, StaffSession, Training, User


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """One role of one person: its grant, and the validity of its course."""

    role: Role
    grant: RoleGrant | None
    course: Course | None  # None: the role needs no course
    training: Training | None  # the record with the latest expiry, current or not
    today: date

    @property
    def is_trained(self) -> bool:
        """True if the course is current, or none is needed."""
        return self.course is None or (self.training is not None and self.training.expires_on >= self.today)

    @property
    def counts(self) -> bool:
        """True if the person may act in this role today."""
        return self.grant is not None and self.is_trained

    @property
    def days_left(self) -> int | None:
        """Days until the course expires; negative afterwards, None without one."""
        return (self.training.expires_on - self.today).days if self.training else None


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """One account with all its roles."""

    user: User
    roles: tuple[RoleStanding, ...]

    @property
    def held(self) -> list[RoleStanding]:
        """Granted roles, whether or not current today."""
        return [standing for standing in self.roles if standing.grant]


def list_current_roles(*, user: User, today: date) -> frozenset[str]:
    """Return the roles the person may act in today; none for a closed account."""
    if not user.is_active:
        return frozenset()
    current = user.trainings.filter(expires_on__gte=today).values("course")
    held = user.grants.filter(revoked_at=None)
    needs_course = Case(*(When(role=role, then=Value(course)) for role, course in COURSE_FOR_ROLE.items()))
    counts = held.annotate(course=needs_course).filter(Q(course=None) | Q(course__in=current))
    return frozenset(counts.values_list("role", flat=True))


def list_people(*, today: date, is_drill: bool = False) -> list[PersonStanding]:
    """Return all accounts with their roles, open ones first, by alias."""
    users = _with_roles(User.objects.filter(is_drill=is_drill)).order_by("-is_active", "alias", "pk")
    return [_standing(user, today) for user in users]


def get_person(*, user_id: int, today: date) -> PersonStanding | None:
    """Return one account with every role, granted or not; None if missing."""
    user = _with_roles(User.objects.filter(pk=user_id)).first()
    return _standing(user, today) if user else None


def list_expiring(*, today: date, within: timedelta) -> list[tuple[User, RoleStanding]]:
    """Return granted roles whose course has expired or will within ``within``, soonest first."""
    until = today + within
    found = [
        (person.user, standing)
        for person in list_people(today=today)
        if person.user.is_active
        for standing in person.held
        if standing.course and (standing.training is None or standing.training.expires_on <= until)
    ]
    return sorted(found, key=lambda pair: pair[1].training.expires_on if pair[1].training else date.min)


def count_role_holders(*, today: date) -> dict[str, int]:
    """Count the people who can act in each role today."""
    counts = dict.fromkeys(Role.values, 0)
    for person in list_people(today=today):
        for standing in person.roles:
            counts[standing.role] += person.user.is_active and standing.counts
    return counts


def list_sessions(*, user_id: int) -> QuerySet[StaffSession]:
    """Return the person's signed-in browsers, last used first."""
    return StaffSession.objects.filter(user_id=user_id).order_by("-seen_at")


def find_invite(*, token: str, now: datetime) -> Invite | None:
    """Return the usable invitation of a token."""
    digest = digest_token(token)
    usable = Invite.objects.filter(token_digest=digest, used_at=None, expires_at__gt=now)
    return usable.select_related("for_user").first()


def list_open_invites(*, now: datetime) -> QuerySet[Invite]:
    """Return usable invitations, soonest to expire first."""
    unused = Invite.objects.filter(used_at=None, expires_at__gt=now)
    return unused.select_related("for_user").order_by("expires_at")


def digest_token(token: str) -> str:
    """Return the stored digest of a link's token."""
    return ids.digest_secret(token[:200], pepper=settings.CODE_PEPPER)


def get_network() -> Network:
    """Return the network's settings; defaults before set-up."""
    return Network.objects.filter(pk=1).first() or Network(pk=1, city=settings.DEFAULT_CITY)


def count_addresses() -> dict[str, int]:
    """Count stored addresses by kind, drill recipients included."""
    rows = Address.objects.order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def lock_account(user: User) -> None:
    """Lock the account: its concurrent transactions wait until this one ends (on SQLite they do anyway)."""
    if not connection.features.has_select_for_update:
        return
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def local_today(now: datetime, network: Network | None = None) -> date:
    """Return today's date in the network's city (``network`` is read unless given); courses expire with the day."""
    return timezone.localdate(now, ZoneInfo((network or get_network()).time_zone))


def _with_roles(users: QuerySet[User]) -> QuerySet[User]:
    return users.prefetch_related(
        Prefetch("grants", RoleGrant.objects.filter(revoked_at=None), to_attr="current_grants"), "trainings"
    )


def _standing(user: User, today: date) -> PersonStanding:
    grants = {grant.role: grant for grant in user.current_grants}  # type: ignore[attr-defined]
    last: dict[str, Training] = {}
    for training in sorted(user.trainings.all(), key=lambda t: t.expires_on):
        last[training.course] = training
    roles = []
    for role in Role:
        course = COURSE_FOR_ROLE.get(role)
        roles.append(
            RoleStanding(
                role=role,
                grant=grants.get(role),
                course=Course(course) if course else None,
                training=last.get(course) if course else None,
                today=today,
            )
        )
    return PersonStanding(user, tuple(roles))
