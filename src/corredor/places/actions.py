"""Writes of the places stage: places and other names that a steward adds; the locator knows them at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from corredor.engines.textlocate import ExtraAlias
from corredor.people.models import User

from .errors import NamelessPlace, OutsideTheCity, UnknownTarget
from .models import AddedPlace, StreetAlias
from .pack import get_locator

_SHORTEST = 2


def add_place(
    *, city: str, name: str, other_names: Sequence[str], lat: float, lon: float, by: User, now: datetime
) -> AddedPlace:
    """Add a shop, a site or a meeting point. Raises NamelessPlace and OutsideTheCity."""
    names = [_checked(one) for one in (name, *other_names)]
    if get_locator(city).describe(lat, lon) is None:
        raise OutsideTheCity
    return AddedPlace.objects.create(
        city=city, name=names[0], other_names=names[1:], lat=lat, lon=lon, added_by=by, added_at=now
    )


def remove_place(*, place_id: int, now: datetime) -> bool:
    """Stop finding a place that was added; False when it was removed already."""
    return AddedPlace.objects.filter(pk=place_id, removed_at=None).update(removed_at=now) == 1


def add_alias(*, city: str, street: str, alias: str, by: User, now: datetime) -> StreetAlias:
    """Add another name of a street, an area or a place of the pack. Raises NamelessPlace and UnknownTarget."""
    alias, street = _checked(alias), _checked(street)
    _, unknown = get_locator(city).with_extra(aliases=[ExtraAlias(alias, street)])
    if unknown:
        raise UnknownTarget(street)
    return StreetAlias.objects.create(city=city, street=street, alias=alias, added_by=by, added_at=now)


def remove_alias(*, alias_id: int, now: datetime) -> bool:
    """Stop knowing a name that was added; False when it was removed already."""
    return StreetAlias.objects.filter(pk=alias_id, removed_at=None).update(removed_at=now) == 1


def _checked(name: str) -> str:
    clean = " ".join(name.split())
    if sum(c.isalnum() for c in clean) < _SHORTEST:
        raise NamelessPlace
    return clean
