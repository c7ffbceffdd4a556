"""Reads of the places stage: added places and aliases, the current geocoder, and unlit streets."""

from __future__ import annotations

from corredor.engines.textlocate import ExtraAlias, ExtraPlace, Locator

from .models import AddedPlace, StreetAlias, UnlitStreet
from .pack import get_extended_locator, get_locator
from .stretch import Stretch, find_stretch

ADDED_KIND = "site"


def list_added_places(*, city: str) -> list[AddedPlace]:
    """Return the added places that are not removed, by name."""
    return list(AddedPlace.objects.filter(city=city, removed_at=None).order_by("name", "pk"))


def list_aliases(*, city: str) -> list[StreetAlias]:
    """Return the added aliases that are not removed, by name."""
    return list(StreetAlias.objects.filter(city=city, removed_at=None).order_by("alias", "pk"))


def list_unlit_streets(*, city: str) -> list[UnlitStreet]:
    """Return the stretches marked as unlit, newest first."""
    rows = UnlitStreet.objects.filter(city=city, removed_at=None).select_related("marked_by")
    return list(rows.order_by("-marked_at", "-pk"))


def find_unlit(row: UnlitStreet) -> Stretch | None:
    """Return the stretch on the current map; None if a rebuilt pack no longer has it."""
    start, end = (row.start_lat, row.start_lon), (row.end_lat, row.end_lon)
    return find_stretch(start, end, row.street, row.city)


def get_live_locator(city: str) -> Locator:
    """Return the city's geocoder with all current additions."""
    places = tuple(
        ExtraPlace(f"added:{row.pk}", ADDED_KIND, row.name, row.lat, row.lon, tuple(row.other_names))
        for row in list_added_places(city=city)
    )
    aliases = tuple(ExtraAlias(row.alias, row.street) for row in list_aliases(city=city))
    return get_extended_locator(city, places, aliases) if places or aliases else get_locator(city)
