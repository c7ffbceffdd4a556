"""Snap the street lines that a file has to the corners: cut at each corner passed, joined at their ends."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from corredor.engines.citypack.making.derive.nodes import Corners
from corredor.engines.citypack.making.draft import EdgeDraft
from corredor.engines.citypack.making.geometry import (
    Points,
    cut_line,
    group_near,
    line_length,
    line_positions,
    locate_on_line,
    sample_segments,
)
from corredor.engines.citypack.model import EdgeFlag

ON_LINE_M = 14.0
"""A corner within this distance lies on a centre line."""
BESIDE_LINE_M = 32.0
"""Same for a corner of the line's own street: it may lie between two carriageways."""
SAME_LINE_M = 10.0
SAME_LINE_TURN = math.radians(25)
SHORTEST_PART_M = 30.0
SHORTEST_TAIL_M = 40.0
JOIN_ENDS_M = 8.0
STEP_M = 10.0
_Sample = tuple[float, float, float]  # x, y, bearing


@dataclass(frozen=True, slots=True)
class RealLine:
    """One centre line on the plane; ``name`` is the street name in its file, which may be wrong in parts."""

    points: Points
    name: str
    flags: int  # EdgeFlag bits: BUSY for an arterial, PATH for a trail


def keep_new_parts(lines: Iterable[RealLine]) -> list[RealLine]:
    """Return the parts of lines that no earlier line already covers, in order of priority."""
    seen: dict[tuple[int, int], list[_Sample]] = defaultdict(list)
    new_parts: list[RealLine] = []
    for line in lines:
        if line_length(line.points) < SHORTEST_PART_M / 3:
            continue
        samples = sample_segments(line.points[:-1], line.points[1:], STEP_M)
        rows = list(zip(*samples.points.T.tolist(), samples.bearing.tolist(), strict=True))
        is_new = [not _is_covered(row, seen) for row in rows]
        ends = np.cumsum(samples.weight)
        for first, last in _runs(is_new):
            begin, end = float(ends[first] - samples.weight[first]), float(ends[last])
            if end - begin >= SHORTEST_PART_M or (first == 0 and last == len(rows) - 1):
                new_parts.append(RealLine(cut_line(line.points, begin, end), line.name, line.flags))
        for row in rows:
            seen[_cell(row[0], row[1])].append(row)
    return new_parts


def lay_lines(
    lines: Sequence[RealLine], corners: Corners, street_of: Callable[[set[int], set[int], str], int]
) -> tuple[list[tuple[float, float]], list[EdgeDraft]]:
    """Return (new nodes, edges) of real lines. Nodes below ``len(corners.points)`` are corners.

    ``street_of(streets at one end, streets at the other, the file's name)`` names an edge's street or -1.
    """
    laying = _Laying(corners, street_of)
    for line in lines:
        laying.lay(line)
    return laying.finish()


def _cell(x: float, y: float) -> tuple[int, int]:
    """Return the square of the search grid that contains a point."""
    return int(x // SAME_LINE_M), int(y // SAME_LINE_M)


def _is_covered(row: _Sample, seen: dict[tuple[int, int], list[_Sample]]) -> bool:
    """Return whether an earlier line runs here in about the same direction."""
    x, y, bearing = row
    column, line = _cell(x, y)
    for i in (column - 1, column, column + 1):
        for j in (line - 1, line, line + 1):
            for other_x, other_y, other_bearing in seen.get((i, j), ()):
                turn = abs(bearing - other_bearing)
                near = (x - other_x) ** 2 + (y - other_y) ** 2 <= SAME_LINE_M**2
                if near and min(turn, math.pi - turn) <= SAME_LINE_TURN:
                    return True
    return False


def _runs(flags: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Yield (first, last) of every run of true values."""
    start = None
    for i, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            yield start, i - 1
            start = None


class _Laying:
    """State of the snapping: corners first, then ends and foot points as new nodes."""

    def __init__(self, corners: Corners, street_of: Callable[[set[int], set[int], str], int]) -> None:
        self.corners, self.street_of = corners, street_of
        self.tree = cKDTree(corners.points)
        self.base = len(corners.points)
        self.extra: list[tuple[float, float]] = []
        self.extra_streets: list[set[int]] = []
        self.is_end: list[bool] = []
        self.edges: list[EdgeDraft] = []

    def lay(self, line: RealLine) -> None:
        """Cut one line at the corners it passes and add its pieces."""
        stops = self._stops(line)
        length = line_length(line.points)
        if not stops or stops[0][0] > 1.0:
            stops.insert(0, (0.0, self._add(line.points[0], set(), is_end=True)))
        if stops[-1][0] < length - 1.0:
            stops.append((length, self._add(line.points[-1], set(), is_end=True)))
        for (begin, u), (end, v) in itertools.pairwise(stops):
            if u != v and end - begin > 0.5:
                self._piece(line, begin, end, u, v)

    def finish(self) -> tuple[list[tuple[float, float]], list[EdgeDraft]]:
        """Join line ends that meet, drop short loose tails, and return (nodes, edges)."""
        if not self.extra:
            return [], self.edges
        points = np.array(self.extra)
        ends = self.is_end
        group = group_near(points, within_m=JOIN_ENDS_M, joined=lambda i, j: ends[i] and ends[j])
        first: dict[int, int] = {}
        for i, number in enumerate(group.tolist()):
            first.setdefault(number, i)
        for edge in self.edges:
            edge.u, edge.v = (
                n if n < self.base else self.base + first[int(group[n - self.base])] for n in (edge.u, edge.v)
            )
        self._drop_tails()
        return self.extra, self.edges

    def _stops(self, line: RealLine) -> list[tuple[float, int]]:
        """Return (position along the line, node) of every corner the line passes, in order."""
        samples = sample_segments(line.points[:-1], line.points[1:], STEP_M).points
        near = self.tree.query_ball_point(samples, BESIDE_LINE_M + STEP_M)
        stops: list[tuple[float, int]] = []
        for corner in sorted({c for group in near for c in group}):
            distance, at = locate_on_line(line.points, self.corners.points[corner])
            streets = self.corners.streets[corner]
            if distance <= ON_LINE_M:
                stops.append((at, corner))
            elif distance <= BESIDE_LINE_M and self.street_of(streets, streets, line.name) >= 0:
                stops.append((at, self._foot(line, at, corner)))
        return sorted(stops)

    def _foot(self, line: RealLine, at: float, corner: int) -> int:
        """Return a new node on a line that passes near its corner, linked to it by a short straight edge."""
        where = line_positions(line.points)
        x, y = (float(np.interp(at, where, line.points[:, axis])) for axis in (0, 1))
        node = self._add(np.array([x, y]), self.corners.streets[corner], is_end=False)
        tie = np.array([self.corners.points[corner], [x, y]])
        self.edges.append(EdgeDraft(corner, node, -1, tie, line_length(tie), EdgeFlag.DERIVED))
        return node

    def _add(self, point: Points, streets: set[int], *, is_end: bool) -> int:
        """Return the number of a new node."""
        self.extra.append((float(point[0]), float(point[1])))
        self.extra_streets.append(streets)
        self.is_end.append(is_end)
        return self.base + len(self.extra) - 1

    def _piece(self, line: RealLine, begin: float, end: float, u: int, v: int) -> None:
        """Add the edge between two stops of a line, its ends moved onto the nodes."""
        points = cut_line(line.points, begin, end)
        points[0], points[-1] = self._point(u), self._point(v)
        street = self.street_of(self._streets(u), self._streets(v), line.name)
        self.edges.append(EdgeDraft(u, v, street, points, line_length(points), line.flags))

    def _point(self, node: int) -> Points:
        """Return the position of a node, shape (2,)."""
        if node >= self.base:
            return np.array(self.extra[node - self.base])
        corner: Points = self.corners.points[node]
        return corner

    def _streets(self, node: int) -> set[int]:
        """Return the streets that meet at a node; empty for the loose end of a line."""
        return self.corners.streets[node] if node < self.base else self.extra_streets[node - self.base]

    def _drop_tails(self) -> None:
        """Remove loose ends shorter than 40 m: artefacts of where a file stops, not ends of streets."""
        degree: dict[int, int] = defaultdict(int)
        for edge in self.edges:
            degree[edge.u] += 1
            degree[edge.v] += 1

        def is_loose(edge: EdgeDraft) -> bool:
            ends = [n for n in (edge.u, edge.v) if n >= self.base and degree[n] == 1]
            return bool(ends) and edge.length_m < SHORTEST_TAIL_M

        self.edges = [edge for edge in self.edges if edge.u != edge.v and not is_loose(edge)]
