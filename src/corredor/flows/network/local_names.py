"""Local names: add places and street aliases to the gazetteer, used by geocoding from that moment.

Writes places and the timeline. Called by the steward pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.engines.textlocate import Text
from corredor.flows.locate import PlaceSuggestion, find_places
from corredor.incidents.timeline import record
from corredor.people.models import User
from corredor.people.queries import get_network, require_steward
from corredor.places import actions, queries
from corredor.places.models import AddedPlace, StreetAlias

SURE = 0.6  # minimum confidence; below it the geocoder itself asks


class WhereUnclear(Exception):
    """The text does not name one place. ``question`` would disambiguate; None if nothing was found."""

    def __init__(self, question: Text | None) -> None:
        """Store the question for the form."""
        super().__init__()
        self.question = question


@dataclass(frozen=True, slots=True)
class LocalNames:
    """Everything the network added to its city's gazetteer."""

    places: tuple[AddedPlace, ...]
    aliases: tuple[StreetAlias, ...]


def list_names() -> LocalNames:
    """Return added places and aliases, by name."""
    city = get_network().city
    return LocalNames(tuple(queries.list_added_places(city=city)), tuple(queries.list_aliases(city=city)))


@transaction.atomic
def add_place(*, name: str, other_names: Sequence[str], where: str, by: User, now: datetime) -> PlaceSuggestion:
    """Add a shop, site or meeting point at the place described by ``where``. Return how that was geocoded.

    Raise NotAllowed, WhereUnclear, and the errors of places.actions.add_place.
    """
    require_steward(by, now=now)
    found = find_spot(where, now)
    lat, lon = found.lat, found.lon
    assert lat is not None
    assert lon is not None
    city = get_network().city
    place = actions.add_place(city=city, name=name, other_names=other_names, lat=lat, lon=lon, by=by, now=now)
    record(kind="place.added", now=now, actor_id=by.pk, place=place.pk)
    return found


@transaction.atomic
def add_alias(*, street: str, alias: str, by: User, now: datetime) -> StreetAlias:
    """Add an alias of a street, area or place. Raise NotAllowed, NamelessPlace, UnknownTarget."""
    require_steward(by, now=now)
    added = actions.add_alias(city=get_network().city, street=street, alias=alias, by=by, now=now)
    record(kind="alias.added", now=now, actor_id=by.pk, alias=added.pk)
    return added


@transaction.atomic
def remove_place(*, place_id: int, by: User, now: datetime) -> None:
    """Remove an added place. Raise NotAllowed."""
    require_steward(by, now=now)
    if actions.remove_place(place_id=place_id, now=now):
        record(kind="place.removed", now=now, actor_id=by.pk, place=place_id)


@transaction.atomic
def remove_alias(*, alias_id: int, by: User, now: datetime) -> None:
    """Remove an alias. Raise NotAllowed."""
    require_steward(by, now=now)
    if actions.remove_alias(alias_id=alias_id, now=now):
        record(kind="alias.removed", now=now, actor_id=by.pk, alias=alias_id)


def find_spot(where: str, now: datetime) -> PlaceSuggestion:
    """Return the one place that the text means with confidence >= SURE. Raise WhereUnclear."""
    rows = find_places(text=where, knows_incidents=False, now=now)
    if not rows:
        raise WhereUnclear(None)
    best = rows[0]
    if best.lat is None or best.confidence < SURE:
        raise WhereUnclear(best.questions or None)
    return best
