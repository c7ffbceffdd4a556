"""What still stands of a plan when streets are closed, and going on from there."""

from __future__ import annotations

from itertools import pairwise

from .model import Plan
from .search import grow, improve
from .tree import Tree, Walk

START_TRIALS = 8
"""Branches taken away and grown anew when a plan goes on from what stands: few, because somebody waits for it."""


def go_on(start: Plan, walk: Walk, budget: int) -> Tree:
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
