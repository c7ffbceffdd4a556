"""Find the nearest safe place for the children at each post, the school included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import dijkstra

from corredor.engines.geo.plane import LocalPlane

from .hazard import touches
from .model import Plan, Post, Problem, Refuge, SafePlace
from .moves import ROUNDABOUT
from .shed import Shed

GATE_PLACE = "gate"
"""Key of the school itself among safe places."""


def find_refuges(plan: Plan, problem: Problem, shed: Shed | None, rows: tuple[int, ...]) -> tuple[Refuge, ...]:
    """Return for each post row the nearest safe place reachable on open ways; the school counts as one.

    Posts without an open way, above all inside the area, get the nearest in a straight line and no route; so do all
    posts if *shed* is None.
    """
    places = _open_places(problem)
    if not places or not rows:
        return ()
    found = _follow_streets(plan, places, shed, rows) if shed is not None else {}
    for row in rows:
        if row not in found:
            found[row] = _nearest_refuge(row, plan.posts[row], places, problem)
    return tuple(found[row] for row in rows)


def _follow_streets(plan: Plan, places: Sequence[SafePlace], shed: Shed, rows: tuple[int, ...]) -> dict[int, Refuge]:
    local = {node: number for number, node in enumerate(shed.node.tolist())}
    reached = [place for place in places if place.node in local]
    ends = [local[place.node] for place in reached]
    starts = {row: local[plan.posts[row].node] for row in rows if plan.posts[row].node in local}
    found: dict[int, Refuge] = {}
    if ends and starts:
        graph = shed.graph(shed.length_m)
        far, before = dijkstra(graph, indices=list(starts.values()), return_predecessors=True)
        for number, row in enumerate(starts):
            best = int(far[number, ends].argmin())
            if np.isfinite(far[number, ends[best]]):
                way = _trace(before[number], ends[best], shed)
                found[row] = Refuge(row, reached[best], way, float(far[number, ends[best]]))
    return found


def _open_places(problem: Problem) -> list[SafePlace]:
    """Return the safe places, the school last, that lie outside every area and its buffer."""
    places = [*problem.safe_places, SafePlace(GATE_PLACE, problem.gate)]
    nodes = [place.node for place in places]
    lat, lon = np.asarray(problem.network.lat)[nodes], np.asarray(problem.network.lon)[nodes]
    is_closed = np.zeros(len(places), bool)
    for hazard in problem.hazards:
        is_closed |= touches(hazard, lat, lon, with_buffer=True)
    return [place for place, closed in zip(places, is_closed.tolist(), strict=True) if not closed]


def _nearest_refuge(row: int, post: Post, places: Sequence[SafePlace], problem: Problem) -> Refuge:
    nodes = [place.node for place in places]
    east, north = LocalPlane.around(post.lat, post.lon).project(
        np.asarray(problem.network.lat)[nodes], np.asarray(problem.network.lon)[nodes]
    )
    far = np.hypot(east, north) * ROUNDABOUT
    best = int(far.argmin())
    return Refuge(row, places[best], (), float(far[best]))


def _trace(before: np.ndarray, end: int, shed: Shed) -> tuple[int, ...]:
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return tuple(int(shed.node[node]) for node in reversed(path))
