"""Contingency plans computed in advance: one alternate for each side of the school that may be closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corredor.engines.geo.compass import WINDS

from .describe import describe
from .model import Alternate, Ints, Plan, Problem
from .moves import match_posts
from .shed import EPSILON, cut_reach, cut_shed
from .stand import continue_plan
from .tree import Walk

SIDES = ("N", "E", "S", "W")
AT_GATE_M = 30.0
"""Nodes this near belong to the gate, not to a side of it."""


def prepare_alternates(problem: Problem, answer: Plan) -> tuple[Alternate, ...]:
    """Return, for every side that corridors of *answer* enter, the plan for a day on which all of it is closed.

    A side is a quarter of the compass, seen from the gate. Sides without corridors need none: the plan stays valid.
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
        one_closed = replace(problem, closed=closed, with_alternates=False)
        shed = cut_shed(one_closed)
        walk = Walk.of(shed, one_closed)
        if shed.size == 1 or not len(walk.home):
            continue
        tree = continue_plan(answer, walk, problem.posts)
        if tree.value > EPSILON:
            other = describe(one_closed, shed, tree)
            found.append(Alternate(side, other, match_posts(answer.posts, other.posts, one_closed, shed)))
    return tuple(found)


def _sides_of(problem: Problem) -> dict[str, Ints]:
    """Return the nodes of each side, 45 degrees either way of its middle. Those on a border belong to both."""
    reach = cut_reach(replace(problem, hazards=(), closed=None, closed_arcs=None))
    beyond_gate = np.hypot(reach.east, reach.north) > AT_GATE_M
    found = {}
    for side in SIDES:
        turn = np.radians(45.0 * WINDS.index(side))
        ahead = reach.east * np.sin(turn) + reach.north * np.cos(turn)
        aside = np.abs(reach.east * np.cos(turn) - reach.north * np.sin(turn))
        found[side] = reach.node[beyond_gate & (ahead >= aside - EPSILON)]
    return found
