"""Unlit streets: mark on the map or by name, list, unmark. Every school's next plan avoids them.

Stewards may mark anywhere, a school lead within the school's walking area. Writes places and the timeline. Called by
the steward's page and the schools' pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.corridors import queries as schools
from corredor.corridors.errors import WorldsMixed
from corredor.corridors.models import School
from corredor.corridors.rules import require_lead_or
from corredor.engines.corridors import list_reached
from corredor.engines.textlocate import Text
from corredor.incidents.errors import OutsideCity
from corredor.incidents.timeline import record
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import get_network, local_today
from corredor.people.rules import require_role
from corredor.places import actions
from corredor.places.errors import NoStreetHere, NotOneStreet
from corredor.places.models import UnlitStreet
from corredor.places.queries import find_unlit, list_unlit_streets
from corredor.places.stretch import Stretch, find_block, find_stretch
from corredor.places.walking import get_walking_map

from .local_names import WhereUnclear, find_spot


class CornerUnclear(WhereUnclear):
    """One end of the stretch is ambiguous: ``which`` is "start" or "end"."""

    def __init__(self, which: str, question: Text | None) -> None:
        """Store which end it is, for the form."""
        super().__init__(question)
        self.which = which


@dataclass(frozen=True, slots=True)
class Unlit:
    """One mark and its stretch on the current map; ``stretch`` is None if a rebuilt pack no longer has it."""

    row: UnlitStreet
    stretch: Stretch | None


def list_unlit(*, slug: str = "") -> list[Unlit]:
    """Return all marks of the city, newest first; of a school, those in its walking area. Raise UnknownSchool."""
    found = [Unlit(row, find_unlit(row)) for row in list_unlit_streets(city=get_network().city)]
    if not slug:
        return found
    shed = _reach(schools.get_school(slug=slug))
    return [one for one in found if one.stretch is not None and shed.issuperset(one.stretch.nodes)]


def look_at_block(*, lat: float, lon: float) -> Stretch:
    """Return the block nearest to a point, for confirmation. Raise NoStreetHere."""
    found = find_block(lat, lon, get_network().city)
    if found is None:
        raise NoStreetHere
    return found


@transaction.atomic
def mark_block(*, lat: float, lon: float, slug: str = "", by: User, now: datetime) -> UnlitStreet:
    """Mark the block nearest to a point as unlit.

    Raise NoStreetHere, AlreadyUnlit, NotALead, NotAllowed, WorldsMixed, OutsideCity (outside the school's walking
    area).
    """
    school = _require(slug, by, now)
    return _mark(look_at_block(lat=lat, lon=lon), school, by=by, now=now)


@transaction.atomic
def mark_between(*, street: str, start: str, end: str, slug: str = "", by: User, now: datetime) -> UnlitStreet:
    """Mark a street as unlit between two crossing streets, given by name.

    Raise CornerUnclear, NotOneStreet, and as mark_block.
    """
    school = _require(slug, by, now)
    corners = [_find_corner(which, street, across, now) for which, across in (("start", start), ("end", end))]
    stretch = find_stretch(*corners, city=get_network().city)
    if stretch is None:
        raise NotOneStreet
    return _mark(stretch, school, by=by, now=now)


@transaction.atomic
def unmark(*, unlit_id: int, slug: str = "", by: User, now: datetime) -> None:
    """Remove a mark. Raise NotALead, NotAllowed, WorldsMixed, OutsideCity."""
    school = _require(slug, by, now)
    row = UnlitStreet.objects.filter(pk=unlit_id, removed_at=None).first()
    if row is None:
        return  # already removed by somebody else
    if school is not None and not _is_walked(school, find_unlit(row)):
        raise OutsideCity
    if actions.unmark_unlit(unlit_id=unlit_id, by=by, now=now):
        record(kind="street.lit", now=now, actor_id=by.pk, unlit=unlit_id)


def _find_corner(which: str, street: str, across: str, now: datetime) -> tuple[float, float]:
    try:
        found = find_spot(f"{street} y {across}", now)
    except WhereUnclear as unclear:
        raise CornerUnclear(which, unclear.question) from None
    if found.questions:  # moderate confidence is enough for a report that a person reads, not for a lasting mark
        raise CornerUnclear(which, found.questions)
    assert found.lat is not None
    assert found.lon is not None
    return found.lat, found.lon


def _mark(stretch: Stretch, school: School | None, *, by: User, now: datetime) -> UnlitStreet:
    if school is not None and not _is_walked(school, stretch):
        raise OutsideCity
    row = actions.mark_unlit(city=get_network().city, stretch=stretch, by=by, now=now)
    record(kind="street.unlit", now=now, actor_id=by.pk, unlit=row.pk)
    return row


def _require(slug: str, by: User, now: datetime) -> School | None:
    """Return the lead's school; None for a steward. Drills may not mark, because streets are real."""
    today = local_today(now)
    school = schools.get_school(slug=slug) if slug else None
    if by.is_drill or (school is not None and school.is_drill):
        raise WorldsMixed
    if school is None:
        require_role(by, Role.STEWARD, today=today)
    else:
        require_lead_or(by, school, Role.STEWARD, today=today)
    return school


def _is_walked(school: School, stretch: Stretch | None) -> bool:
    return stretch is not None and _reach(school).issuperset(stretch.nodes)


def _reach(school: School) -> frozenset[int]:
    """Return the crossings within the school's walking area."""
    walking = get_walking_map(school.city)
    gate, _ = walking.find_node(school.lat, school.lon)
    return frozenset(list_reached(walking.network, gate).tolist())
