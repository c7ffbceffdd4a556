"""Stretches of a street between two corners: find one by a tap or by both ends, and again in a rebuilt pack.

A stretch is stored by the positions of its ends and the street's name, never by row numbers, which a rebuilt pack
reassigns. Reads the city pack; needs no Django set-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from corredor.engines.geo.earth import distance_m
from corredor.engines.geo.plane import LocalPlane
from corredor.engines.geo.segment import distance_to_segments

from .pack import DEFAULT_CITY, get_pack
from .walking import Ints, WalkingMap, get_walking_map

TAP_WITHIN_M = 45.0  # from the street's centre line: half a block, so that a thumb selects the nearer of two streets
END_WITHIN_M = 40.0  # a corner that a rebuilt pack has moved by more is another corner
LONGEST_M = 1600.0
_DETOUR = 1.15  # if the street has another name now: accept only a nearly straight way

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one street. ``nodes`` are crossings of the walking network in order, ``line`` (lat, lon) points.

    ``street`` is the name without direction ("Talman Ave", "" if unnamed); ``start`` and ``end`` are the cross streets,
    "" at a dead end. The same stretch has the same order whichever end was given first.
    """

    nodes: tuple[int, ...]
    street: str
    start: str
    end: str
    line: tuple[Point, ...]
    length_m: float

    @property
    def ends(self) -> tuple[Point, Point]:
        """Return the positions of both ends."""
        return self.line[0], self.line[-1]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Return its blocks, by the crossings at their ends."""
        return tuple(pairwise(self.nodes))


def find_block(lat: float, lon: float, city: str = DEFAULT_CITY) -> Stretch | None:
    """Return the block of the street nearest to a point, from corner to corner; None without a street nearby."""
    walking = get_walking_map(city)
    arc = _nearest_arc(lat, lon, city)
    if arc is None:
        return None
    here, there = int(_tails(city)[arc]), int(walking.network.indices[arc])
    street = _title(arc, city)
    nodes = [here, there]
    for _ in range(2):  # extend both ends to the next corner, past nodes without a cross street
        nodes.reverse()
        while (onward := _next_node(nodes[-2], nodes[-1], street, city)) is not None and onward not in nodes:
            nodes.append(onward)
    return _measure(nodes, street, city)


@lru_cache(maxsize=4096)
def find_stretch(start: Point, end: Point, street: str = "", city: str = DEFAULT_CITY) -> Stretch | None:
    """Return the stretch between two corners: along the street of that name, or without one along a common street.

    Else the straight way, for streets that are unnamed or renamed. None if the corners no longer exist or are further
    apart than LONGEST_M.
    """
    walking = get_walking_map(city)
    here, away_here = walking.find_node(*start)
    there, away_there = walking.find_node(*end)
    if here == there or max(away_here, away_there) > END_WITHIN_M:
        return None
    common = sorted(set(_list_streets(here, city)) & set(_list_streets(there, city)))
    for title in [one for one in common if one == street or not street]:
        nodes = _walk_along(here, there, title, city)
        if nodes:
            return _measure(nodes, title, city)
    nodes = _walk_along(here, there, None, city)
    found = _measure(nodes, street, city) if nodes else None
    straight = distance_m(start, end)
    return found if found is not None and found.length_m <= straight * _DETOUR + END_WITHIN_M else None


def _measure(nodes: list[int], street: str, city: str) -> Stretch | None:
    network = get_pack(city).network
    ends = [(float(network.node_lat[node]), float(network.node_lon[node])) for node in (nodes[0], nodes[-1])]
    if ends[0] > ends[1]:
        nodes = nodes[::-1]
    line: list[Point] = []
    length = 0.0
    for here, there in pairwise(nodes):
        arc = _find_arc(here, there, city)
        length += float(network.length_m[arc])
        points = network.line(arc)
        line += points if not line else points[1:]
    if length > LONGEST_M:
        return None
    start, end = (_name_across(node, street, city) for node in (nodes[0], nodes[-1]))
    return Stretch(tuple(nodes), street, start, end, tuple(line), length)


def _walk_along(here: int, there: int, title: str | None, city: str) -> list[int]:
    """Return the shortest way between corners on one street, or on any; empty if longer than LONGEST_M."""
    walking = get_walking_map(city)
    network = walking.network
    plane = LocalPlane.around(float(network.lat[here]), float(network.lon[here]))
    near = np.flatnonzero(np.hypot(*plane.project(network.lat, network.lon)) <= LONGEST_M)
    local = np.full(network.node_count, -1, np.int64)
    local[near] = np.arange(len(near))
    if local[there] < 0:
        return []
    arcs = np.flatnonzero((local[_tails(city)] >= 0) & (local[network.indices] >= 0))
    if title is not None:
        arcs = arcs[np.isin(get_pack(city).network.street[arcs], _rows_of(title, city))]
    size = len(near)
    ends = (local[_tails(city)[arcs]], local[network.indices[arcs]])
    graph = csr_matrix((np.asarray(network.length_m, np.float64)[arcs], ends), shape=(size, size))
    far, before = dijkstra(graph, indices=local[here], limit=LONGEST_M, return_predecessors=True)
    if not np.isfinite(far[local[there]]):
        return []
    way = [int(local[there])]
    while way[-1] != local[here]:
        way.append(int(before[way[-1]]))
    return [int(near[row]) for row in reversed(way)]


def _nearest_arc(lat: float, lon: float, city: str) -> int | None:
    """Return the arc whose line is nearest to a point, within TAP_WITHIN_M."""
    network = get_pack(city).network
    plane = LocalPlane.around(lat, lon)
    x, y = plane.project(network.node_lat, network.node_lon)
    tails, heads = _tails(city), network.indices
    once = np.flatnonzero(tails < heads)
    straight = distance_to_segments(0.0, 0.0, x[tails[once]], y[tails[once]], x[heads[once]], y[heads[once]])
    best: tuple[float, int] | None = None
    for arc in once[straight <= 6 * TAP_WITHIN_M].tolist():
        xs, ys = plane.project(*zip(*network.line(arc), strict=True))
        away_m = float(distance_to_segments(0.0, 0.0, xs[:-1], ys[:-1], xs[1:], ys[1:]).min())
        if away_m <= TAP_WITHIN_M and (best is None or away_m < best[0]):
            best = (away_m, arc)
    return best[1] if best else None


def _next_node(before: int, here: int, street: str, city: str) -> int | None:
    """Return the next node along the same street without a cross street; None at a corner and where the street ends."""
    network = get_pack(city).network
    arcs = range(int(network.indptr[here]), int(network.indptr[here + 1]))
    onward = [arc for arc in arcs if int(network.indices[arc]) != before]
    if len(onward) != 1 or _title(onward[0], city) != street or _name_across(here, street, city):
        return None
    return int(network.indices[onward[0]])


def _name_across(node: int, street: str, city: str) -> str:
    """Return the cross street at a node; "" without one."""
    others = [name for name in get_walking_map(city).list_streets(node) if name != street]
    return others[0] if others else ""


def _list_streets(node: int, city: str) -> list[str]:
    network = get_pack(city).network
    arcs = range(int(network.indptr[node]), int(network.indptr[node + 1]))
    return [title for arc in arcs if (title := _title(arc, city))]


def _title(arc: int, city: str) -> str:
    pack = get_pack(city)
    street = int(pack.network.street[arc])
    return pack.streets.title[street] if street >= 0 else ""


@lru_cache(maxsize=512)
def _rows_of(title: str, city: str) -> Ints:
    """Return the rows of the streets of that name: north and south Kedzie are two."""
    return np.array([row for row, one in enumerate(get_pack(city).streets.title) if one == title], np.int64)


def _find_arc(here: int, there: int, city: str) -> int:
    network = get_pack(city).network
    first, last = int(network.indptr[here]), int(network.indptr[here + 1])
    return first + int(np.flatnonzero(network.indices[first:last] == there)[0])


@lru_cache(maxsize=4)
def _tails(city: str) -> Ints:
    """Return the node each arc leaves from."""
    walking: WalkingMap = get_walking_map(city)
    indptr = np.asarray(walking.network.indptr, np.int64)
    return np.repeat(np.arange(walking.network.node_count), np.diff(indptr))
