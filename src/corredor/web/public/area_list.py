"""Areas to subscribe to, grouped by side of the city, each with its other names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from corredor.engines.citypack.model import AreaKind, CityPack
from corredor.kit.languages import in_language
from corredor.places.pack import get_pack
from corredor.web.language import page_language


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """One official area. ``other_names`` are local names of it or of parts of it."""

    code: str
    name: str
    other_names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name, followed by the other names in brackets."""
        return f"{self.name} ({', '.join(self.other_names)})" if self.other_names else self.name


@dataclass(frozen=True, slots=True)
class Side:
    """Areas of one side of the city."""

    name: str
    areas: tuple[AreaChoice, ...]


def list_sides(city: str) -> tuple[Side, ...]:
    """Return the city's areas in the page language, grouped by side if the city has sides."""
    return _list_sides(city, page_language())


def name_areas(city: str, codes: list[str]) -> list[str]:
    """Return the names of the chosen areas, in the order of the list; skip codes that the city does not have."""
    return [area.name for side in list_sides(city) for area in side.areas if area.code in codes]


@lru_cache(maxsize=8)
def _list_sides(city: str, language: str) -> tuple[Side, ...]:
    areas = {area.code: area for area in _read_areas(get_pack(city), language)}
    sides: list[Side] = []
    for side in _read_sides().get(city, []):
        own = [areas.pop(code) for number in side["codes"] if (code := _full_code(str(number))) in areas]
        if own:
            sides.append(Side(in_language(side["names"], language), tuple(sorted(own, key=lambda area: area.name))))
    if areas:
        rest = tuple(sorted(areas.values(), key=lambda area: area.name))
        sides.append(Side(_("Other areas") if sides else _("All areas"), rest))
    return tuple(sides)


def _read_areas(pack: CityPack, language: str) -> list[AreaChoice]:
    from shapely import Point  # imported here: it loads GEOS, which only this list needs

    areas = pack.areas
    hoods = [
        (Point(float(areas.label_lon[row]), float(areas.label_lat[row])), row)
        for row in range(len(areas))
        if areas.kind[row] == AreaKind.NEIGHBOURHOOD
    ]
    found: list[AreaChoice] = []
    for row in range(len(areas)):
        if areas.kind[row] != AreaKind.COMMUNITY_AREA:
            continue
        shape = areas.shape(row)
        inside = [hood for point, hood in hoods if shape.contains(point)]
        name = in_language(areas.names[row], language)
        others = [said for at in (row, *inside) for said in (*areas.names[at].values(), *areas.aliases[at])]
        found.append(AreaChoice(_full_code(areas.code[row]), name, _without_repeats(name, others)))
    return found


def _without_repeats(name: str, others: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for other in others:
        if other.casefold() != name.casefold():
            kept.setdefault(other.casefold(), other)
    return tuple(kept.values())[:6]


def _full_code(code: str) -> str:
    return f"{AreaKind.COMMUNITY_AREA}:{code}"


@lru_cache(maxsize=1)
def _read_sides() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("sides.toml").read_text(encoding="utf-8"))
