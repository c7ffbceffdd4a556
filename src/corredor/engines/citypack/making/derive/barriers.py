"""Barriers across straight links: railways, expressways and rivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from corredor.engines.citypack.making.geometry import Points
from corredor.engines.citypack.model import EdgeFlag


class Barriers:
    """Spatial index of barrier lines by flag, queried with straight edges."""

    def __init__(self, lines: Mapping[EdgeFlag, Sequence[Points]]) -> None:
        """Index plane polylines by the flag that crossing them sets."""
        self._trees = {
            flag: shapely.STRtree([shapely.LineString(line) for line in group if len(line) > 1])
            for flag, group in lines.items()
        }

    def flags_of(self, start: Points, end: Points) -> NDArray[np.uint8]:
        """Return EdgeFlag bits of the straight edges from *start* to *end*."""
        return self.flags_of_lines(shapely.linestrings(np.stack([start, end], axis=1)))

    def flags_of_lines(self, lines: Sequence[shapely.LineString] | NDArray[np.object_]) -> NDArray[np.uint8]:
        """Return EdgeFlag bits of polylines on the plane."""
        flags = np.zeros(len(lines), dtype=np.uint8)
        for flag, tree in self._trees.items() if len(lines) else ():
            hit = tree.query(lines, predicate="intersects")[0]
            flags[np.unique(hit)] |= int(flag)
        return flags


def string_points(points: Points, *, longest_m: float) -> list[Points]:
    """Return straight pieces that join scattered points of one line (an expressway's ramps) to their nearest.

    A minimum spanning tree without pieces longer than *longest_m* metres: coarse, but enough to detect crossings.
    """
    unique = np.unique(points.round(1), axis=0)
    if len(unique) < 2:
        return []
    tree = minimum_spanning_tree(csr_matrix(squareform(pdist(unique)))).tocoo()
    pairs = sorted(zip(tree.row.tolist(), tree.col.tolist(), tree.data.tolist(), strict=True))
    return [unique[[i, j]] for i, j, length in pairs if length <= longest_m]
