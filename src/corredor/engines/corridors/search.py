"""Tree search: greedy construction, then local search that removes branches and regrows them while that helps."""

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
"""Most branches removed and regrown for one plan; bounds the time a school takes."""
IMPROVED = 2
SHAKES = 900
MOST_SHAKES = 50
"""Perturbations of a plan: SHAKES over its posts squared (larger trees take longer and gain less), at most this."""
_EXPONENTS = (0.7, 0.4)
_NOISY_EXPONENTS = (1.0, 0.7, 0.4)
_NOISE = 0.2
_LEAST_GAIN = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The cheapest extensions of a tree, one ending at each of ``ends`` (k,), nearest first.

    ``value`` (k,) is what each adds in felt child-metres, ``posts`` (k,) what it needs; ``before`` (n,) is each node's
    predecessor towards the tree.
    """

    ends: Ints
    value: Floats
    posts: Ints
    before: Ints

    def path(self, row: int, tree: Tree) -> list[int]:
        """Return the nodes of one extension, from the tree outward."""
        path = [int(self.ends[row])]
        while tree.parent[path[-1]] < 0:
            path.append(int(self.before[path[-1]]))
        return path[::-1]


def find_ways(tree: Tree, most_posts: int) -> Ways:
    """Return the extensions that need at most *most_posts*; children may leave at every node of an extension."""
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
    """Return for each end, nearest first, its steps from the tree, felt depth and posts, each (k,)."""
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


def grow(tree: Tree, budget: int, exponent: float = 1.0) -> Tree:
    """Extend the tree greedily until *budget* posts stand or nothing helps. Mutates and returns *tree*.

    An extension is scored by its value over its posts to the power of *exponent*.
    """
    while tree.posts < budget:
        ways = find_ways(tree, budget - tree.posts)
        if not len(ways.ends):
            break
        best = int((ways.value / ways.posts**exponent).argmax())
        if ways.value[best] <= EPSILON:
            break
        _extend(tree, ways, best)
    return tree


def _extend(tree: Tree, ways: Ways, row: int) -> None:
    for parent, node in pairwise(ways.path(row, tree)):
        tree.add(parent, node)


def no_deadline() -> bool:
    """Return False: the default *is_late*, without a deadline."""
    return False


def improve(
    tree: Tree, budget: int, exponent: float = 1.0, trials: int = TRIALS, is_late: Callable[[], bool] = no_deadline
) -> Tree:
    """Local search: remove each branch in turn, outermost first, and regrow; repeat from the first improvement.

    *is_late* is called before every branch; once true, the best tree so far is returned.
    """
    left, best = trials, tree.value
    better: Tree | None = tree
    while better is not None and left > 0:
        tree, better = better, None
        inside = tree.nodes[1:]
        for node in inside[np.argsort(-tree.depth[inside], kind="stable")][:left].tolist():
            if is_late():
                return tree
            other = grow(tree.without(node), budget, exponent)
            left -= 1
            if other.value > best + _LEAST_GAIN:
                better, best = other, other.value
                break
    return tree


def shake(tree: Tree, budget: int, rounds: int) -> Tree:
    """Perturb: remove one or two random branches and regrow with random noise in the scores; keep what is better.

    Seeded by *budget*, so that the same problem always has the same plan.
    """
    rng = np.random.default_rng(budget)
    for _ in range(rounds):
        other = tree
        for _ in range(int(rng.integers(1, 3))):
            inside = other.nodes[1:]
            if len(inside):
                other = other.without(int(rng.choice(inside)))
        other = _grow_noisy(other, budget, rng)
        if other.value > tree.value + _LEAST_GAIN:
            tree = other
    return tree


def _grow_noisy(tree: Tree, budget: int, rng: np.random.Generator) -> Tree:
    tree, exponent = tree.copy(), float(rng.choice(_NOISY_EXPONENTS))
    while tree.posts < budget:
        ways = find_ways(tree, budget - tree.posts)
        scores = ways.value / ways.posts**exponent * np.exp(_NOISE * rng.standard_normal(len(ways.ends)))
        if not len(scores) or ways.value[int(scores.argmax())] <= EPSILON:
            break
        _extend(tree, ways, int(scores.argmax()))
    return tree


def search(walk: Walk, budget: int) -> Tree:
    """Return a good tree of at most *budget* posts: improve the best two of several starts, perturb the better one."""
    starts = {tuple(tree.parent.tolist()): tree for tree in _make_starts(walk, budget)}
    best = sorted(starts.values(), key=lambda tree: -tree.value)[:IMPROVED]
    best_tree = max((improve(tree, budget, _EXPONENTS[0]) for tree in best), key=lambda tree: tree.value)
    return shake(best_tree, budget, min(MOST_SHAKES, SHAKES // budget**2))


def _make_starts(walk: Walk, budget: int) -> list[Tree]:
    """Return greedy trees for two exponents, and one for each first block out of the gate."""
    starts = [grow(Tree(walk), budget, exponent) for exponent in _EXPONENTS]
    shed = walk.shed
    for node in shed.head[shed.tail == 0].tolist():
        if walk.arcs[0, node][1] <= budget:
            tree = Tree(walk)
            tree.add(0, node)
            starts.append(grow(tree, budget, _EXPONENTS[-1]))
    return starts
