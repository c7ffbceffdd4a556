"""Plan corridors for a school: check, search, describe; or explain why there is no plan."""

from __future__ import annotations

from dataclasses import replace

from .bound import ROUNDS, make_dual, minimise_bound
from .check import check
from .describe import describe
from .model import NoPlan, Plan, Problem, Reason
from .prepare import prepare_alternates
from .search import search
from .shed import EPSILON, cut_shed
from .stand import continue_plan
from .tree import Walk


def plan(problem: Problem, start: Plan | None = None) -> Plan | NoPlan:
    """Return corridors and posts for a school, or a `NoPlan` with the reason; never a partial plan.

    *start* is a plan in force for the same school. The result is never worth less, so that one more post never lowers
    the value. ``upper_bound`` is a loose one; `tighten` computes a better one.
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
        tree = max(tree, continue_plan(start, walk, problem.posts), key=lambda one: one.value)
    if tree.value <= EPSILON:
        return NoPlan(Reason.TOO_FEW_POSTS, "no stretch can be guarded that helps anyone")
    answer = describe(problem, shed, tree)
    if not problem.with_alternates:
        return answer
    return replace(answer, alternates=prepare_alternates(problem, answer))


def tighten(plan: Plan, problem: Problem, rounds: int = ROUNDS) -> Plan:
    """Return the same plan with a tighter upper bound, in about a second. *problem* is the one it was made for."""
    walk = Walk.of(cut_shed(problem), problem)
    bound = minimise_bound(make_dual(walk, problem.posts), plan.value, rounds).bound
    bound = max(plan.value, min(plan.upper_bound, bound))
    return replace(plan, upper_bound=bound, gap=1.0 - plan.value / bound)
