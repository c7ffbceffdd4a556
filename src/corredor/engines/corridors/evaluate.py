"""Objective function: route every child along the cheapest way over the whole network for a set of guarded streets.

This is the definition; `tree` holds the search's faster form. It accepts any set of arcs, so that plans from other
sources are scored by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from .model import Bools, Floats, Ints, Problem
from .shed import EPSILON, Shed

_TIE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Results of a routing, in metres, all (n,) but ``flow``.

    ``value`` and ``felt`` are felt metres spared and walked, ``covered_m`` and ``walked_m`` real metres guarded and
    walked; ``flow`` (m,) is the number of children on each arc.
    """

    value: Floats
    covered_m: Floats
    walked_m: Floats
    felt: Floats
    flow: Floats


def evaluate(shed: Shed, problem: Problem, guarded: Floats) -> Outcome:
    """Return the children's routes when the share *guarded* (m,), 0 to 1, of each shed arc is guarded.

    If the cheapest way is longer than ``longest_detour`` times the shortest, that child is routed again with a guarded
    metre costing at least 1 / longest_detour, which makes such a detour impossible.
    """
    first = _walk(shed, guarded, problem.cover_cost)
    limit = problem.longest_detour * shed.home + EPSILON
    too_long = first.felt > limit
    if not too_long.any():
        return first.outcome(shed, ~too_long)
    second = _walk(shed, guarded, max(problem.cover_cost, 1.0 / problem.longest_detour))
    one, other = first.outcome(shed, ~too_long), second.outcome(shed, too_long)
    return Outcome(
        value=np.where(too_long, other.value, one.value),
        covered_m=np.where(too_long, other.covered_m, one.covered_m),
        walked_m=np.where(too_long, other.walked_m, one.walked_m),
        felt=np.where(too_long, other.felt, one.felt),
        flow=one.flow + other.flow,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Every node's cheapest way from the gate: its predecessor ``before``, reached by ``arc``."""

    before: Ints
    arc: Ints
    order: Ints
    felt: Floats
    unguarded: Floats
    covered_m: Floats
    walked_m: Floats

    def outcome(self, shed: Shed, homes: Bools) -> Outcome:
        """Return the outcome of these ways; only children of *homes* count in the flow."""
        flow = np.zeros(len(shed.arc))
        carried = np.where(homes, shed.weights, 0.0).tolist()
        before, arc = self.before.tolist(), self.arc.tolist()
        for node in self.order[:0:-1].tolist():
            flow[arc[node]] = carried[node]
            carried[before[node]] += carried[node]
        return Outcome(shed.home - self.unguarded, self.covered_m, self.walked_m, self.felt, flow)


def _walk(shed: Shed, guarded: Floats, cover_cost: float) -> _Ways:
    price = shed.felt * (1.0 - (1.0 - cover_cost + _TIE) * guarded)
    far, before = dijkstra(shed.graph(price), indices=0, return_predecessors=True)
    order = np.argsort(far, kind="stable")
    number = {pair: row for row, pair in enumerate(zip(shed.tail.tolist(), shed.head.tolist(), strict=True))}
    before = before.astype(np.int64)
    before[0] = 0
    arc = np.array([0, *(number[before[node], node] for node in range(1, shed.size))], np.int64)
    own = np.stack((shed.felt, shed.felt * (1.0 - guarded), shed.length_m * guarded, shed.length_m))
    own = own[:, arc]
    own[:, 0] = 0.0
    sums = own.copy()
    back = before.copy()
    while back.any():  # pointer doubling: each round doubles how far back a sum reaches
        sums += sums[:, back]
        back = back[back]
    return _Ways(before, arc, order, *sums)
