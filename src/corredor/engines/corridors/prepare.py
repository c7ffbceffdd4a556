"""Ways prepared in advance: one for each side of the school that may be closed, so that posts can know it before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .describe import describe
from .geometry import WINDS
from .model import Alternate, Ints, Plan, Problem
from .moves import match_posts
from .shed import EPSILON, cut_reach, cut_shed
from .stand import go_on
from .tree import Walk

SIDES = ("N", "E", "S", "W")
AT_GATE_M = 30.0
"""Crossings so near belong to the gate, not to a side of it."""


def prepare_alternates(problem: Problem, answer: Plan) -> tuple[Alternate, ...]:
    """Return, for every side that corridors of *answer* lead to, the plan for a day on which all of it is closed.

    A side is a quarter of the compass, seen from the gate. Sides that no corridor enters need none: the plan stays.
    """
    found = []
    sides = _sides_of(problem)
    for side in SIDES:
        closed = np.zeros(problem.network.node_count, bool)
        closed[sides[side]] = True
        if not closed[list(answer.nodes)].any():
            continue
        if problem.closed is not None:
            closed |= np.asarray(problem.closed, bool)
        asked = replace(problem, closed=closed, with_alternates=False)
        shed = cut_shed(asked)
        walk = Walk.of(shed, asked)
        if shed.size == 1 or not len(walk.home):
            continue
        tree = go_on(answer, walk, problem.posts)
        if tree.value > EPSILON:
            other = describe(asked, shed, tree)
            found.append(Alternate(side, other, match_posts(answer.posts, other.posts, asked, shed)))
    return tuple(found)


def _sides_of(problem: Problem) -> dict[str, Ints]:
    """Return the crossings of each side, 45 degrees to both sides of its middle. On the border they belong to both."""
    reach = cut_reach(replace(problem, hazards=(), closed=None, closed_arcs=None))
    away = np.hypot(reach.east, reach.north) > AT_GATE_M
    found = {}
    for side in SIDES:
        turn = np.radians(45.0 * WINDS.index(side))
        ahead = reach.east * np.sin(turn) + reach.north * np.cos(turn)
        aside = np.abs(reach.east * np.cos(turn) - reach.north * np.sin(turn))
        found[side] = reach.node[away & (ahead >= aside - EPSILON)]
    return found
