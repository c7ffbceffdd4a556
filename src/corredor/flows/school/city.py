"""City overview of schools: leads, rosters, gaps, and where further volunteers help most.

Reads corridors. Writes nothing. Called by the schools' pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from corredor.corridors import queries
from corredor.corridors.models import Assignment, ChildrenOfAge, Dismissal, Plan, School
from corredor.corridors.rules import are_bells_stale
from corredor.kit.languages import Names
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role
from corredor.volunteers.enums import GroupKind
from corredor.volunteers.queries import count_members

from .planning.adults import Adults, count_adults

# Not school leads: gaps of other schools are sensitive.
MAY_LOOK = (Role.STEWARD, Role.DISPATCHER, Role.OPERATOR, Role.VERIFIER, Role.APPROVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRow:
    """One school today. ``taken`` of ``posts`` have a volunteer who agreed; ``adults`` is None without a plan."""

    slug: str
    name: str
    area_code: str
    area_names: Names
    leads: int
    volunteers: int
    posts: int
    taken: int
    state: str
    alarms: int
    proposals: int
    share_covered: float | None
    bells_stale: bool
    curve: tuple[tuple[int, float], ...]
    adults: Adults | None = None

    @property
    def adults_missing(self) -> int:
        """Adults to recruit beyond the volunteers and one lead; 0 without a plan."""
        return max(0, self.adults.to_ask_for - self.volunteers - min(self.leads, 1)) if self.adults else 0

    @property
    def missing(self) -> int:
        """Posts without a volunteer."""
        return self.posts - self.taken


@dataclass(frozen=True, slots=True)
class Share:
    """Volunteers allocated to a school, and the child-metres they would guard."""

    slug: str
    name: str
    people: int
    child_m: float

    @property
    def km(self) -> float:
        """The same in child-kilometres."""
        return self.child_m / 1000


def list_city(*, by: User, area: str = "", is_drill: bool = False, now: datetime) -> list[SchoolRow]:
    """Return every school with a page, by name, optionally of one area. Raise NotAllowed."""
    require_role(by, *MAY_LOOK, today=local_today(now))
    schools = queries.list_schools(city=get_network().city, is_drill=is_drill)
    if area:
        schools = schools.filter(area_code=area)
    on = local_today(now)
    counted = schools.annotate(
        lead_count=Count("leads", filter=Q(leads__until=None), distinct=True),
    )
    members = count_members(kind=GroupKind.SCHOOL)
    plans = {p.school_id: p for p in Plan.objects.filter(chosen_at__isnull=False, retired_at=None)}
    posts = dict(Plan.objects.filter(pk__in=[p.pk for p in plans.values()]).values_list("pk").annotate(Count("posts")))
    assignments = Assignment.objects.filter(
        post__plan__in=list(plans.values()), weekday=on.weekday(), agreed_at__isnull=False
    )
    taken = dict(assignments.values_list("post__plan").annotate(n=Count("post", distinct=True)))
    dismissals = {
        dismissal.school_id: dismissal
        for dismissal in Dismissal.objects.filter(on=on).annotate(
            open_alarms=Count("alarms", filter=Q(alarms__settled_at=None), distinct=True),
            waiting=Count("proposals", filter=Q(proposals__state="WAITING"), distinct=True),
        )
    }
    ages: dict[int, list[ChildrenOfAge]] = defaultdict(list)
    for row in ChildrenOfAge.objects.filter(school__in=schools):
        ages[row.school_id].append(row)
    return [
        _row(
            school,
            members.get(school.pk, 0),
            plans.get(school.pk),
            posts,
            taken,
            dismissals.get(school.pk),
            ages[school.pk],
            now,
        )
        for school in counted
    ]


def allocate_volunteers(rows: Sequence[SchoolRow], *, people: int) -> list[Share]:
    """Allocate ``people`` volunteers to schools so that they guard most child-metres (exact optimum).

    Dynamic programming over the schools: best(s, n) = max over k <= n of best(s - 1, n - k) + gain_s(k), where
    gain_s(k) is what the planner says k more posts would guard at school s beyond those taken today.
    """
    gains = [_gains(row, people) for row in rows]
    best = [0.0] * (people + 1)
    choices: list[list[int]] = []
    for gain in gains:
        chosen = [0] * (people + 1)
        better = best[:]
        for total in range(people + 1):
            for here in range(1, total + 1):
                value = best[total - here] + gain[here]
                if value > better[total] + 1e-9:
                    better[total], chosen[total] = value, here
        best = better
        choices.append(chosen)
    left, shares = people, []
    for row, gain, chosen in zip(reversed(rows), reversed(gains), reversed(choices), strict=True):
        here = chosen[left]
        if here:
            shares.append(Share(row.slug, row.name, here, gain[here]))
            left -= here
    return sorted(shares, key=lambda share: (-share.child_m, share.name))


def _gains(row: SchoolRow, people: int) -> list[float]:
    """Return the child-metres that 0, 1, ... more people would add, interpolated on the plan's curve."""
    if not row.curve:
        return [0.0] * (people + 1)
    now = _read(row.curve, row.taken)
    return [max(0.0, _read(row.curve, row.taken + more) - now) for more in range(people + 1)]


def _read(curve: Sequence[tuple[int, float]], posts: float) -> float:
    """Interpolate a curve from (0, 0) through its points; constant beyond the last."""
    before = (0.0, 0.0)
    for at, value in curve:
        if posts <= at:
            span = at - before[0]
            return before[1] + (value - before[1]) * ((posts - before[0]) / span if span else 1.0)
        before = (at, value)
    return before[1]


def _row(
    school: School,
    volunteers: int,
    plan: Plan | None,
    posts: dict[int, int],
    taken: dict[int, int],
    dismissal: Dismissal | None,
    ages: Sequence[ChildrenOfAge],
    now: datetime,
) -> SchoolRow:
    return SchoolRow(
        slug=school.slug,
        name=school.name,
        area_code=school.area_code,
        area_names=school.area_names,
        leads=school.lead_count,  # type: ignore[attr-defined]
        volunteers=volunteers,
        posts=posts.get(plan.pk, 0) if plan else 0,
        taken=taken.get(plan.pk, 0) if plan else 0,
        state=dismissal.state if dismissal else "",
        alarms=dismissal.open_alarms if dismissal else 0,  # type: ignore[attr-defined]
        proposals=dismissal.waiting if dismissal else 0,  # type: ignore[attr-defined]
        share_covered=plan.data.get("share_covered") if plan else None,
        bells_stale=are_bells_stale(school, today=local_today(now)),
        curve=tuple((int(at), float(value)) for at, value in plan.data.get("curve", ())) if plan else (),
        adults=count_adults(posts=posts.get(plan.pk, 0), ages=ages) if plan else None,
    )
