"""Corners: merge the crossings that describe the same intersection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from corredor.engines.citypack.making.geometry import Points, group_near

SAME_CORNER_M = 15.0
SAME_POINT_M = 6.0
"""Crossings this near are one corner even when they share no street."""


@dataclass
class Corners:
    """Merged crossing points. ``streets[i]`` are the streets that meet at corner i."""

    points: Points
    streets: list[set[int]]
    of_crossing: list[int]
    by_street: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def merge_corners(points: Points, streets: Sequence[tuple[int, ...]]) -> Corners:
    """Return the corners of crossings at *points*, each with the walkable *streets* that meet there.

    Crossings within 15 m that share a street, or within 6 m in any case, are one corner at their mean point.
    """

    def is_same(i: int, j: int) -> bool:
        near = float(np.hypot(*(points[i] - points[j]))) <= SAME_POINT_M
        return near or bool(set(streets[i]) & set(streets[j]))

    group = group_near(points, within_m=SAME_CORNER_M, joined=is_same)
    count = int(group.max()) + 1 if len(group) else 0
    total = np.zeros((count, 2))
    np.add.at(total, group, points)
    size = np.bincount(group, minlength=count)
    corners = Corners(total / np.maximum(size, 1)[:, None], [set() for _ in range(count)], group.tolist())
    for crossing, corner in enumerate(group.tolist()):
        corners.streets[corner].update(streets[crossing])
    for corner, names in enumerate(corners.streets):
        for street in sorted(names):
            corners.by_street[street].append(corner)
    return corners
