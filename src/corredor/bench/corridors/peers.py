"""Baseline heuristics for corridors, as a person with a map or a graph library would use: peers of the planner."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np

from corredor.engines.corridors.shed import Shed

Blocks = list[tuple[int, int]]
"""Blocks as pairs of shed nodes, outward from the gate (node 0)."""

METRES_A_POST = 100.0
_Measure = Callable[[tuple[int, int]], float]


def shortest_path_tree(shed: Shed, budget: int) -> Blocks:
    """Grow along the shortest-path tree, where the children walk most metres first, until N x 100 m are used."""
    graph = _graph(shed)
    flow = _flow(graph, shed, "length_m")
    return _spread(
        flow,
        lambda block: flow[block] * float(graph.edges[block]["length_m"]),
        lambda block: float(graph.edges[block]["length_m"]),
        budget * METRES_A_POST,
    )


def tree_by_post(shed: Shed, budget: int) -> Blocks:
    """The same with all the planner's inputs: felt lengths, and most child-metres per post first."""
    graph = _graph(shed)
    flow = _flow(graph, shed, "felt")
    return _spread(
        flow,
        lambda block: flow[block] * float(graph.edges[block]["length_m"]) / int(graph.edges[block]["posts"]),
        lambda block: float(graph.edges[block]["posts"]),
        budget,
    )


def nearest_posts(shed: Shed, budget: int) -> Blocks:
    """Guard the crossings nearest to the gate, and the streets that lead to them."""
    graph = _graph(shed)
    far = nx.single_source_dijkstra_path_length(graph, 0, weight="felt")
    blocks = _flow(graph, shed, "felt")
    return _spread(
        blocks, lambda block: -float(far[block[1]]), lambda block: float(graph.edges[block]["posts"]), budget
    )


def straight_corridors(shed: Shed, budget: int) -> list[Blocks]:
    """One corridor as straight as the streets allow, for each of eight directions; the caller compares the best."""
    graph = _graph(shed)
    return [_straight(shed, graph, budget, math.radians(45 * number)) for number in range(8)]


def _graph(shed: Shed) -> Any:
    graph = nx.DiGraph()
    columns = (shed.tail, shed.head, shed.felt, shed.length_m, shed.posts)
    for tail, head, felt, length_m, posts in zip(*(column.tolist() for column in columns), strict=True):
        graph.add_edge(tail, head, felt=felt, length_m=length_m, posts=posts)
    return graph


def _flow(graph: Any, shed: Shed, by: str) -> dict[tuple[int, int], float]:
    """Return the blocks of the shortest-path tree, and how many children walk each."""
    flow: dict[tuple[int, int], float] = {}
    for node, path in nx.single_source_dijkstra_path(graph, 0, weight=by).items():
        for block in pairwise(path):
            flow[block] = flow.get(block, 0.0) + float(shed.weights[node])
    return flow


def _spread(blocks: Iterable[tuple[int, int]], worth: _Measure, need: _Measure, budget: float) -> Blocks:
    """Take blocks of a tree in order of worth, from the gate outward, within the budget."""
    taken: Blocks = []
    led, left = {0}, budget
    while True:
        ahead = [block for block in blocks if block[0] in led and block[1] not in led and need(block) <= left]
        if not ahead:
            return taken
        best = max(ahead, key=lambda block: (worth(block), block))
        led.add(best[1])
        taken.append(best)
        left -= need(best)


def _straight(shed: Shed, graph: Any, budget: int, bearing: float) -> Blocks:
    toward = np.array([math.sin(bearing), math.cos(bearing)])
    blocks: Blocks = []
    at, seen, left = 0, {0}, budget
    while True:
        best, best_turn = None, math.cos(math.radians(50))
        for other in graph.successors(at):
            step = np.array([shed.east[other] - shed.east[at], shed.north[other] - shed.north[at]])
            turn = float(step @ toward / max(1e-9, float(np.hypot(*step))))
            if other not in seen and int(graph.edges[at, other]["posts"]) <= left and turn > best_turn:
                best, best_turn = other, turn
        if best is None:
            return blocks
        blocks.append((at, best))
        left -= int(graph.edges[at, best]["posts"])
        seen.add(best)
        at = best
