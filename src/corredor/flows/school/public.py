"""Public view of a school's corridors: state, lines, times. Never who stands where.

Reads corridors. Writes nothing. Called by the public pages, the sheet and the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from corredor.corridors import queries
from corredor.corridors.enums import DismissalState, ProposalKind
from corredor.corridors.models import Dismissal, School
from corredor.corridors.plan_geometry import Point, lines_of
from corredor.corridors.rules import are_bells_stale
from corredor.kit.languages import Names
from corredor.people.queries import get_network, local_today
from corredor.review.queries import get_drill_clock

NOT_PLANNED = "NOT_PLANNED"  # no plan in use
NO_SCHOOL = "NO_SCHOOL"  # no bell today
CALENDAR_DAYS = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSchool:
    """One school as anyone may see it. ``state`` is a DismissalState, NOT_PLANNED or NO_SCHOOL.

    ``inside_at`` names the place where children took shelter, if they did.
    """

    slug: str
    name: str
    area_names: Names
    is_drill: bool
    state: str
    as_of: datetime
    changed_at: datetime | None
    bell_at: datetime | None
    gate: Point
    lines: tuple[tuple[Point, ...], ...]
    safe_places: tuple[dict[str, Any], ...]
    minutes: int
    children_share: float
    inside_at: str
    bells_stale: bool
    has_plan: bool


@dataclass(frozen=True, slots=True)
class PublicDismissal:
    """One coming day with a bell."""

    on: date
    bell_at: datetime
    is_special: bool


def list_public_schools() -> list[School]:
    """Return real schools with a plan in use, by name."""
    rows = queries.list_schools(city=get_network().city)
    return list(rows.filter(plans__chosen_at__isnull=False, plans__retired_at=None).distinct())


def public_school(*, slug: str, now: datetime) -> PublicSchool:
    """Return one school's page. Raise UnknownSchool."""
    school = queries.get_school(slug=slug)
    if school.is_drill:
        now = get_drill_clock() or now
    on = local_today(now)
    plan = queries.get_plan(school=school)
    dismissal = queries.find_dismissal(school=school, on=on)
    data = _walked(dismissal, plan.data if plan else {})
    return PublicSchool(
        slug=school.slug,
        name=school.name,
        area_names=school.area_names,
        is_drill=school.is_drill,
        state=_state(school, dismissal, has_plan=plan is not None, on=on),
        as_of=now,
        changed_at=dismissal.changed_at if dismissal and dismissal.state != DismissalState.PLANNED else None,
        bell_at=dismissal.bell_at if dismissal else _bell_at(school, on),
        gate=(school.lat, school.lon),
        lines=tuple(tuple(line) for line in lines_of(data)),
        safe_places=tuple(data.get("safe_places", ())),
        minutes=round(data.get("minutes", 0)),
        children_share=float(data.get("share_covered", 0)),
        inside_at=_inside(dismissal),
        bells_stale=are_bells_stale(school, today=on),
        has_plan=plan is not None,
    )


def list_public_dismissals(*, slug: str, now: datetime) -> list[PublicDismissal]:
    """Return the coming weeks' last bells, for a calendar. Raise UnknownSchool."""
    school = queries.get_school(slug=slug)
    today = local_today(now)
    special = dict(school.special_days.filter(on__gte=today).values_list("on", "at"))
    bells = queries.get_bells(school=school)
    zone = ZoneInfo(get_network().time_zone)
    found = []
    for on in _days(today):
        at = special[on] if on in special else bells.get(on.weekday())
        if at is not None:
            found.append(PublicDismissal(on, datetime.combine(on, at, zone), on in special))
    return found


def _days(today: date) -> Iterable[date]:
    return (today + timedelta(days=n) for n in range(CALENDAR_DAYS))


def _walked(dismissal: Dismissal | None, planned: dict[str, Any]) -> dict[str, Any]:
    """Return the way in use: the plan's, or the diversion's."""
    if dismissal is None or dismissal.way is None:
        return planned
    return {**planned, **dismissal.way}


def _state(school: School, dismissal: Dismissal | None, *, has_plan: bool, on: date) -> str:
    if not has_plan:
        return NOT_PLANNED
    if dismissal is not None:
        return dismissal.state
    return DismissalState.PLANNED if queries.find_bell(school=school, on=on) else NO_SCHOOL


def _bell_at(school: School, on: date) -> datetime | None:
    at = queries.find_bell(school=school, on=on)
    return datetime.combine(on, at, ZoneInfo(get_network().time_zone)) if at else None


def _inside(dismissal: Dismissal | None) -> str:
    if dismissal is None or dismissal.state != DismissalState.HELD:
        return ""
    last = queries.get_last_taken(dismissal=dismissal)
    if last is None or last.kind != ProposalKind.SAFE_PLACE or not last.safe_place:
        return ""
    return str(last.safe_place["name"])
