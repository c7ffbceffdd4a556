"""From a question to a plan, or to a clear answer why there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .bound import ROUNDS, lower, open_market
from .check import check
from .evaluate import Outcome, evaluate
from .layout import lay_corridors, place_posts
from .model import METRES_A_MINUTE, AgeCounts, Alternate, Bools, Floats, Gap, NoPlan, Plan, Post, Problem, Reason
from .search import find_ways, grow, improve, search
from .shed import EPSILON, Shed, cut_shed
from .tree import Tree, Walk

START_TRIALS = 8
MOST_GAPS = 5
GAP_POSTS = 4
CHILDREN_AN_ADULT = (3, 6, 12)
"""Aged 4 to 6, 7 to 9, and older: how many one adult walks with."""


def plan(problem: Problem, start: Plan | None = None) -> Plan | NoPlan:
    """Return corridors and posts for a school, or why there are none; never a part of an answer.

    *start* is a plan in force for the same school. The answer is never worth less, so that one more post never
    makes things worse. ``upper_bound`` is a rough one; `tighten` works out a better one.
    """
    wrong = check(problem)
    if wrong is not None:
        return wrong
    shed = cut_shed(problem)
    if shed.size == 1:
        return NoPlan(Reason.NO_WAY_OUT, "every street at the gate is closed", shed.winds)
    walk = Walk.of(shed, problem)
    if not len(walk.home):
        if shed.held:
            return NoPlan(Reason.NO_WAY_OUT, "all children live in or behind what is closed", shed.winds)
        return NoPlan(Reason.NOBODY_TO_WALK, "no children within the longest walk")
    tree = search(walk, problem.posts)
    if start is not None:
        tree = max(tree, _go_on(start, walk, problem.posts), key=lambda one: one.value)
    if tree.value <= EPSILON:
        return NoPlan(Reason.TOO_FEW_POSTS, "no stretch can be guarded that helps anyone")
    answer = describe(problem, shed, tree)
    if not problem.with_alternates:
        return answer
    return replace(answer, alternates=prepare_alternates(problem, answer))


def tighten(plan: Plan, problem: Problem, rounds: int = ROUNDS) -> Plan:
    """Return the same plan with a better upper bound; a second or so. *problem* is the one it answers."""
    walk = Walk.of(cut_shed(problem), problem)
    bound = lower(open_market(walk, problem.posts), plan.value, rounds).bound
    bound = max(plan.value, min(plan.upper_bound, bound))
    return replace(plan, upper_bound=bound, gap=1.0 - plan.value / bound)


def prepare_alternates(problem: Problem, answer: Plan) -> tuple[Alternate, ...]:
    """Return, for every first block out of the gate, the plan for a day on which it is closed."""
    found = []
    for toward in sorted({corridor.nodes[1] for corridor in answer.corridors if corridor.nodes[0] == problem.gate}):
        asked = replace(problem, closed_arcs=_without_block(problem, toward), with_alternates=False)
        shed = cut_shed(asked)
        walk = Walk.of(shed, asked)
        if not len(walk.home):
            continue
        tree = _go_on(answer, walk, problem.posts)
        if tree.value > EPSILON:
            other = describe(asked, shed, tree)
            found.append(Alternate(problem.gate, toward, other.corridors, other.posts, other.value))
    return tuple(found)


def _without_block(problem: Problem, toward: int) -> Bools:
    network, size = problem.network, len(problem.network.indices)
    closed = np.zeros(size, bool) if problem.closed_arcs is None else np.array(problem.closed_arcs, bool)
    for one, other in ((problem.gate, toward), (toward, problem.gate)):
        row = slice(int(network.indptr[one]), int(network.indptr[one + 1]))
        closed[row] |= np.asarray(network.indices[row]) == other
    return closed


def _go_on(start: Plan, walk: Walk, budget: int) -> Tree:
    """Return a tree that begins with what still stands of *start* and fits the budget."""
    tree, _ = keep(start, walk)
    while tree.posts > budget:
        outer = tree.nodes[1:]
        smaller = [tree.without(int(node)) for node in outer if not (tree.parent[tree.nodes] == node).any()]
        tree = max(smaller, key=lambda one: one.value)
    return improve(grow(tree, budget), budget, trials=START_TRIALS)


def keep(start: Plan, walk: Walk) -> tuple[Tree, set[int]]:
    """Return the part of a plan's tree that still hangs together, and rows of posts beyond it."""
    local = {node: number for number, node in enumerate(walk.shed.node.tolist())}
    tree = Tree(walk)
    blocks = [pair for corridor in start.corridors for pair in pairwise(corridor.nodes)]
    waiting = True
    while waiting:  # corridors are listed fullest first, not from the gate outward
        waiting = False
        for before, node in blocks:
            pair = local.get(before, -1), local.get(node, -1)
            if pair in walk.arcs and tree.parent[pair[0]] >= 0 and tree.parent[pair[1]] < 0:
                tree.add(*pair)
                waiting = True
    inside = {int(walk.shed.node[number]) for number in tree.nodes.tolist()}
    return tree, {row for row, post in enumerate(start.posts) if post.node not in inside}


def describe(problem: Problem, shed: Shed, tree: Tree) -> Plan:
    """Return the plan that a tree stands for, measured by what the children really do."""
    parent = tree.parent.tolist()
    outcome = evaluate(shed, problem, guarded_arcs(shed, parent))
    corridors = lay_corridors(shed, parent, outcome.flow)
    posts = place_posts(shed, problem, parent)
    covered, walked = float(shed.weights @ outcome.covered_m), float(shed.weights @ outcome.walked_m)
    value = tree.value
    bound = max(value, bound_roughly(tree.walk))
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
    """Return 1 for each arc that lies on the tree, in either direction, 0 for the others."""
    above = np.array(parent)
    outward = (above[shed.head] == shed.tail) & (shed.head != 0)
    inward = (above[shed.tail] == shed.head) & (shed.tail != 0)
    guarded: Floats = (outward | inward).astype(np.float64)
    return guarded


def bound_roughly(walk: Walk) -> float:
    """Return what no tree can pass: each child leaves at the crossing best for it, wherever that is."""
    depth = walk.shed.home[:, None]
    could = (walk.cover_cost * depth + walk.away <= walk.home + EPSILON) & (depth + walk.away <= walk.limit)
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


def _count_adults(posts: tuple[Post, ...], ages: AgeCounts | None) -> int:
    """Return how many adults are needed: one a post and the lead, or as many as the children's ages ask for."""
    standing = len(posts) + 1
    if ages is None:
        return standing
    counts = (ages.from_4, ages.from_7, ages.from_10)
    walking = sum(math.ceil(count / ratio) for count, ratio in zip(counts, CHILDREN_AN_ADULT, strict=True))
    return max(standing, walking)
