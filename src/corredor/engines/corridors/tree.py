"""A tree of corridors from the gate, and each home's cheapest way through it.

A child walks along the corridors from the gate, leaves them at the node that makes the whole way cheapest (a guarded
metre costs ``cover_cost``), and takes the shortest way home from there. The value of a tree is the felt metres of the
children's shortest ways, less the felt metres they still walk unguarded.
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
    """A shed as cost matrices: *n* nodes by *h* homes with children, in felt metres.

    ``cost_home`` (n, h) is the length from each node home, ``saved`` (n, h) what leaving there spares of ``home`` (h,),
    the way from the gate; ``limit`` (h,) is the longest way allowed; ``children`` (h,) how many live there.
    ``tie_cost`` (n, h) is ``cost_home`` made slightly shorter where more is spared, to break ties that way;
    ``depth_limit`` (n, h) is the greatest depth of a node along a corridor that keeps a home's way within its limit.
    """

    shed: Shed
    cost_home: Floats
    saved: Floats
    tie_cost: Floats
    depth_limit: Floats
    home: Floats
    limit: Floats
    children: Floats
    cover_cost: float

    @classmethod
    def of(cls, shed: Shed, problem: Problem) -> Walk:
        """Return the matrices of *shed* for the homes that have children and are not at the gate."""
        homes = np.flatnonzero(shed.weights > 0)
        homes = homes[homes != 0]
        cost_home = np.ascontiguousarray(shed.way[:, homes])
        home = cost_home[0]
        limit = problem.longest_detour * home + EPSILON
        saved = home - cost_home
        tie_cost, depth_limit = cost_home - EPSILON * saved, limit - cost_home
        return cls(shed, cost_home, saved, tie_cost, depth_limit, home, limit, shed.weights[homes], problem.cover_cost)

    @cached_property
    def price(self) -> csr_matrix:
        """Return the arcs weighed by the posts they need; felt length breaks ties."""
        return self.shed.graph(self.shed.posts + _TIE * self.shed.felt)

    @cached_property
    def arcs(self) -> dict[tuple[int, int], tuple[float, int]]:
        """Return (felt length, posts) of each arc, keyed by (tail, head)."""
        shed = self.shed
        ends = zip(shed.tail.tolist(), shed.head.tolist(), strict=True)
        return dict(zip(ends, zip(shed.felt.tolist(), shed.posts.tolist(), strict=True), strict=True))


class Tree:
    """A mutable tree over the shed's nodes. ``parent`` (n,) is -1 outside it, and the gate is its own parent.

    ``depth`` (n,) is felt metres along the tree. ``cost`` (h,) is the felt cost of each home's way (from ``tie_cost``),
    ``gain`` (h,) the felt metres spared.
    """

    __slots__ = ("cost", "depth", "gain", "parent", "posts", "walk")

    def __init__(self, walk: Walk) -> None:
        """Start with the gate alone."""
        self.walk = walk
        self.parent: Ints = np.full(walk.shed.size, -1, np.int64)
        self.depth: Floats = np.full(walk.shed.size, np.inf)
        self.parent[0], self.depth[0] = 0, 0.0
        self.posts = 0
        self.cost: Floats = walk.home
        self.gain: Floats = np.zeros(len(walk.home))

    @property
    def value(self) -> float:
        """Return the felt child-metres that are no longer walked unguarded."""
        return float(self.walk.children @ self.gain)

    @property
    def nodes(self) -> Ints:
        """Return the nodes of the tree, the gate included, in ascending order."""
        return np.flatnonzero(self.parent >= 0)

    def copy(self) -> Tree:
        """Return an independent copy."""
        other = object.__new__(Tree)
        other.walk, other.posts = self.walk, self.posts
        other.parent, other.depth = self.parent.copy(), self.depth.copy()
        other.cost, other.gain = self.cost, self.gain  # replaced, never changed in place
        return other

    def add(self, parent: int, node: int) -> None:
        """Extend a corridor from *parent* to its neighbour *node*."""
        felt, posts = self.walk.arcs[parent, node]
        self.parent[node] = parent
        self.depth[node] = self.depth[parent] + felt
        self.posts += posts
        cost, gain = choose(self.walk, np.array([node]), self.depth[[node]], self.cost, self.gain)
        self.cost, self.gain = cost[0], gain[0]

    def without(self, node: int) -> Tree:
        """Return a copy without *node* and its subtree."""
        other = self.copy()
        removed = np.zeros(len(self.parent), bool)
        removed[node] = True
        inside = self.nodes
        for inner in inside[np.argsort(self.depth[inside])].tolist():
            if inner and removed[self.parent[inner]]:
                removed[inner] = True
        for removed_node in np.flatnonzero(removed).tolist():
            other.posts -= self.walk.arcs[int(self.parent[removed_node]), removed_node][1]
        other.parent[removed], other.depth[removed] = -1, np.inf
        other._recompute()
        return other

    def _recompute(self) -> None:
        walk, inside = self.walk, self.nodes
        depth = self.depth[inside][:, None]
        cost = np.where(depth <= walk.depth_limit[inside], walk.cover_cost * depth + walk.tie_cost[inside], np.inf)
        best = cost.argmin(0)
        each = np.arange(len(best))
        self.gain = walk.saved[inside[best], each]
        self.cost = cost[best, each]


def choose(walk: Walk, nodes: Ints, depth: Floats, cost: Floats, gain: Floats) -> tuple[Floats, Floats]:
    """Return each home's cost and gain, (k, h), if it may also leave at *nodes* (k,).

    *depth* (k,) is their felt metres along the tree. *cost* and *gain* are those before: (h,), or (k, h). Among equal
    costs the way with more guarded metres wins.
    """
    column = depth[:, None]
    offer = walk.tie_cost[nodes] + walk.cover_cost * column
    better = offer < cost
    better &= column <= walk.depth_limit[nodes]
    return np.where(better, offer, cost), np.where(better, walk.saved[nodes], gain)
