"""Make and choose a school's plan: children, gate and number of posts become corridors with named posts.

Reads places, corridors. Writes corridors. Called by the schools' pages and the drill.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from corredor.corridors import actions, queries
from corredor.corridors.errors import NoPosts
from corredor.corridors.models import Plan, School
from corredor.corridors.rules import require_lead_or
from corredor.flows.after_commit import after_change
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today

from .planning.solve import compute_plan, measure_curve

MOST_POSTS = 60
CURVE_STEPS = (0, 1, 2, 3, 5, 8, 12, 20)  # posts beyond those requested, for the city view


def make_plan(*, slug: str, posts: int, by: User, now: datetime) -> Plan:
    """Compute and store a new plan version; not in use before it is chosen.

    Raise NoPosts, NoSafePlan (with the reason in words), NotALead, NotAllowed.
    """
    school = queries.get_school(slug=slug)
    require_lead_or(by, school, Role.STEWARD, today=local_today(now))
    if not 1 <= posts <= MOST_POSTS:
        raise NoPosts
    drawn, rows = compute_plan(school, posts=posts)
    drawn["curve"] = measure_curve(school, posts=[posts + more for more in CURVE_STEPS])
    with transaction.atomic():
        plan = actions.save_plan(school=school, posts_asked=posts, data=drawn, posts=rows, by=by, now=now)
        after_change(now=now)
    return plan


@transaction.atomic
def choose_plan(*, plan_id: int, by: User, now: datetime) -> Plan:
    """Use this version from the next dismissal on; a dismissal already created keeps its version."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("school").get(pk=plan_id)
    require_lead_or(by, plan.school, Role.STEWARD, today=local_today(now))
    actions.choose_plan(plan=plan, by=by, now=now)
    after_change(now=now)
    return plan


def list_plans(*, school: School) -> Sequence[Plan]:
    """Return all versions, newest first."""
    return list(school.plans.select_related("made_by").order_by("-number"))
