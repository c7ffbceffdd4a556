"""Reads of the places stage: what the network added, and the locator that knows it."""

from __future__ import annotations

from corredor.engines.textlocate import ExtraAlias, ExtraPlace, Locator

from .models import AddedPlace, StreetAlias
from .pack import get_extended_locator, get_locator

ADDED_KIND = "site"


def list_added_places(*, city: str) -> list[AddedPlace]:
    """Places the network added and has not removed, by name."""
    return list(AddedPlace.objects.filter(city=city, removed_at=None).order_by("name", "pk"))


def list_aliases(*, city: str) -> list[StreetAlias]:
    """Other names the network added and has not removed, by name."""
    return list(StreetAlias.objects.filter(city=city, removed_at=None).order_by("alias", "pk"))


def get_live_locator(city: str) -> Locator:
    """The city's locator with everything the network has added until now."""
    places = tuple(
        ExtraPlace(f"added:{row.pk}", ADDED_KIND, row.name, row.lat, row.lon, tuple(row.other_names))
        for row in list_added_places(city=city)
    )
    aliases = tuple(ExtraAlias(row.alias, row.street) for row in list_aliases(city=city))
    return get_extended_locator(city, places, aliases) if places or aliases else get_locator(city)
