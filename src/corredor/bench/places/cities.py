"""Generate names of corners from other cities' packs, to measure the geocoder without tuning."""

from __future__ import annotations

import random
from pathlib import Path

from corredor.engines.citypack.model import CityPack
from corredor.packs import SHIPPED, list_packs
from corredor.places.pack import pack_roots

from .sets import NamedPoint

MOST_NAMES = 4000
_JOINED_BY = (" & ", " and ", " y ", " / ")


def list_other_cities() -> list[str]:
    """Return the names of the packs in CORREDOR_PACKS; shipped ones are not among them."""
    return [path.name for path in list_packs(pack_roots()) if path.parent != Path(SHIPPED)]


def make_names(pack: CityPack, *, seed: int, most: int = MOST_NAMES) -> list[NamedPoint]:
    """Return up to ``most`` corners of a pack, named in mixed forms: whole or bare, with one direction or none.

    The same seed gives the same names. They contain only what the pack contains, so this measures the reading of names
    and the choice between corners, not whether the pack is right.
    """
    chance = random.Random(seed)  # noqa: S311  reproducible, nothing secret
    crossings = pack.crossings
    rows = sorted(chance.sample(range(len(crossings)), min(most, len(crossings))))
    found = []
    for row in rows:
        streets = [int(crossings.a[row]), int(crossings.b[row])]
        chance.shuffle(streets)
        first = _name(pack, streets[0], chance, with_direction=True)
        second = _name(pack, streets[1], chance, with_direction=False)
        text = first + chance.choice(_JOINED_BY) + second
        found.append(NamedPoint(text, float(crossings.lat[row]), float(crossings.lon[row])))
    return found


def _name(pack: CityPack, street: int, chance: random.Random, *, with_direction: bool) -> str:
    streets = pack.streets
    whole = streets.title[street]
    name = whole if chance.random() < 0.5 else _without_kind(whole, streets.kind[street])
    direction = streets.direction[street]
    return f"{direction} {name}" if with_direction and direction else name


def _without_kind(title: str, kind: str) -> str:
    words = title.split()
    return " ".join(words[:-1]) if kind and len(words) > 1 else title
