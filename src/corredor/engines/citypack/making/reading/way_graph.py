"""Build a network from street lines that share nodes: cut at junctions, with the crossings of named streets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from corredor.engines.citypack.making.draft import CrossingDraft, EdgeDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane, Points, group_near, line_length

SAME_CROSSING_M = 40.0
"""Two carriageways cross a street twice within this distance; people call that one corner."""


@dataclass(frozen=True, slots=True)
class Way:
    """One line: the key of each of its points, the points on the plane, its street's row or -1, EdgeFlag bits."""

    keys: Sequence[Hashable]
    points: Points
    street: int
    flags: int


@dataclass
class WayGraph:
    """Ways not yet cut where they meet. ``named`` are ways that have crossings but are not walked."""

    walked: list[Way] = field(default_factory=list)
    named: list[Way] = field(default_factory=list)

    def fill(self, layer: StreetLayer, plane: Plane) -> None:
        """Fill the layer's nodes, edges and crossings."""
        number = self._cut(layer)
        self._cross(layer, plane, number)

    def _cut(self, layer: StreetLayer) -> dict[Hashable, int]:
        """Cut the walked ways at shared points and ends; return the node of each such point."""
        uses: Counter[Hashable] = Counter()
        for way in self.walked:
            uses.update(way.keys)
            uses.update((way.keys[0], way.keys[-1]))
        number: dict[Hashable, int] = {}
        for way in self.walked:
            stops = [i for i, key in enumerate(way.keys) if uses[key] > 1]
            for begin, end in pairwise(stops):
                line = way.points[begin : end + 1]
                ends = []
                for stop in (begin, end):
                    key = way.keys[stop]
                    if key not in number:
                        number[key] = len(layer.nodes)
                        layer.nodes.append((float(way.points[stop, 0]), float(way.points[stop, 1])))
                    ends.append(number[key])
                layer.edges.append(EdgeDraft(ends[0], ends[1], way.street, line, line_length(line), way.flags))
        return number

    def _cross(self, layer: StreetLayer, plane: Plane, number: dict[Hashable, int]) -> None:
        """Add a crossing wherever two streets share a point; merge near duplicates of a pair."""
        streets: dict[Hashable, set[int]] = defaultdict(set)
        where: dict[Hashable, Points] = {}
        for way in (*self.walked, *self.named):
            if way.street >= 0:
                for key, point in zip(way.keys, way.points, strict=True):
                    streets[key].add(way.street)
                    where[key] = point
        meetings: dict[tuple[int, int], list[Hashable]] = defaultdict(list)
        for key, rows in streets.items():
            for pair in combinations(sorted(rows), 2):
                meetings[pair].append(key)
        for (a, b), keys in sorted(meetings.items()):
            points = np.array([where[key] for key in keys])
            group = group_near(points, within_m=SAME_CROSSING_M)
            for corner in range(int(group.max()) + 1):
                members = np.flatnonzero(group == corner)
                middle = points[members].mean(axis=0)
                near = members[int(np.argmin(np.hypot(*(points[members] - middle).T)))]
                lat, lon = plane.to_lat_lon(middle[None, :])
                node = number.get(keys[near], -1)
                layer.crossings.append(CrossingDraft(a, b, float(lat[0]), float(lon[0]), node=node))
