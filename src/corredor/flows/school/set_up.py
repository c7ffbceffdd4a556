"""Set up a school: page, leads, bells, gate, attendance outline, and children by cell and age.

Reads places and people. Writes corridors. Called by the schools' pages and the drill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db import transaction

from corredor.corridors import actions, queries
from corredor.corridors.actions import OfAge
from corredor.corridors.errors import EmptyOutline, UnknownSchool, WorldsMixed
from corredor.corridors.models import Outline, School
from corredor.corridors.rules import are_bells_stale, require_lead_or
from corredor.engines import hexgrid
from corredor.engines.citypack.model import PlaceKind, Places
from corredor.engines.corridors.model import LONGEST_WALK_M
from corredor.engines.geo.earth import distance_m
from corredor.engines.outline import read_outline
from corredor.flows.after_commit import after_change
from corredor.flows.locate import describe_point
from corredor.incidents.errors import OutsideCity
from corredor.people.address_uses import erase_if_unused
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role
from corredor.places.pack import get_pack

from .planning.inputs import read_planner_inputs

MOST_FOUND = 12
GATE_WITHIN_M = 400  # a gate farther from the school's point is a mistake
CELLS_WITHIN_M = 1600


@dataclass(frozen=True, slots=True)
class PackSchool:
    """A school of the city pack. ``closes`` and ``hours_from`` are indicative and may be empty."""

    key: str
    name: str
    address: str
    lat: float
    lon: float
    level: str
    students: int
    closes: str
    hours_from: str


@dataclass(frozen=True, slots=True)
class Bells:
    """The week's last bells, and whether a person must check them again."""

    by_weekday: dict[int, time]
    checked_on: date | None
    are_stale: bool
    suggested: str  # the pack's value, such as "15:00 (2018-2019)"


def find_schools(*, words: str) -> list[PackSchool]:
    """Return schools of the pack whose name contains all the words, in the pack's order."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    places = get_pack(get_network().city).places
    rows = (row for row in range(len(places)) if places.kind[row] is PlaceKind.SCHOOL)
    found = (row for row in rows if all(word in places.name[row].casefold() for word in wanted))
    return [_of_row(places, row) for row, _ in zip(found, range(MOST_FOUND), strict=False)]


def get_pack_school(*, key: str) -> PackSchool:
    """Return one school of the pack. Raise UnknownSchool."""
    places = get_pack(get_network().city).places
    if key not in places.id:
        raise UnknownSchool
    row = places.id.index(key)
    if places.kind[row] is not PlaceKind.SCHOOL:
        raise UnknownSchool
    return _of_row(places, row)


@transaction.atomic
def set_up_school(*, key: str, is_drill: bool = False, by: User, now: datetime) -> School:
    """Create a school's page. Raise NotAllowed, UnknownSchool, AlreadySetUp, OutsideCity, WorldsMixed."""
    if by.is_drill != is_drill:
        raise WorldsMixed
    require_role(by, Role.STEWARD, today=local_today(now))
    found = get_pack_school(key=key)
    words = describe_point(lat=found.lat, lon=found.lon)
    if words is None:
        raise OutsideCity
    school = actions.make_school(
        key=key,
        city=get_network().city,
        name=found.name,
        lat=found.lat,
        lon=found.lon,
        area_code=words.area_code,
        area_names=words.area_names,
        is_drill=is_drill,
        by=by,
        now=now,
    )
    after_change(now=now)
    return school


@transaction.atomic
def name_lead(*, slug: str, user_id: int, by: User, now: datetime) -> None:
    """Make a person with current training a lead of the school. Raise NotAllowed, WorldsMixed."""
    require_role(by, Role.STEWARD, today=local_today(now))
    school = queries.get_school(slug=slug)
    user = User.objects.get(pk=user_id)
    if user.is_drill != school.is_drill:
        raise WorldsMixed
    require_role(user, Role.SCHOOL_LEAD, today=local_today(now))
    actions.add_lead(school=school, user=user, by=by, now=now)


@transaction.atomic
def end_lead(*, slug: str, user_id: int, by: User, now: datetime) -> None:
    """Remove a lead from the school. Raise NotAllowed."""
    require_role(by, Role.STEWARD, today=local_today(now))
    address_id = actions.end_lead(school=queries.get_school(slug=slug), user_id=user_id, by=by, now=now)
    if address_id is not None:
        erase_if_unused([address_id])


@transaction.atomic
def set_gate(*, slug: str, lat: float, lon: float, by: User, now: datetime) -> None:
    """Set the gate where children come out. Raise NotALead, NotAllowed, OutsideCity (too far from the school)."""
    school = _require_lead(slug, by, now)
    found = get_pack_school(key=school.key)
    if distance_m((found.lat, found.lon), (lat, lon)) > GATE_WITHIN_M:
        raise OutsideCity
    actions.set_gate(school=school, lat=lat, lon=lon, by=by, now=now)


@transaction.atomic
def set_bells(*, slug: str, bells: Mapping[int, time | None], by: User, now: datetime) -> None:
    """Set the last bell of every weekday; saving also records the check. Raise WrongBell."""
    school = _require_lead(slug, by, now)
    actions.set_bells(school=school, bells=bells, today=local_today(now), by=by, now=now)


@transaction.atomic
def set_special_day(*, slug: str, on: date, at: time | None, by: User, now: datetime) -> None:
    """Set a half day, or a day off (no time). Raise WrongBell."""
    actions.set_special_day(school=_require_lead(slug, by, now), on=on, at=at, today=local_today(now), by=by, now=now)


@transaction.atomic
def clear_special_day(*, slug: str, on: date, by: User, now: datetime) -> None:
    """Remove the exception of a day."""
    actions.clear_special_day(school=_require_lead(slug, by, now), on=on, by=by, now=now)


@transaction.atomic
def set_children(*, slug: str, counts: Mapping[int, int], by: User, now: datetime) -> None:
    """Set the number of children by cell; cells out of reach are refused.

    Raise WrongCount, OutsideCity, FewerByAge.
    """
    school = _require_lead(slug, by, now)
    if not set(counts) <= set(list_cells(school)):
        raise OutsideCity
    actions.set_children(school=school, counts=counts, by=by, now=now)


@transaction.atomic
def set_outline(*, slug: str, text: str, by: User, now: datetime) -> Outline:
    """Set the attendance outline from GeoJSON; the next plan leaves out children beyond it.

    Raise OutlineWrong, EmptyOutline, NotALead, NotAllowed.
    """
    school = _require_lead(slug, by, now)
    rings = read_outline(text, lat=school.lat, lon=school.lon, within_m=LONGEST_WALK_M)
    alone = replace(read_planner_inputs(school), children=(), outline=rings)
    if not alone.count_children():
        raise EmptyOutline
    return actions.set_outline(school=school, rings=rings, by=by, now=now)


@transaction.atomic
def remove_outline(*, slug: str, by: User, now: datetime) -> None:
    """Remove the attendance outline. Raise NotALead, NotAllowed."""
    actions.remove_outline(school=_require_lead(slug, by, now), by=by, now=now)


@transaction.atomic
def set_ages(*, slug: str, ages: Sequence[OfAge], by: User, now: datetime) -> None:
    """Set the number of children per age, and of children per adult.

    Raise WrongAges, RuleUnnamed, FewerByAge.
    """
    actions.set_ages(school=_require_lead(slug, by, now), ages=ages, by=by, now=now)


@transaction.atomic
def set_wants_codes(*, slug: str, wants: bool, by: User, now: datetime) -> None:
    """Set whether guardians of this school hold codes."""
    actions.set_wants_codes(school=_require_lead(slug, by, now), wants=wants, by=by, now=now)


@transaction.atomic
def make_codes(*, slug: str, count: int, by: User, now: datetime) -> list[str]:
    """Create codes for guardians, shown once. Raise WrongCount."""
    return actions.make_codes(school=_require_lead(slug, by, now), count=min(max(count, 1), 200), by=by, now=now)


@transaction.atomic
def withdraw_codes(*, slug: str, by: User, now: datetime) -> int:
    """Invalidate all codes, for instance at the end of the year."""
    return actions.withdraw_codes(school=_require_lead(slug, by, now), by=by, now=now)


def list_cells(school: School) -> list[int]:
    """Return cells within walking distance, nearest first."""
    cells = hexgrid.cells_in_circle(school.lat, school.lon, CELLS_WITHIN_M)
    return sorted(cells, key=lambda cell: distance_m((school.lat, school.lon), hexgrid.centre_of(cell)))


def get_bells(*, school: School, now: datetime) -> Bells:
    """Return the bells and their freshness."""
    found = get_pack_school(key=school.key)
    suggested = f"{found.closes} ({found.hours_from})" if found.closes else ""
    stale = are_bells_stale(school, today=local_today(now))
    return Bells(queries.get_bells(school=school), school.bells_checked_on, stale, suggested)


def _require_lead(slug: str, by: User, now: datetime) -> School:
    school = queries.get_school(slug=slug)
    require_lead_or(by, school, Role.STEWARD, today=local_today(now))
    return school


def _of_row(places: Places, row: int) -> PackSchool:
    extra = places.extra[row]
    return PackSchool(
        key=places.id[row],
        name=places.name[row],
        address=places.address[row],
        lat=float(places.lat[row]),
        lon=float(places.lon[row]),
        level=str(extra.get("level", "")),
        students=int(extra.get("students", 0)),
        closes=str(extra.get("closes", "")),
        hours_from=str(extra.get("hours_from", "")),
    )
