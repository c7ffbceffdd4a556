"""Walking network of a city for the corridor planner, with nearest-crossing lookup and crossing names.

Reads the city pack. Called by the flows and the commands; needs no Django set-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from corredor.engines.citypack.model import CityPack, PlaceKind
from corredor.engines.corridors import Ring, WalkNetwork, touches
from corredor.engines.geo.plane import LocalPlane
from corredor.kit.languages import CODES, Names, in_every
from corredor.places.pack import DEFAULT_CITY, get_pack

_FARTHEST_DOOR_M = 250.0
_DOORS = (PlaceKind.LIBRARY, PlaceKind.FIRE_STATION, PlaceKind.HOSPITAL, PlaceKind.CLINIC, PlaceKind.SCHOOL)
"""Kinds of places where a child is safe; networks add shops that agreed."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class School:
    """A school of the pack. ``students`` and the hours are as last published by the city, or None."""

    key: str
    name: str
    lat: float
    lon: float
    address: str
    students: int | None
    opens: str | None
    closes: str | None


class WalkingMap:
    """Spatial and name index of one city's crossings; built once."""

    def __init__(self, pack: CityPack) -> None:
        """Index the nodes of *pack*."""
        self._pack = pack
        network = pack.network
        self.network = WalkNetwork(
            network.node_lat, network.node_lon, network.indptr, network.indices, network.length_m, network.flags
        )
        self._plane = LocalPlane.around(*pack.manifest.center)
        self._nearest = cKDTree(np.column_stack(self._plane.project(network.node_lat, network.node_lon)))
        self._crossing: dict[int, int] = {}
        for row, node in enumerate(pack.crossings.node.tolist()):
            if node >= 0:
                self._crossing.setdefault(node, row)

    def find_node(self, lat: float, lon: float) -> tuple[int, float]:
        """Return the crossing nearest to a point, and its distance in metres."""
        away_m, node = self._nearest.query(self._plane.to_xy(lat, lon))
        return int(node), float(away_m)

    def filter_inside(self, nodes: Ints, rings: Sequence[Sequence[tuple[float, float]]]) -> Ints:
        """Return those of *nodes* that lie inside one of the rings of (lat, lon) points."""
        inside = np.zeros(len(nodes), bool)
        for ring in rings:
            inside |= touches(Ring(tuple(ring)), self.network.lat[nodes], self.network.lon[nodes])
        return nodes[inside]

    def mark_streets(self, ends: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
        """Return a mask of the network's arcs that join two of these pairs of nodes, in either direction."""
        network, marked = self.network, np.zeros(len(self.network.indices), bool)
        for pair in ends:
            for here, there in (pair, pair[::-1]):
                arcs = slice(int(network.indptr[here]), int(network.indptr[here + 1]))
                marked[arcs] |= network.indices[arcs] == there
        return marked

    def list_streets(self, node: int) -> list[str]:
        """Return the streets that meet at a node: two at a crossing, one or none elsewhere."""
        streets, crossings = self._pack.streets, self._pack.crossings
        row = self._crossing.get(node)
        if row is not None:
            return [streets.title[int(crossings.a[row])], streets.title[int(crossings.b[row])]]
        network = self._pack.network
        street_rows = network.street[network.indptr[node] : network.indptr[node + 1]]
        return sorted({streets.title[int(street)] for street in street_rows if street >= 0})[:2]

    def name_node(self, node: int) -> Names:
        """Return the name of a crossing in every language, or of its street if only one is known; {} without any."""
        met = self.list_streets(node)
        if len(met) == 2:
            return in_every("places", "crossing", a=met[0], b=met[1])
        return dict.fromkeys(CODES, met[0]) if met else {}


@lru_cache(maxsize=4)
def get_walking_map(city: str = DEFAULT_CITY) -> WalkingMap:
    """Return a city's walking map, built once. Raises as get_pack does."""
    return WalkingMap(get_pack(city))


@lru_cache(maxsize=4)
def list_schools(city: str = DEFAULT_CITY) -> tuple[School, ...]:
    """Return the schools of a city in the pack's order. Raises as get_pack does."""
    places = get_pack(city).places
    return tuple(
        School(
            places.id[row],
            places.name[row],
            float(places.lat[row]),
            float(places.lon[row]),
            places.address[row],
            places.extra[row].get("students"),
            places.extra[row].get("opens"),
            places.extra[row].get("closes"),
        )
        for row, kind in enumerate(places.kind)
        if kind is PlaceKind.SCHOOL
    )


def find_school(key: str, city: str = DEFAULT_CITY) -> School | None:
    """Return the school with that id ("school:609791", or the number alone), or None."""
    wanted = key if ":" in key else f"school:{key}"
    return next((school for school in list_schools(city) if school.key == wanted), None)


def search_schools(words: str, city: str = DEFAULT_CITY) -> list[School]:
    """Return the school with that id, or those whose name contains *words*; an exact name match is returned alone."""
    exact = find_school(words, city)
    if exact is not None:
        return [exact]
    wanted = words.casefold().strip()
    found = [school for school in list_schools(city) if wanted and wanted in school.name.casefold()]
    whole = [school for school in found if school.name.casefold() == wanted]
    return whole if len(whole) == 1 else found


@lru_cache(maxsize=4)
def list_safe_places(city: str = DEFAULT_CITY) -> tuple[tuple[str, int], ...]:
    """Return the public places of a city that are safe for children: (place id, nearest crossing)."""
    places, walking = get_pack(city).places, get_walking_map(city)
    found = []
    for row, kind in enumerate(places.kind):
        if kind in _DOORS:
            node, away_m = walking.find_node(float(places.lat[row]), float(places.lon[row]))
            if away_m <= _FARTHEST_DOOR_M:
                found.append((places.id[row], node))
    return tuple(found)
