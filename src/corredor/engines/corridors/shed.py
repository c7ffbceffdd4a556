"""The walk-shed: the part of the network within the longest walk of the gate, made ready for planning.

Everything here is in local numbers: node 0 is the gate. Distances are felt metres unless they end in ``_m``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from .geometry import METRES_A_DEGREE, WINDS, Ground, wind_numbers
from .hazard import find_closed
from .model import BUSY, EXPRESSWAY, LONGEST_WALK_M, RAIL, STEPS, Bools, Floats, Ints, Problem, WalkNetwork

EPSILON = 1e-6
CLOSED_BELOW = 0.5
"""A direction is closed when less than this share of its crossings can still be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The crossings that can be reached within the longest walk, the gate first, and the arcs between them.

    Arcs are sorted by (tail, head), at most one for a pair; ``arc`` are their rows in the network. ``east`` and
    ``north`` are metres from the gate. Children at nodes that ``waits`` marks stay at school.
    """

    node: Ints
    arc: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    east: Floats
    north: Floats
    waits: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Shed:
    """A reach with what planning needs. ``posts`` is how many adults an arc takes, at its head included, its tail not.

    ``way`` (nodes x nodes) is the felt length of the shortest way between any two, inf where there is none.
    ``weights`` are the children to plan for, ``held`` how many must wait at school, ``winds`` the directions in which
    most crossings are cut off; ``first`` are rows of arcs.
    """

    node: Ints
    arc: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    east: Floats
    north: Floats
    waits: Bools
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
        """Return the felt length of every node's shortest way from the gate."""
        home: Floats = self.way[0]
        return home

    def graph(self, values: Floats) -> csr_matrix:
        """Return the arcs as a sparse matrix with *values*."""
        return csr_matrix((values, self.head, self.first), shape=(self.size, self.size))

    def rows(self) -> dict[tuple[int, int], int]:
        """Return the row of each arc by its two ends."""
        return {pair: row for row, pair in enumerate(zip(self.tail.tolist(), self.head.tolist(), strict=True))}


def cut_shed(problem: Problem, reach: Reach | None = None, quiet: Reach | None = None) -> Shed:
    """Return the walk-shed of a problem whose fields have been checked, of its reaches where they are known."""
    reach = reach or cut_reach(problem)
    quiet = quiet or cut_quiet(problem)
    felt = reach.length_m * _factors(problem, reach)
    size = len(reach.node)
    first = np.concatenate(([0], np.cumsum(np.bincount(reach.tail, minlength=size))))
    way = dijkstra(csr_matrix((felt, reach.head, first), shape=(size, size)))
    between = (reach.length_m - 2 * problem.corner_m) / problem.spacing_m
    posts = np.maximum(1, np.ceil(between - EPSILON)).astype(np.int64)
    weights = np.where(reach.waits, 0.0, np.asarray(problem.weights, np.float64)[reach.node])
    return Shed(
        node=reach.node,
        arc=reach.arc,
        tail=reach.tail,
        head=reach.head,
        length_m=reach.length_m,
        east=reach.east,
        north=reach.north,
        waits=reach.waits,
        felt=felt,
        posts=posts,
        first=first,
        way=way,
        weights=weights,
        held=count_held(problem, reach, quiet),
        winds=find_closed_winds(problem, reach, quiet),
    )


def list_reached(network: WalkNetwork, gate: int, longest_walk_m: float = LONGEST_WALK_M) -> Ints:
    """Return the nodes within the longest walk of a gate: where children who walk may live."""
    nobody = np.zeros(network.node_count)
    return cut_reach(Problem(network, gate, nobody, 0, longest_walk_m=longest_walk_m)).node


def cut_quiet(problem: Problem) -> Reach | None:
    """Return what could be reached on a quiet day, or None when nothing is closed."""
    if not problem.hazards and problem.closed is None and problem.closed_arcs is None:
        return None
    return cut_reach(replace(problem, hazards=(), closed=None, closed_arcs=None))


def count_held(problem: Problem, reach: Reach, quiet: Reach | None) -> float:
    """Return how many children cannot go home who could on a quiet day."""
    if quiet is None:
        return 0.0
    weights = np.asarray(problem.weights, np.float64)
    return max(0.0, float(weights[quiet.node].sum() - weights[reach.node[~reach.waits]].sum()))


def find_closed_winds(problem: Problem, reach: Reach, quiet: Reach | None) -> tuple[str, ...]:
    """Return the compass directions in which most crossings that could be reached on a quiet day no longer can."""
    if quiet is None:
        return ()
    wind = wind_numbers(quiet.east, quiet.north)
    still = np.isin(quiet.node, reach.node[~reach.waits])
    others = quiet.node != problem.gate
    closed = []
    for number, name in enumerate(WINDS):
        there = others & (wind == number)
        if there.any() and still[there].mean() < CLOSED_BELOW:
            closed.append(name)
    return tuple(closed)


def cut_reach(problem: Problem) -> Reach:
    """Return what can be reached on open streets."""
    network = problem.network
    nodes, east, north, ground = _near_nodes(problem)
    local = np.full(network.node_count, -1, np.int64)
    local[nodes] = np.arange(len(nodes))
    arc, tail = _arcs_of(network, nodes)
    head = local[np.asarray(network.indices)[arc]]
    inside = (head >= 0) & (head != tail)
    arc, tail, head = arc[inside], tail[inside], head[inside]
    shut = find_closed(problem, nodes, arc, tail, head, east, north, ground)
    length = np.asarray(network.length_m, np.float64)[arc]
    order = np.lexsort((length, head, tail))
    order = order[~shut.arcs[order]]
    once = np.ones(len(order), bool)
    once[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    arc, tail, head, length = (array[order[once]] for array in (arc, tail, head, length))
    graph = csr_matrix((length, (tail, head)), shape=(len(nodes), len(nodes)))
    kept = np.flatnonzero(np.isfinite(dijkstra(graph, indices=0, limit=problem.longest_walk_m)))
    again = np.full(len(nodes), -1, np.int64)
    again[kept] = np.arange(len(kept))
    both = (again[tail] >= 0) & (again[head] >= 0)
    return Reach(
        node=nodes[kept],
        arc=arc[both],
        tail=again[tail[both]],
        head=again[head[both]],
        length_m=length[both],
        east=east[kept],
        north=north[kept],
        waits=shut.homes[kept],
    )


def _near_nodes(problem: Problem) -> tuple[Ints, Floats, Floats, Ground]:
    """Return the nodes within the longest walk as the crow flies, the gate first, and where they lie."""
    network, gate = problem.network, problem.gate
    ground = Ground(float(network.lat[gate]), float(network.lon[gate]))
    box = np.flatnonzero(np.abs(np.asarray(network.lat) - ground.lat) <= problem.longest_walk_m / METRES_A_DEGREE)
    east, north = ground.place(network.lat[box], network.lon[box])
    near = np.flatnonzero((np.hypot(east, north) <= problem.longest_walk_m) & (box != gate))
    first = np.zeros(1)
    nodes = np.concatenate((np.array([gate]), box[near])).astype(np.int64)
    return nodes, np.concatenate((first, east[near])), np.concatenate((first, north[near])), ground


def _arcs_of(network: WalkNetwork, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the arcs that leave *nodes*, and the local number of the node each leaves."""
    begin = np.asarray(network.indptr)[nodes].astype(np.int64)
    count = np.asarray(network.indptr)[nodes + 1].astype(np.int64) - begin
    tail = np.repeat(np.arange(len(nodes)), count)
    skip = np.repeat(begin - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return np.arange(len(tail)) + skip, tail


def _factors(problem: Problem, reach: Reach) -> Floats:
    """Return how much longer than it is each arc feels."""
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
