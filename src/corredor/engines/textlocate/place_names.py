"""Index of the names of schools, parks, areas and neighbouring towns, and which of those need a cue word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from .gazetteer import AreaTable, PlaceTable
from .tokens import key_words
from .vocabulary import COMMON_WORDS, DIRECTIONS, FILLERS, GIVEN_NAMES, ROLES, STREET_KINDS


class Sort(IntEnum):
    """The table that a name points into."""

    PLACE = 0
    AREA = 1
    TOWN = 2


class PlaceName(NamedTuple):
    """One meaning of a key; with ``needs_cue`` the bare words are not enough evidence."""

    sort: Sort
    row: int
    needs_cue: bool
    cost: float


CUES = MappingProxyType(
    {
        word: kind
        for kind, words in {
            "school": "school schools escuela elementary elem primaria secundaria high hs prepa preparatoria middle "
            "academy academia kinder kindergarten prep charter magnet colegio es prek preschool",
            "library": "library biblioteca",
            "hospital": "hospital emergency",
            "clinic": "clinic clinica health",
            "park": "park parque fieldhouse playground",
            "station": "station estacion line linea metra cta train tren stop parada pink orange blue red green "
            "brown purple yellow rosa naranja azul roja verde cafe morada amarilla subway",
            "fire_station": "firehouse bomberos fire",
            "church": "church iglesia parroquia parish",
            "site": "shop store tienda restaurant restaurante panaderia taqueria bakery market mercado",
        }.items()
        for word in words.split()
    }
)
"""Words that name a kind of place, mapped to that kind."""

_CORE_NOISE = MappingProxyType(
    {
        "school": frozenset(
            "school elementary elem es hs high academy acad magnet charter prep college community specialty middle "
            "fine arts math science technology metropolitan career regional gifted center campus of the and".split()
        ),
        "library": frozenset("library branch regional public".split()),
        "hospital": frozenset("hospital medical center health memorial of the and".split()),
        "clinic": frozenset("clinic health center medical family community of the and".split()),
        "park": frozenset("park playlot playground square sq".split()),
        "station": frozenset("station metra cta l stop line".split()),
        "fire_station": frozenset(("engine", "station", "fire", "house")),
    }
)
_NO_NOISE: frozenset[str] = frozenset()
_NEVER_ALONE = STREET_KINDS | DIRECTIONS | COMMON_WORDS | FILLERS | frozenset(ROLES) | frozenset(CUES)
_CALLED_BY_LAST = frozenset(("school", "park", "library", "hospital"))
_PARENTHESIS = re.compile(r"\([^)]*\)")


@dataclass(slots=True)
class PlaceNames:
    """``names`` maps canonical words to their meanings; ``longest`` a first word to the length of its longest key."""

    names: dict[str, tuple[PlaceName, ...]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)


def build_place_names(places: PlaceTable, areas: AreaTable, towns: PlaceTable) -> PlaceNames:
    """Return the index of all names of places, areas and towns."""
    found: dict[str, dict[tuple[Sort, int], PlaceName]] = defaultdict(dict)
    for row, name in enumerate(areas.name):
        _add_whole(found, Sort.AREA, row, (name, *areas.names[row].values(), *areas.aliases[row]))
    for row, name in enumerate(towns.name):
        _add_whole(found, Sort.TOWN, row, (name, *towns.aliases[row]))
    for row in range(len(places.name)):
        add_place(found, places, row)
    return finish(found)


def finish(found: dict[str, dict[tuple[Sort, int], PlaceName]]) -> PlaceNames:
    """Return the index with the most expensive names last."""
    table = PlaceNames()
    for key, entries in found.items():
        names = list(entries.values())
        if len(names) > 1:
            names.sort(key=lambda name: (name.cost, -name.sort, name.row))
        table.names[key] = tuple(names)
        first, _, rest = key.partition(" ")
        table.longest[first] = max(table.longest.get(first, 0), rest.count(" ") + 2 if rest else 1)
    return table


def add_place(found: dict[str, dict[tuple[Sort, int], PlaceName]], places: PlaceTable, row: int) -> None:
    """Add all names of one place."""
    kind = places.kind[row]
    noise = _CORE_NOISE.get(kind, _NO_NOISE)
    seen: set[str] = set()
    for name in (places.name[row], *places.aliases[row]):
        words = key_words(_PARENTHESIS.sub(" ", name) if "(" in name else name) or key_words(name)
        whole = " ".join(words)
        if not words or whole in seen:
            continue
        seen.add(whole)
        core = words if noise.isdisjoint(words) else [word for word in words if word not in noise] or words
        says_kind = core is not words
        _put(found, whole, words, row, len(words) == 1 or (not says_kind and _is_plain(words)), 0.0)
        if says_kind:
            _put(found, " ".join(core), core, row, len(core) == 1 or _is_plain(core), 0.2)
        if kind == "hospital" and len(core) > 1:
            _put(found, core[0], core[:1], row, True, 0.6)
        if 1 < len(core) <= 4 and kind in _CALLED_BY_LAST:
            _put(found, core[-1], core[-1:], row, True, 0.6)


def _put(
    found: dict[str, dict[tuple[Sort, int], PlaceName]],
    key: str,
    words: Sequence[str],
    row: int,
    needs_cue: bool,
    cost: float,
) -> None:
    if len(words) > 1 or (len(key) >= 3 and key not in _NEVER_ALONE):
        _keep(found, key, PlaceName(Sort.PLACE, row, needs_cue, cost))


def _keep(found: dict[str, dict[tuple[Sort, int], PlaceName]], key: str, name: PlaceName) -> None:
    known = found[key].get((name.sort, name.row))
    if known is None or (name.cost, name.needs_cue) < (known.cost, known.needs_cue):
        found[key][(name.sort, name.row)] = name


def _add_whole(found: dict[str, dict[tuple[Sort, int], PlaceName]], sort: Sort, row: int, names: Iterable[str]) -> None:
    for name in names:
        words = key_words(name)
        if words:
            everyday = len(words) <= 2 and all(w in COMMON_WORDS or w in DIRECTIONS for w in words)
            _keep(found, " ".join(words), PlaceName(sort, row, everyday or (len(words) == 1 and _is_plain(words)), 0.0))


def _is_plain(words: Sequence[str]) -> bool:
    """Return whether words are too common to be a name alone ("loop", "east side").

    Two words of which one says what it is ("Union Station") are a name.
    """
    if len(words) == 2 and words[1] in CUES and words[0] not in CUES:
        return False
    return len(words) <= 2 and all(
        w in COMMON_WORDS or w in DIRECTIONS or w in GIVEN_NAMES or w.isdigit() for w in words
    )
