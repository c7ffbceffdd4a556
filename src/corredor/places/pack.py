"""Load city packs once per process, and build the geocoder of each city.

Reads packs from disk. Called by the places stage, the flows and the commands; needs no Django set-up.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from corredor.engines.citypack.model import AreaKind, Areas, CityPack, Crossings, PlaceKind, Places, Streets
from corredor.engines.citypack.reader import read_pack
from corredor.engines.textlocate import (
    AreaTable,
    CrossingTable,
    ExtraAlias,
    ExtraPlace,
    Gazetteer,
    Locator,
    PlaceTable,
    StreetTable,
)
from corredor.packs import find_pack, list_packs

DEFAULT_CITY = "chicago"
_RANK = {AreaKind.NEIGHBOURHOOD: 0, AreaKind.COMMUNITY_AREA: 1}


class UnknownCityError(LookupError):
    """No pack has this name. ``known`` lists the available ones."""

    def __init__(self, city: str, known: list[str]) -> None:
        """Store the names for the message."""
        self.city, self.known = city, known
        super().__init__(f"no city pack called {city!r}; there is {', '.join(known) or 'none'}")


@lru_cache(maxsize=4)
def get_pack(city: str = DEFAULT_CITY) -> CityPack:
    """Return a city's pack, cached. Raise UnknownCityError or citypack's PackError."""
    folder = find_pack(city, pack_roots())
    if folder is None:
        raise UnknownCityError(city, [path.name for path in list_packs(pack_roots())])
    return read_pack(folder)


@lru_cache(maxsize=4)
def get_locator(city: str = DEFAULT_CITY) -> Locator:
    """Return the geocoder of a city's pack, cached. Raises as get_pack does."""
    return Locator(build_gazetteer(get_pack(city)))


@lru_cache(maxsize=8)
def get_extended_locator(city: str, places: tuple[ExtraPlace, ...], aliases: tuple[ExtraAlias, ...]) -> Locator:
    """Return a city's geocoder with the network's own rows overlaid; cheap, and cached while the rows are unchanged."""
    locator, _ = get_locator(city).with_extra(places, aliases)
    return locator


def build_gazetteer(pack: CityPack) -> Gazetteer:
    """Return the gazetteer of a pack for the geocoder."""
    is_town = [kind is PlaceKind.TOWN for kind in pack.places.kind]
    return Gazetteer(
        city=pack.manifest.title,
        streets=_streets(pack.streets),
        crossings=_crossings(pack.crossings),
        areas=_areas(pack.areas),
        places=_places(pack.places, [row for row, town in enumerate(is_town) if not town]),
        towns=_places(pack.places, [row for row, town in enumerate(is_town) if town]),
        outline=[
            polygon
            for row, kind in enumerate(pack.areas.kind)
            if kind is AreaKind.CITY
            for polygon in pack.areas.rings[row]
        ],
    )


def pack_roots() -> list[Path]:
    """Return this installation's pack folders, besides the shipped one."""
    own = os.environ.get("CORREDOR_PACKS")
    return [Path(own)] if own else []


def _streets(streets: Streets) -> StreetTable:
    return StreetTable(
        direction=streets.direction,
        name=streets.name,
        kind=streets.kind,
        suffix=streets.suffix,
        title=streets.title,
        aliases=[(*own, *old) for own, old in zip(streets.aliases, streets.honorary, strict=True)],
        low=streets.low,
        high=streets.high,
    )


def _crossings(crossings: Crossings) -> CrossingTable:
    return CrossingTable(crossings.a, crossings.b, crossings.lat, crossings.lon, crossings.number_a, crossings.number_b)


def _areas(areas: Areas) -> AreaTable:
    rows = [row for row, kind in enumerate(areas.kind) if kind is not AreaKind.CITY]
    return AreaTable(
        code=[areas.code[row] for row in rows],
        name=[areas.name[row] for row in rows],
        names=[areas.names[row] for row in rows],
        aliases=[areas.aliases[row] for row in rows],
        rank=[_RANK.get(areas.kind[row], 2) for row in rows],
        lat=areas.label_lat[rows],
        lon=areas.label_lon[rows],
        rings=[areas.rings[row] for row in rows],
    )


def _places(places: Places, rows: list[int]) -> PlaceTable:
    return PlaceTable(
        id=[places.id[row] for row in rows],
        kind=[places.kind[row].value for row in rows],
        name=[places.name[row] for row in rows],
        aliases=[places.aliases[row] for row in rows],
        lat=places.lat[rows],
        lon=places.lon[rows],
    )
