"""Warm start: keep the part of an earlier plan that is still open, and continue the search from it."""

from __future__ import annotations

from itertools import pairwise

from .model import Plan
from .search import grow, improve
from .tree import Tree, Walk

START_TRIALS = 8
"""Local-search trials when continuing an earlier plan: few, because a person waits for the result."""


def continue_plan(start: Plan, walk: Walk, budget: int) -> Tree:
    """Return a tree of at most *budget* posts, searched from the part of *start* that is still open."""
    tree, _ = keep_open_part(start, walk)
    while tree.posts > budget:
        outer = tree.nodes[1:]
        smaller = [tree.without(int(node)) for node in outer if not (tree.parent[tree.nodes] == node).any()]
        tree = max(smaller, key=lambda one: one.value)
    return improve(grow(tree, budget), budget, trials=START_TRIALS)


def keep_open_part(start: Plan, walk: Walk) -> tuple[Tree, set[int]]:
    """Return the still connected part of the tree of *start*, and the rows of its posts outside that part."""
    local = {node: number for number, node in enumerate(walk.shed.node.tolist())}
    tree = Tree(walk)
    blocks = [pair for corridor in start.corridors for pair in pairwise(corridor.nodes)]
    has_added = True
    while has_added:  # corridors are sorted by number of children, not from the gate outward
        has_added = False
        for before, node in blocks:
            pair = local.get(before, -1), local.get(node, -1)
            if pair in walk.arcs and tree.parent[pair[0]] >= 0 and tree.parent[pair[1]] < 0:
                tree.add(*pair)
                has_added = True
    inside = {int(walk.shed.node[number]) for number in tree.nodes.tolist()}
    return tree, {row for row, post in enumerate(start.posts) if post.node not in inside}
