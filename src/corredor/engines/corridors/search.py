"""Finding a good tree: grow by the best way on, then take branches away and grow again while that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse.csgraph import dijkstra

from .model import Floats, Ints
from .shed import EPSILON
from .tree import Tree, Walk, choose

TRIALS = 30
"""How many branches are taken away and grown anew at most for one plan; keeps the time of a school bounded."""
IMPROVED = 2
SHAKES = 900
MOST_SHAKES = 50
"""Shakes of a plan: so many over its posts squared, since larger trees take longer and gain less, up to the most."""
_THRIFTS = (0.7, 0.4)
_WAVERING_THRIFTS = (1.0, 0.7, 0.4)
_WAVER = 0.2
_LEAST_GAIN = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The cheapest ways on from a tree, one ending at each of ``ends`` (nearest first).

    ``value`` is what each would add, ``posts`` what it needs; ``before`` leads back from each node to the tree.
    """

    ends: Ints
    value: Floats
    posts: Ints
    before: Ints

    def path(self, row: int, tree: Tree) -> list[int]:
        """Return the nodes of one way, from the tree outward."""
        path = [int(self.ends[row])]
        while tree.parent[path[-1]] < 0:
            path.append(int(self.before[path[-1]]))
        return path[::-1]


def find_ways(tree: Tree, most_posts: int) -> Ways:
    """Return the ways on that need at most *most_posts*, every crossing on the way counted as a place to leave."""
    walk = tree.walk
    far, before, _ = dijkstra(
        walk.price, indices=tree.nodes, min_only=True, limit=most_posts + 0.5, return_predecessors=True
    )
    ends = np.flatnonzero(np.isfinite(far) & (tree.parent < 0))
    ends = ends[np.argsort(far[ends], kind="stable")]
    before = before.astype(np.int64)
    step, depth, posts = _measure(tree, ends.tolist(), before.tolist())
    row = np.zeros(len(far), np.int64)
    row[ends] = np.arange(len(ends))
    cost, gain = np.empty((len(ends), len(walk.home))), np.empty((len(ends), len(walk.home)))
    for number in range(1, int(step.max(initial=0)) + 1):
        now = np.flatnonzero(step == number)
        nodes = ends[now]
        if number == 1:
            cost[now], gain[now] = choose(walk, nodes, depth[now], tree.cost, tree.gain)
        else:
            previous = row[before[nodes]]
            cost[now], gain[now] = choose(walk, nodes, depth[now], cost[previous], gain[previous])
    return Ways(ends, gain @ walk.children - tree.value, posts, before)


def _measure(tree: Tree, ends: list[int], before: list[int]) -> tuple[Ints, Floats, Ints]:
    """Return for each end, nearest first, its steps from the tree, felt depth and posts."""
    arcs = tree.walk.arcs
    reached: dict[int, tuple[int, float, int]] = {}
    depth_of = tree.depth
    for end in ends:
        previous = before[end]
        felt, posts = arcs[previous, end]
        step, depth, used = reached.get(previous) or (0, float(depth_of[previous]), 0)
        reached[end] = (step + 1, depth + felt, used + posts)
    rows = [reached[end] for end in ends]
    return (
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows], np.int64),
    )


def grow(tree: Tree, budget: int, thrift: float = 1.0) -> Tree:
    """Lead the tree on, best way first, until *budget* posts stand or nothing helps. Changes and returns *tree*.

    A way is judged by what it adds over its posts to the power of *thrift*.
    """
    while tree.posts < budget:
        ways = find_ways(tree, budget - tree.posts)
        if not len(ways.ends):
            break
        best = int((ways.value / ways.posts**thrift).argmax())
        if ways.value[best] <= EPSILON:
            break
        _lead_on(tree, ways, best)
    return tree


def _lead_on(tree: Tree, ways: Ways, row: int) -> None:
    for parent, node in pairwise(ways.path(row, tree)):
        tree.add(parent, node)


def never() -> bool:
    """Say that there is time: the *is_late* of whoever can wait."""
    return False


def improve(
    tree: Tree, budget: int, thrift: float = 1.0, trials: int = TRIALS, is_late: Callable[[], bool] = never
) -> Tree:
    """Take away each branch in turn, outermost first, and grow anew; keep what is better, until nothing is.

    Asked before every branch, *is_late* ends it with the best so far.
    """
    left, best = trials, tree.value
    better: Tree | None = tree
    while better is not None and left > 0:
        tree, better = better, None
        inside = tree.nodes[1:]
        for node in inside[np.argsort(-tree.depth[inside], kind="stable")][:left].tolist():
            if is_late():
                return tree
            other = grow(tree.without(node), budget, thrift)
            left -= 1
            if other.value > best + _LEAST_GAIN:
                better, best = other, other.value
                break
    return tree


def shake(tree: Tree, budget: int, rounds: int) -> Tree:
    """Take away one or two branches by chance, grow anew by a judgement that wavers a little; keep what is better.

    Chance begins the same for the same question, so that the same question has one answer.
    """
    chance = np.random.default_rng(budget)
    for _ in range(rounds):
        other = tree
        for _ in range(int(chance.integers(1, 3))):
            inside = other.nodes[1:]
            if len(inside):
                other = other.without(int(chance.choice(inside)))
        other = _grow_wavering(other, budget, chance)
        if other.value > tree.value + _LEAST_GAIN:
            tree = other
    return tree


def _grow_wavering(tree: Tree, budget: int, chance: np.random.Generator) -> Tree:
    tree, thrift = tree.copy(), float(chance.choice(_WAVERING_THRIFTS))
    while tree.posts < budget:
        ways = find_ways(tree, budget - tree.posts)
        judged = ways.value / ways.posts**thrift * np.exp(_WAVER * chance.standard_normal(len(ways.ends)))
        if not len(judged) or ways.value[int(judged.argmax())] <= EPSILON:
            break
        _lead_on(tree, ways, int(judged.argmax()))
    return tree


def search(walk: Walk, budget: int) -> Tree:
    """Return a good tree for *budget* posts: the best two of several beginnings improved, and the better one shaken."""
    begun = {tuple(tree.parent.tolist()): tree for tree in _begin(walk, budget)}
    best = sorted(begun.values(), key=lambda tree: -tree.value)[:IMPROVED]
    found = max((improve(tree, budget, _THRIFTS[0]) for tree in best), key=lambda tree: tree.value)
    return shake(found, budget, min(MOST_SHAKES, SHAKES // budget**2))


def _begin(walk: Walk, budget: int) -> list[Tree]:
    """Return trees grown by two judgements, and one for each first block out of the gate."""
    begun = [grow(Tree(walk), budget, thrift) for thrift in _THRIFTS]
    shed = walk.shed
    for node in shed.head[shed.tail == 0].tolist():
        if walk.arcs[0, node][1] <= budget:
            tree = Tree(walk)
            tree.add(0, node)
            begun.append(grow(tree, budget, _THRIFTS[-1]))
    return begun
