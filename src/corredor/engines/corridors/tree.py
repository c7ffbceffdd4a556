"""A tree of corridors from the gate, and what each child gains by it.

A child walks along the corridors from the gate, leaves them at the crossing that makes the whole way cheapest (a
guarded metre counting ``cover_cost``), and takes the shortest way home from there. What a tree is worth is the metres
of the children's shortest ways, less the metres they still walk unguarded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from .model import Floats, Ints, Problem
from .shed import EPSILON, Shed

_TIE = 1e-5


@dataclass(frozen=True, eq=False)
class Walk:
    """A shed as the search sees it: nodes against the homes that have children.

    ``away`` (nodes x homes) is the felt length from each node home, ``saved`` what leaving there spares of the
    way ``home`` from the gate; ``limit`` is the longest way anyone takes; ``children`` how many live there.
    ``pull`` is ``away`` made a hair shorter where more is spared, so that ties go there; ``room`` is how deep along
    a corridor a node may lie for a home's way to stay within its limit.
    """

    shed: Shed
    away: Floats
    saved: Floats
    pull: Floats
    room: Floats
    home: Floats
    limit: Floats
    children: Floats
    cover_cost: float

    @classmethod
    def of(cls, shed: Shed, problem: Problem) -> Walk:
        """Return the view of *shed* for the homes that have children and are not at the gate."""
        homes = np.flatnonzero(shed.weights > 0)
        homes = homes[homes != 0]
        away = np.ascontiguousarray(shed.way[:, homes])
        home = away[0]
        limit = problem.longest_detour * home + EPSILON
        saved = home - away
        pull, room = away - EPSILON * saved, limit - away
        return cls(shed, away, saved, pull, room, home, limit, shed.weights[homes], problem.cover_cost)

    @cached_property
    def price(self) -> csr_matrix:
        """Return the arcs weighed by the posts they need, the shorter one first among equals."""
        return self.shed.graph(self.shed.posts + _TIE * self.shed.felt)

    @cached_property
    def arcs(self) -> dict[tuple[int, int], tuple[float, int]]:
        """Return felt length and posts of each arc by its two ends."""
        shed = self.shed
        ends = zip(shed.tail.tolist(), shed.head.tolist(), strict=True)
        return dict(zip(ends, zip(shed.felt.tolist(), shed.posts.tolist(), strict=True), strict=True))


class Tree:
    """A growing tree. ``parent`` is -1 outside it, and the gate is its own parent.

    ``cost`` and ``gain`` hold, for each home, the felt cost of the way taken (in ``pull``) and the metres spared.
    """

    __slots__ = ("cost", "depth", "gain", "parent", "posts", "walk")

    def __init__(self, walk: Walk) -> None:
        """Begin with the gate alone."""
        self.walk = walk
        self.parent: Ints = np.full(walk.shed.size, -1, np.int64)
        self.depth: Floats = np.full(walk.shed.size, np.inf)
        self.parent[0], self.depth[0] = 0, 0.0
        self.posts = 0
        self.cost: Floats = walk.home
        self.gain: Floats = np.zeros(len(walk.home))

    @property
    def value(self) -> float:
        """Return the felt child-metres that need no longer be walked unguarded."""
        return float(self.walk.children @ self.gain)

    @property
    def nodes(self) -> Ints:
        """Return the nodes of the tree, the gate included, in the order of their numbers."""
        return np.flatnonzero(self.parent >= 0)

    def copy(self) -> Tree:
        """Return a tree of the same shape that can change by itself."""
        other = object.__new__(Tree)
        other.walk, other.posts = self.walk, self.posts
        other.parent, other.depth = self.parent.copy(), self.depth.copy()
        other.cost, other.gain = self.cost, self.gain  # replaced, never changed in place
        return other

    def add(self, parent: int, node: int) -> None:
        """Lead a corridor on from *parent* to its neighbour *node*."""
        felt, posts = self.walk.arcs[parent, node]
        self.parent[node] = parent
        self.depth[node] = self.depth[parent] + felt
        self.posts += posts
        cost, gain = choose(self.walk, np.array([node]), self.depth[[node]], self.cost, self.gain)
        self.cost, self.gain = cost[0], gain[0]

    def without(self, node: int) -> Tree:
        """Return the tree less *node* and everything beyond it."""
        other = self.copy()
        gone = np.zeros(len(self.parent), bool)
        gone[node] = True
        inside = self.nodes
        for inner in inside[np.argsort(self.depth[inside])].tolist():
            if inner and gone[self.parent[inner]]:
                gone[inner] = True
        for lost in np.flatnonzero(gone).tolist():
            other.posts -= self.walk.arcs[int(self.parent[lost]), lost][1]
        other.parent[gone], other.depth[gone] = -1, np.inf
        other._choose_anew()
        return other

    def _choose_anew(self) -> None:
        walk, inside = self.walk, self.nodes
        depth = self.depth[inside][:, None]
        cost = np.where(depth <= walk.room[inside], walk.cover_cost * depth + walk.pull[inside], np.inf)
        best = cost.argmin(0)
        each = np.arange(len(best))
        self.gain = walk.saved[inside[best], each]
        self.cost = cost[best, each]


def choose(walk: Walk, nodes: Ints, depth: Floats, cost: Floats, gain: Floats) -> tuple[Floats, Floats]:
    """Return each home's cost and gain once it may also leave at *nodes* (rows; felt *depth* along the tree).

    *cost* and *gain* are those before: one row for all nodes, or one row a node. Among equal costs the way
    with more guarded metres is taken.
    """
    column = depth[:, None]
    offer = walk.pull[nodes] + walk.cover_cost * column
    better = offer < cost
    better &= column <= walk.room[nodes]
    return np.where(better, offer, cost), np.where(better, walk.saved[nodes], gain)
