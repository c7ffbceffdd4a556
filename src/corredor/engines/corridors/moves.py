"""Assign posts to new positions with the least walking in total (linear assignment), and measure the walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from corredor.engines.geo.plane import LocalPlane

from .model import Floats, Move, Post, Problem
from .shed import Shed

ROUNDABOUT = 1.4
"""Ratio of walking distance to straight-line distance where no route is known."""


def match_posts(old: Sequence[Post], new: Sequence[Post], problem: Problem, shed: Shed) -> tuple[Move, ...]:
    """Return the moves from *old* to *new* positions with the fewest total metres; posts already in position stay."""
    row_of = {spot_of(post): row for row, post in enumerate(new)}
    unmoved = {row: row_of[spot_of(post)] for row, post in enumerate(old) if spot_of(post) in row_of}
    free = [row for row in range(len(old)) if row not in unmoved]
    taken = set(unmoved.values())
    open_rows = [row for row in range(len(new)) if row not in taken]
    walk = measure_walks([old[row] for row in free], [new[row] for row in open_rows], shed)
    pairs = dict(zip(*(part.tolist() for part in linear_sum_assignment(walk)), strict=True)) if walk.size else {}
    gate = at_gate(old[0], problem) if old else None
    moves = []
    for number, row in enumerate(free):
        if number in pairs:
            moves.append(Move(row, open_rows[pairs[number]], float(walk[number, pairs[number]])))
        elif gate is not None:
            moves.append(Move(row, None, float(measure_walks([old[row]], [gate], shed)[0, 0])))
    return tuple(moves)


def at_gate(post: Post, problem: Problem) -> Post:
    """Return a copy of *post* placed at the gate."""
    network, gate = problem.network, problem.gate
    return replace(post, node=gate, lat=float(network.lat[gate]), lon=float(network.lon[gate]), along=None)


def spot_of(post: Post) -> tuple[int, int, float]:
    """Return a hashable key of a post's position; equal for two posts at the same place."""
    return (post.node, -1, 0.0) if post.along is None else (post.node, post.along[0], round(post.along[2], 1))


def measure_walks(old: Sequence[Post], new: Sequence[Post], shed: Shed) -> Floats:
    """Return walking metres between posts, shape (old, new): along open streets, else straight line x ROUNDABOUT."""
    straight = _measure_straight(old, new)
    local = {node: number for number, node in enumerate(shed.node.tolist())}
    rows = np.array([local.get(post.node, -1) for post in old], np.int64)
    columns = np.array([local.get(post.node, -1) for post in new], np.int64)
    if not len(rows) or not len(columns):
        return straight
    way = shed.way[rows[:, None], columns[None, :]]
    known = (rows >= 0)[:, None] & (columns >= 0)[None, :] & np.isfinite(way) & (way > 0)
    walk: Floats = np.where(known, way, straight)
    return walk


def _measure_straight(old: Sequence[Post], new: Sequence[Post]) -> Floats:
    if not old:
        return np.zeros((0, len(new)))
    plane = LocalPlane.around(old[0].lat, old[0].lon)
    east, north = plane.project([post.lat for post in (*old, *new)], [post.lon for post in (*old, *new)])
    n = len(old)
    straight: Floats = np.hypot(east[:n, None] - east[None, n:], north[:n, None] - north[None, n:]) * ROUNDABOUT
    return straight
