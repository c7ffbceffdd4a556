"""Turn a tree into a plan: measure it, place the adults, and list where more of them would help."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from .evaluate import Outcome, evaluate
from .layout import lay_corridors, place_posts
from .model import METRES_A_MINUTE, AgeGroup, Floats, Gap, Plan, Post, Problem
from .search import find_ways
from .shed import EPSILON, Shed
from .tree import Tree, Walk

MOST_GAPS = 5
GAP_POSTS = 4


def describe(problem: Problem, shed: Shed, tree: Tree) -> Plan:
    """Return the plan of a tree, measured by `evaluate`."""
    parent = tree.parent.tolist()
    outcome = evaluate(shed, problem, guarded_arcs(shed, parent))
    corridors = lay_corridors(shed, parent, outcome.flow)
    posts = place_posts(shed, problem, parent)
    covered, walked = float(shed.weights @ outcome.covered_m), float(shed.weights @ outcome.walked_m)
    value = tree.value
    bound = max(value, loose_bound(tree.walk))
    on_corridor = {node for corridor in corridors for node in corridor.nodes}
    return Plan(
        corridors=corridors,
        posts=posts,
        covered_child_m=covered,
        total_child_m=walked,
        children=float(shed.weights.sum()),
        share_covered=covered / walked if walked else 0.0,
        minutes=_longest_m(shed, tree) / METRES_A_MINUTE,
        gaps=_list_gaps(shed, tree),
        adults_needed=_count_adults(posts, problem.ages),
        safe_places=tuple(place for place in problem.safe_places if place.node in on_corridor),
        upper_bound=bound,
        gap=1.0 - value / bound,
        alternates=(),
        value=value,
        added_child_m=_added_m(shed, outcome),
        held=shed.held,
        directions_closed=shed.winds,
    )


def guarded_arcs(shed: Shed, parent: list[int]) -> Floats:
    """Return 1.0 for each arc on the tree, in either direction, else 0.0; shape (m,)."""
    above = np.array(parent)
    outward = (above[shed.head] == shed.tail) & (shed.head != 0)
    inward = (above[shed.tail] == shed.head) & (shed.tail != 0)
    guarded: Floats = (outward | inward).astype(np.float64)
    return guarded


def loose_bound(walk: Walk) -> float:
    """Return an upper bound on any tree's value, in felt child-metres: each child leaves at its best node anywhere."""
    depth = walk.shed.home[:, None]
    could = (walk.cover_cost * depth + walk.cost_home <= walk.home + EPSILON) & (depth + walk.cost_home <= walk.limit)
    return float(walk.children @ np.where(could, walk.saved, 0.0).max(0))


def _list_gaps(shed: Shed, tree: Tree) -> tuple[Gap, ...]:
    ways = find_ways(tree, GAP_POSTS)
    if not len(ways.ends):
        return ()
    found: list[Gap] = []
    begun: set[tuple[int, ...]] = set()
    for row in np.argsort(-ways.value / ways.posts, kind="stable").tolist():
        if ways.value[row] <= EPSILON or len(found) == MOST_GAPS:
            break
        first = tuple(ways.path(row, tree)[:2])
        if first not in begun:
            begun.add(first)
            found.append(Gap(int(shed.node[ways.ends[row]]), int(ways.posts[row]), float(ways.value[row])))
    return tuple(found)


def _longest_m(shed: Shed, tree: Tree) -> float:
    deepest, metres = 0.0, {0: 0.0}
    lengths = dict(zip(zip(shed.tail.tolist(), shed.head.tolist(), strict=True), shed.length_m.tolist(), strict=True))
    inside = tree.nodes
    for node in inside[np.argsort(tree.depth[inside], kind="stable")].tolist()[1:]:
        parent = int(tree.parent[node])
        metres[node] = metres[parent] + lengths[parent, node]
        deepest = max(deepest, metres[node])
    return deepest


def _added_m(shed: Shed, outcome: Outcome) -> float:
    return float(shed.weights @ np.maximum(0.0, outcome.felt - shed.home))


def count_by_age(ages: Iterable[AgeGroup]) -> int:
    """Return how many adults these children need to walk with, rounded up for each group."""
    return sum(math.ceil(group.children / group.per_adult) for group in ages)


def _count_adults(posts: tuple[Post, ...], ages: Iterable[AgeGroup]) -> int:
    """Return how many adults are needed: one a post and the lead, or the number by age if that is larger."""
    return max(len(posts) + 1, count_by_age(ages))
