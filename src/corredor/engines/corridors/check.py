"""Validate a planning problem before anything is planned."""

from __future__ import annotations

import math

import numpy as np

from .hazard import touches
from .model import Hazard, NoPlan, Problem, Reason


def check(problem: Problem) -> NoPlan | None:
    """Return a `NoPlan` naming the first invalid field or unusable gate of *problem*, or None if it can be planned."""
    contradiction = _find_invalid(problem)
    if contradiction:
        return NoPlan(Reason.CONTRADICTION, contradiction)
    network, gate = problem.network, problem.gate
    if not 0 <= gate < network.node_count or network.indptr[gate] == network.indptr[gate + 1]:
        return NoPlan(Reason.OFF_NETWORK, "no street of the walking network leads to the gate")
    if problem.posts == 0:
        return NoPlan(Reason.NO_POSTS, "posts is 0")
    here = np.array([network.lat[gate]]), np.array([network.lon[gate]])
    if any(touches(hazard, *here, with_buffer=True)[0] for hazard in problem.hazards):
        return NoPlan(Reason.GATE_IN_HAZARD, "the gate lies in an area to keep out of")
    if problem.closed is not None and problem.closed[gate]:
        return NoPlan(Reason.GATE_IN_HAZARD, "the gate is closed")
    return None


def _find_invalid(problem: Problem) -> str:
    rules = (
        (problem.posts >= 0, "posts is negative"),
        (_is_positive(problem.spacing_m), "spacing_m is not a positive number"),
        (math.isfinite(problem.corner_m) and problem.corner_m >= 0, "corner_m is negative or no number"),
        (0 < problem.cover_cost <= 1, "cover_cost is not between 0 and 1"),
        (1 <= problem.longest_detour < math.inf, "longest_detour is below 1"),
        (_is_positive(problem.longest_walk_m), "longest_walk_m is not a positive number"),
        (all(_is_positive(cost) for cost in _costs(problem)), "costs holds a number that is not positive"),
        (_shapes_fit(problem), "weights, closed, closed_arcs and unlit do not fit the network"),
        (all(_is_valid_hazard(hazard) for hazard in problem.hazards), "hazards holds an area without extent"),
    )
    wrong = next((words for holds, words in rules if not holds), "")
    if wrong:
        return wrong
    weights = np.asarray(problem.weights, np.float64)
    return "" if (np.isfinite(weights) & (weights >= 0)).all() else "weights holds a number below zero, or none"


def _costs(problem: Problem) -> tuple[float, ...]:
    costs = problem.costs
    return (costs.busy, costs.rail, costs.expressway, costs.steps, costs.unlit, costs.safe_place)


def _shapes_fit(problem: Problem) -> bool:
    nodes, arcs = problem.network.node_count, len(problem.network.indices)
    sized = ((problem.weights, nodes), (problem.closed, nodes), (problem.closed_arcs, arcs), (problem.unlit, arcs))
    return all(array is None or np.shape(array) == (size,) for array, size in sized)


def _is_valid_hazard(hazard: object) -> bool:
    if not isinstance(hazard, Hazard):
        return len(getattr(hazard, "points", ())) >= 3
    sizes = (hazard.radius_m, hazard.buffer_m, hazard.wedge_m, hazard.wedge_deg, hazard.lat, hazard.lon)
    if not all(math.isfinite(size) for size in sizes) or hazard.radius_m < 0 or hazard.buffer_m < 0:
        return False
    return hazard.wind_to_deg is None or (math.isfinite(hazard.wind_to_deg) and 0 < hazard.wedge_deg < 90)


def _is_positive(number: float) -> bool:
    return math.isfinite(number) and number > 0
