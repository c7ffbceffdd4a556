"""Overlay: add a network's own places and aliases to a city without copying or changing its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .atlas import Atlas
from .gazetteer import PlaceTable
from .place_names import PlaceName, PlaceNames, Sort, add_place
from .street_names import Name, StreetNames, add_alias
from .tokens import key_words
from .vocabulary import DIRECTIONS, STREET_KINDS

_WHOLE_NAME = 0.3


@dataclass(frozen=True, slots=True)
class ExtraPlace:
    """A place a steward added. ``kind`` is a lower-case word ("site", "shop", "church")."""

    id: str
    kind: str
    name: str
    lat: float
    lon: float
    aliases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ExtraAlias:
    """An alias of something in the city: ``of`` names a street ("W PERSHING RD", "Pershing"), an area or a place."""

    alias: str
    of: str


def overlay(atlas: Atlas, places: Iterable[ExtraPlace], aliases: Iterable[ExtraAlias]) -> tuple[Atlas, list[str]]:
    """Return an atlas with the extra rows, and the alias targets that the city does not have."""
    table, place_names = _with_places(atlas, list(places))
    streets = StreetNames(dict(atlas.streets.names), dict(atlas.streets.longest))
    unknown = [extra.of for extra in aliases if not _add_alias(atlas, streets, place_names, extra)]
    gazetteer = replace(atlas.gazetteer, places=table)
    extended = Atlas(gazetteer, atlas.plane, atlas.lines, streets, place_names, atlas.grid, atlas.grid_points)
    if streets.names == atlas.streets.names:
        extended.share(atlas)
    return extended, unknown


def _with_places(atlas: Atlas, extra: list[ExtraPlace]) -> tuple[PlaceTable, PlaceNames]:
    old = atlas.gazetteer.places
    table = PlaceTable(
        id=(*old.id, *(place.id for place in extra)),
        kind=(*old.kind, *(place.kind for place in extra)),
        name=(*old.name, *(place.name for place in extra)),
        aliases=(*old.aliases, *(tuple(place.aliases) for place in extra)),
        lat=np.concatenate((old.lat, [place.lat for place in extra])),
        lon=np.concatenate((old.lon, [place.lon for place in extra])),
    )
    found: dict[str, dict[tuple[Sort, int], PlaceName]] = _Sparse()
    for row in range(len(old.id), len(table.id)):
        add_place(found, table, row)
    names = PlaceNames(dict(atlas.places.names), dict(atlas.places.longest))
    for key, entries in found.items():
        _put_first(names, key, list(entries.values()))
    return table, names


class _Sparse(dict[str, dict[tuple[Sort, int], PlaceName]]):
    def __missing__(self, key: str) -> dict[tuple[Sort, int], PlaceName]:
        self[key] = {}
        return self[key]


def _put_first(names: PlaceNames, key: str, entries: list[PlaceName]) -> None:
    """Insert the network's entries before the city's under the same name."""
    names.names[key] = (*entries, *names.names.get(key, ()))
    _lengthen(names.longest, key)


def _lengthen(longest: dict[str, int], key: str) -> None:
    first = key.partition(" ")[0]
    longest[first] = max(longest.get(first, 0), key.count(" ") + 1)


def _add_alias(atlas: Atlas, streets: StreetNames, places: PlaceNames, extra: ExtraAlias) -> bool:
    lines = _lines_of(atlas, extra.of)
    for line in lines:
        found: dict[str, dict[int, tuple[set[str], float]]] = {}
        add_alias(found, extra.alias, line)
        for key, entries in found.items():
            new = tuple(Name(row, tuple(sorted(kinds)), cost, 0.0) for row, (kinds, cost) in entries.items())
            existing = tuple(name for name in streets.names.get(key, ()) if name.line != line)
            streets.names[key] = (*new, *existing)
            _lengthen(streets.longest, key)
    if lines:
        return True
    known = atlas.places.names.get(" ".join(key_words(extra.of)), ())
    if known:
        _put_first(places, " ".join(key_words(extra.alias)), [name._replace(needs_cue=False) for name in known])
    return bool(known)


def _lines_of(atlas: Atlas, name: str) -> list[int]:
    """Return the lines of a street name, with or without direction and kind; empty if it is no street."""
    words = key_words(name)
    starts = (0, 1) if len(words) > 1 and words[0] in DIRECTIONS else (0,)
    ends = (0, 1) if len(words) > 1 and words[-1] in STREET_KINDS else (0,)
    for start in starts:
        for end in ends:
            kind = words[-1] if end else ""
            found = atlas.streets.names.get(" ".join(words[start : len(words) - end]), ())
            exact = [one.line for one in found if one.cost < _WHOLE_NAME and (not kind or kind in one.kinds)]
            if exact:
                return exact[:1]
    return []
