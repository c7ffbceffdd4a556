"""Search indexes of one city: built once, read-only afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from corredor.engines.geo.plane import LocalPlane
from corredor.engines.geo.polygon import bounds, contains
from corredor.kit.languages import CODES, in_language

from .fuzzy import NearNames, build_near_names
from .gazetteer import Gazetteer
from .house import Houses
from .lines import Lines, build_lines
from .numerals import spell_number
from .place_names import PlaceNames, Sort, build_place_names
from .result import Text
from .street_names import StreetNames, build_street_names
from .tokens import key_words

_SPELT_OUT = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "st": "saint",
    "ave": "avenue",
    "mt": "mount",
    "ne": "northeast",
    "nw": "northwest",
    "se": "southeast",
    "sw": "southwest",
    "ln": "lane",
    "blvd": "boulevard",
    "pl": "place",
    "ct": "court",
    "sq": "square",
    "pkwy": "parkway",
    "dr": "drive",
}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass
class Atlas:
    """One city indexed: its lines, its names, and tables to look points up."""

    gazetteer: Gazetteer
    plane: LocalPlane
    lines: Lines
    streets: StreetNames
    places: PlaceNames
    grid: dict[int, dict[str, int]] = field(default_factory=dict)
    grid_points: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)
    houses: Houses = field(init=False)

    def __post_init__(self) -> None:
        self.houses = Houses(self.gazetteer, self.plane, self.lines)

    def share(self, other: Atlas) -> None:
        """Reuse the misspelling tables of an atlas with the same street names."""
        self.__dict__.update(near=other.near, near_keys=other.near_keys)

    @cached_property
    def near(self) -> NearNames:
        """Return the index of misspelt names."""
        return build_near_names(self.near_keys)

    @cached_property
    def near_keys(self) -> dict[str, str]:
        """Return a mapping from names without spaces, numbers with their ending, to keys."""
        keys: dict[str, str] = {}
        for key in self.streets.names:
            keys.setdefault(f"{key}{ordinal_ending(int(key))}" if key.isdigit() else key.replace(" ", ""), key)
        for key in self.streets.names:
            if " " in key or key in _SPELT_OUT:
                keys.setdefault("".join(_SPELT_OUT.get(word, word) for word in key.split()), key)
        for key in self.streets.names:
            if key.isdigit():
                for words in spell_number(int(key)):
                    keys.setdefault(words, key)
        return keys

    @cached_property
    def area_boxes(self) -> list[tuple[float, float, float, float]]:
        """Return the bounding box of each area, west, south, east, north."""
        return [bounds(rings) for rings in self.gazetteer.areas.rings]

    def areas_at(self, lat: float, lon: float) -> list[int]:
        """Return the areas that contain a point, in order of rank."""
        areas = self.gazetteer.areas
        found = [
            row
            for row, (west, south, east, north) in enumerate(self.area_boxes)
            if south <= lat <= north and west <= lon <= east and contains(areas.rings[row], lat, lon)
        ]
        return sorted(found, key=lambda row: (areas.rank[row], row))

    def area_name(self, lat: float, lon: float) -> Text | None:
        """Return the name of the area at a point in every language."""
        rows = self.areas_at(lat, lon)
        return self.area_label(rows[0]) if rows else None

    def area_label(self, row: int) -> Text:
        """Return the name of an area in every language."""
        areas = self.gazetteer.areas
        return {code: in_language(areas.names[row], code) for code in CODES}

    def find_area(self, name: str) -> int | None:
        """Return the row of the area of that name or alias, or None."""
        names = self.places.names.get(" ".join(key_words(name)), ())
        return next((found.row for found in names if found.sort is Sort.AREA), None)

    def title(self, line: int) -> str:
        """Return the readable name of a line: "Kedzie Ave"."""
        return self.titles[line]

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Return the readable names of all lines."""
        title = self.gazetteer.streets.title
        return tuple(title[rows[0]] for rows in self.lines.rows)

    def name_next_to(self, line: int, other: int, lat: float, lon: float) -> str:
        """Return the street that crosses *line* next to a point, neither it nor *other*; "" if none is near."""
        lines = self.lines
        x, y = self.plane.to_xy(lat, lon)
        spots = lines.spots[line]
        apart = np.hypot(lines.xy[spots, 0] - x, lines.xy[spots, 1] - y)
        for k in np.argsort(apart, kind="stable")[:8].tolist():
            a, b = (lines.of_street[row] for row in (lines.corner_a[spots[k]], lines.corner_b[spots[k]]))
            crossing = b if a == line else a
            if crossing not in (line, other) and not lines.ramp[crossing]:
                return self.title(crossing)
        return ""

    def is_inside(self, lat: float, lon: float) -> bool:
        """Return whether a point lies in the city's outline; True without an outline."""
        return not self.gazetteer.outline or contains(self.gazetteer.outline, lat, lon)


def build_atlas(gazetteer: Gazetteer) -> Atlas:
    """Return the atlas of a gazetteer."""
    lat, lon = _middle(gazetteer)
    plane = LocalPlane.around(lat, lon)
    lines = build_lines(gazetteer, plane)
    return Atlas(
        gazetteer,
        plane,
        lines,
        build_street_names(lines, gazetteer.streets),
        build_place_names(gazetteer.places, gazetteer.areas, gazetteer.towns),
    )


def ordinal_ending(number: int) -> str:
    """Return the English ending of an ordinal: "st" for 1, "th" for 11."""
    return "th" if 10 <= number % 100 <= 20 else _ENDINGS.get(number % 10, "th")


def _middle(gazetteer: Gazetteer) -> tuple[float, float]:
    crossings = gazetteer.crossings
    if not len(crossings.lat):
        return 0.0, 0.0
    return float(np.mean(crossings.lat)), float(np.mean(crossings.lon))
