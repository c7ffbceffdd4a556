"""Writes of the places stage: added places and aliases, and unlit streets.

The geocoder uses new names immediately, the corridor planner unlit streets from the next plan on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from corredor.engines.textlocate import ExtraAlias
from corredor.people.models import User

from .errors import AlreadyUnlit, NamelessPlace, OutsideTheCity, UnknownTarget
from .models import AddedPlace, StreetAlias, UnlitStreet
from .pack import get_locator
from .stretch import Stretch

_SHORTEST = 2


def add_place(
    *, city: str, name: str, other_names: Sequence[str], lat: float, lon: float, by: User, now: datetime
) -> AddedPlace:
    """Add a shop, a site or a meeting point. Raise NamelessPlace or OutsideTheCity."""
    names = [_checked(one) for one in (name, *other_names)]
    if get_locator(city).describe(lat, lon) is None:
        raise OutsideTheCity
    return AddedPlace.objects.create(
        city=city, name=names[0], other_names=names[1:], lat=lat, lon=lon, added_by=by, added_at=now
    )


def remove_place(*, place_id: int, now: datetime) -> bool:
    """Remove an added place; return False if it was removed already."""
    return AddedPlace.objects.filter(pk=place_id, removed_at=None).update(removed_at=now) == 1


def add_alias(*, city: str, street: str, alias: str, by: User, now: datetime) -> StreetAlias:
    """Add an alias of a street, an area or a place of the pack. Raise NamelessPlace or UnknownTarget."""
    alias, street = _checked(alias), _checked(street)
    _, unknown = get_locator(city).with_extra(aliases=[ExtraAlias(alias, street)])
    if unknown:
        raise UnknownTarget(street)
    return StreetAlias.objects.create(city=city, street=street, alias=alias, added_by=by, added_at=now)


def remove_alias(*, alias_id: int, now: datetime) -> bool:
    """Remove an added alias; return False if it was removed already."""
    return StreetAlias.objects.filter(pk=alias_id, removed_at=None).update(removed_at=now) == 1


def mark_unlit(*, city: str, stretch: Stretch, by: User, now: datetime) -> UnlitStreet:
    """Store a stretch as unlit, by the positions of its ends. Raise AlreadyUnlit."""
    (start_lat, start_lon), (end_lat, end_lon) = stretch.ends
    ends = {"start_lat": start_lat, "start_lon": start_lon, "end_lat": end_lat, "end_lon": end_lon}
    if UnlitStreet.objects.filter(city=city, removed_at=None, **ends).exists():
        raise AlreadyUnlit
    return UnlitStreet.objects.create(
        city=city,
        street=stretch.street[:80],
        start=stretch.start[:80],
        end=stretch.end[:80],
        length_m=stretch.length_m,
        marked_by=by,
        marked_at=now,
        **ends,
    )


def unmark_unlit(*, unlit_id: int, by: User, now: datetime) -> bool:
    """Remove the unlit mark; return False if it was removed already."""
    rows = UnlitStreet.objects.filter(pk=unlit_id, removed_at=None)
    return rows.update(removed_at=now, removed_by=by) == 1


def _checked(name: str) -> str:
    clean = " ".join(name.split())
    if sum(c.isalnum() for c in clean) < _SHORTEST:
        raise NamelessPlace
    return clean
