"""Walk-shed: cut out the part of the network within the longest walk of the gate, with all shortest paths.

Everything here is in local numbers: node 0 is the gate; *n* nodes, *m* arcs. Distances are felt metres (length times
the cost factors of `Costs`) unless the name ends in ``_m``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from corredor.engines.geo.compass import WINDS, wind_numbers
from corredor.engines.geo.plane import LocalPlane

from .hazard import find_closed
from .model import BUSY, EXPRESSWAY, LONGEST_WALK_M, RAIL, STEPS, Bools, Floats, Ints, Problem, WalkNetwork
from .subgraph import Subgraph

EPSILON = 1e-6
CLOSED_BELOW = 0.5
"""A direction is closed when less than this share of its nodes can still be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach(Subgraph):
    """The nodes within the longest walk of the gate on open streets, and the arcs between them.

    Arcs are sorted by (tail, head), at most one for a pair. Children at nodes marked in ``is_held`` (n,) stay at
    school.
    """

    is_held: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Shed(Reach):
    """A reach with what planning needs.

    ``felt`` (m,) is each arc's length in felt metres, ``posts`` (m,) how many adults guard it, one at its head
    included, at its tail not. ``first`` (n + 1,) are the CSR row pointers of the arcs. ``way`` (n, n) is the felt
    length of the shortest way between two nodes, inf where there is none. ``weights`` (n,) are the children to plan
    for, ``held`` how many must wait at school, ``winds`` the compass directions in which most nodes are cut off.
    """

    felt: Floats
    posts: Ints
    first: Ints
    way: Floats
    weights: Floats
    held: float
    winds: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return the number of nodes."""
        return len(self.node)

    @property
    def home(self) -> Floats:
        """Return the felt length of every node's shortest way from the gate, shape (n,)."""
        home: Floats = self.way[0]
        return home

    def graph(self, values: Floats) -> csr_matrix:
        """Return the arcs as an (n, n) sparse matrix with *values* (m,)."""
        return csr_matrix((values, self.head, self.first), shape=(self.size, self.size))

    def rows(self) -> dict[tuple[int, int], int]:
        """Return the row of each arc, keyed by (tail, head)."""
        return {pair: row for row, pair in enumerate(zip(self.tail.tolist(), self.head.tolist(), strict=True))}


def cut_shed(problem: Problem, reach: Reach | None = None, quiet: Reach | None = None) -> Shed:
    """Return the walk-shed of a validated problem; pass *reach* and *quiet* if already computed."""
    reach = reach or cut_reach(problem)
    quiet = quiet or cut_unhazarded(problem)
    felt = reach.length_m * _factors(problem, reach)
    size = len(reach.node)
    first = np.concatenate(([0], np.cumsum(np.bincount(reach.tail, minlength=size))))
    way = dijkstra(csr_matrix((felt, reach.head, first), shape=(size, size)))
    between = (reach.length_m - 2 * problem.corner_m) / problem.spacing_m
    posts = np.maximum(1, np.ceil(between - EPSILON)).astype(np.int64)
    weights = np.where(reach.is_held, 0.0, np.asarray(problem.weights, np.float64)[reach.node])
    return Shed(
        node=reach.node,
        arc=reach.arc,
        tail=reach.tail,
        head=reach.head,
        length_m=reach.length_m,
        east=reach.east,
        north=reach.north,
        is_held=reach.is_held,
        felt=felt,
        posts=posts,
        first=first,
        way=way,
        weights=weights,
        held=count_held(problem, reach, quiet),
        winds=find_closed_directions(problem, reach, quiet),
    )


def list_reached(network: WalkNetwork, gate: int, longest_walk_m: float = LONGEST_WALK_M) -> Ints:
    """Return the network rows of the nodes within *longest_walk_m* of the gate: where children who walk may live."""
    no_children = np.zeros(network.node_count)
    return cut_reach(Problem(network, gate, no_children, 0, longest_walk_m=longest_walk_m)).node


def cut_unhazarded(problem: Problem) -> Reach | None:
    """Return the reach without hazards and closures, or None if the problem has none."""
    if not problem.hazards and problem.closed is None and problem.closed_arcs is None:
        return None
    return cut_reach(replace(problem, hazards=(), closed=None, closed_arcs=None))


def count_held(problem: Problem, reach: Reach, quiet: Reach | None) -> float:
    """Return how many children are held at school who could walk home without hazards and closures."""
    if quiet is None:
        return 0.0
    weights = np.asarray(problem.weights, np.float64)
    return max(0.0, float(weights[quiet.node].sum() - weights[reach.node[~reach.is_held]].sum()))


def find_closed_directions(problem: Problem, reach: Reach, quiet: Reach | None) -> tuple[str, ...]:
    """Return the directions in WINDS in which fewer than CLOSED_BELOW of the nodes of *quiet* are still reachable."""
    if quiet is None:
        return ()
    wind = wind_numbers(quiet.east, quiet.north)
    still = np.isin(quiet.node, reach.node[~reach.is_held])
    others = quiet.node != problem.gate
    closed = []
    for number, name in enumerate(WINDS):
        there = others & (wind == number)
        if there.any() and still[there].mean() < CLOSED_BELOW:
            closed.append(name)
    return tuple(closed)


def cut_reach(problem: Problem) -> Reach:
    """Return the part of the network within the longest walk of the gate on open streets."""
    near, plane = _near_graph(problem)
    closures = find_closed(problem, near, plane)
    order = np.lexsort((near.length_m, near.head, near.tail))
    order = order[~closures.closed_arcs[order]]
    is_shortest = np.ones(len(order), bool)  # of parallel arcs, the first in this order
    is_shortest[1:] = (np.diff(near.tail[order]) != 0) | (np.diff(near.head[order]) != 0)
    rows = order[is_shortest]
    tail, head, length = near.tail[rows], near.head[rows], near.length_m[rows]
    graph = csr_matrix((length, (tail, head)), shape=(len(near.node), len(near.node)))
    reached = np.flatnonzero(np.isfinite(dijkstra(graph, indices=0, limit=problem.longest_walk_m)))
    local = np.full(len(near.node), -1, np.int64)
    local[reached] = np.arange(len(reached))
    both = (local[tail] >= 0) & (local[head] >= 0)
    return Reach(
        node=near.node[reached],
        arc=near.arc[rows[both]],
        tail=local[tail[both]],
        head=local[head[both]],
        length_m=length[both],
        east=near.east[reached],
        north=near.north[reached],
        is_held=closures.buffer_nodes[reached],
    )


def _near_graph(problem: Problem) -> tuple[Subgraph, LocalPlane]:
    """Return the subgraph within the longest walk as the crow flies, and its projection."""
    network = problem.network
    nodes, east, north, plane = _near_nodes(problem)
    local = np.full(network.node_count, -1, np.int64)
    local[nodes] = np.arange(len(nodes))
    arc, tail = _arcs_of(network, nodes)
    head = local[np.asarray(network.indices)[arc]]
    inside = (head >= 0) & (head != tail)
    arc, tail, head = arc[inside], tail[inside], head[inside]
    length = np.asarray(network.length_m, np.float64)[arc]
    return Subgraph(nodes, arc, tail, head, length, east, north), plane


def _near_nodes(problem: Problem) -> tuple[Ints, Floats, Floats, LocalPlane]:
    """Return the nodes within the longest walk as the crow flies, the gate first, their metres and the projection."""
    network, gate = problem.network, problem.gate
    plane = LocalPlane.around(float(network.lat[gate]), float(network.lon[gate]))
    box = np.flatnonzero(np.abs(np.asarray(network.lat) - plane.lat) <= problem.longest_walk_m / plane.north_m)
    east, north = plane.project(network.lat[box], network.lon[box])
    near = np.flatnonzero((np.hypot(east, north) <= problem.longest_walk_m) & (box != gate))
    first = np.zeros(1)
    nodes = np.concatenate((np.array([gate]), box[near])).astype(np.int64)
    return nodes, np.concatenate((first, east[near])), np.concatenate((first, north[near])), plane


def _arcs_of(network: WalkNetwork, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the arcs that leave *nodes*, and the local number of each one's tail."""
    begin = np.asarray(network.indptr)[nodes].astype(np.int64)
    count = np.asarray(network.indptr)[nodes + 1].astype(np.int64) - begin
    tail = np.repeat(np.arange(len(nodes)), count)
    skip = np.repeat(begin - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return np.arange(len(tail)) + skip, tail


def _factors(problem: Problem, reach: Reach) -> Floats:
    """Return the felt-metres factor of each arc, shape (m,)."""
    flags, costs = np.asarray(problem.network.flags)[reach.arc].astype(np.int64), problem.costs
    factor = np.ones(len(flags))
    for bit, cost in ((BUSY, costs.busy), (RAIL, costs.rail), (EXPRESSWAY, costs.expressway), (STEPS, costs.steps)):
        factor = np.where(flags & bit, factor * cost, factor)
    if problem.unlit is not None:
        factor = np.where(np.asarray(problem.unlit)[reach.arc], factor * costs.unlit, factor)
    if problem.safe_places:
        safe = np.isin(reach.node, [place.node for place in problem.safe_places])
        factor = np.where(safe[reach.tail] | safe[reach.head], factor * costs.safe_place, factor)
    return factor
