"""Lay a tree out as ordered corridors, and place a post for every adult."""

from __future__ import annotations

import numpy as np

from corredor.engines.geo.plane import LocalPlane

from .model import BUSY, GATE, Corridor, Floats, Post, PostKind, Problem
from .shed import Shed


def list_children_of(parent: list[int]) -> dict[int, list[int]]:
    """Return the child nodes of each node of the tree given as *parent* (-1 outside it)."""
    following: dict[int, list[int]] = {}
    for node, before in enumerate(parent):
        if before >= 0 and node:
            following.setdefault(before, []).append(node)
    return following


def lay_corridors(shed: Shed, parent: list[int], flow: Floats) -> tuple[Corridor, ...]:
    """Split the tree into lines, the fullest first: at a fork the branch with most children continues, others begin."""
    following, arc_of = list_children_of(parent), shed.rows()
    found: list[Corridor] = []
    begins = [(0, node) for node in following.get(0, ())]
    while begins:
        before, node = begins.pop()
        line, length, first = [before, node], float(shed.length_m[arc_of[before, node]]), flow[arc_of[before, node]]
        while following.get(node):
            ahead = sorted(following[node], key=lambda n: (-flow[arc_of[line[-1], n]], n))
            begins += [(node, other) for other in ahead[1:]]
            length += float(shed.length_m[arc_of[node, ahead[0]]])
            node = ahead[0]
            line.append(node)
        found.append(Corridor(tuple(int(shed.node[n]) for n in line), length, float(first)))
    return tuple(sorted(found, key=lambda corridor: (-corridor.children, corridor.nodes)))


def place_posts(shed: Shed, problem: Problem, parent: list[int]) -> tuple[Post, ...]:
    """Return one post for each adult, nearest to the gate first along every line, with the neighbours each sees."""
    following, arc_of = list_children_of(parent), shed.rows()
    plane = LocalPlane.around(float(problem.network.lat[problem.gate]), float(problem.network.lon[problem.gate]))
    rows: list[tuple[int, int, float, float]] = []  # near node, far node, part of the block, metres from the near one
    seen: list[list[int]] = []
    open_ends = [(0, node, GATE) for node in reversed(following.get(0, ()))]
    while open_ends:
        before, node, last = open_ends.pop()
        arc = arc_of[before, node]
        count = int(shed.posts[arc])
        for number in range(1, count + 1):
            rows.append((before, node, number / count, float(shed.length_m[arc]) * number / count))
            seen.append([last])
            if last != GATE:
                seen[last].append(len(rows) - 1)
            last = len(rows) - 1
        open_ends += [(node, other, last) for other in reversed(following.get(node, ()))]
    return tuple(
        _post(shed, problem, plane, row, tuple(sees), node_is_end=row[1] not in following)
        for row, sees in zip(rows, seen, strict=True)
    )


def _post(
    shed: Shed,
    problem: Problem,
    plane: LocalPlane,
    row: tuple[int, int, float, float],
    sees: tuple[int, ...],
    *,
    node_is_end: bool,
) -> Post:
    before, node, part, metres = row
    far = int(shed.node[node])
    if part < 1.0:
        east = shed.east[before] + part * (shed.east[node] - shed.east[before])
        north = shed.north[before] + part * (shed.north[node] - shed.north[before])
        lat, lon = plane.to_degrees(float(east), float(north))
        return Post(far, lat, lon, sees, PostKind.BLOCK, (int(shed.node[before]), far, metres))
    network = problem.network
    kind = PostKind.CROSSING
    if node_is_end:
        kind = PostKind.END
    elif (np.asarray(network.flags)[network.indptr[far] : network.indptr[far + 1]].astype(int) & BUSY).any():
        kind = PostKind.BUSY_CROSSING
    return Post(far, float(network.lat[far]), float(network.lon[far]), sees, kind)
