"""Measure how often an alternate prepared in advance is open, taken, or better than a new plan after a hazard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from corredor.engines.corridors import Hazard, Plan, Proposal, ProposalKind, is_near, replan
from corredor.engines.corridors.prepare import prepare_alternates
from corredor.engines.corridors.replan import SAME_VALUE
from corredor.flows.school.planning.problem import SchoolPlan, replan_for_schools

Scenes = Sequence[tuple[float, float]]


def prepare_near(plans: Sequence[SchoolPlan], scenes: Scenes) -> list[SchoolPlan]:
    """Return the same plans, with alternates for those near a scene, as a school stores them."""
    found = []
    for one in plans:
        answer, problem = one.plan, one.problem
        if answer is not None and problem is not None and _is_concerned(one, scenes, problem.longest_walk_m):
            one = replace(one, answer=replace(answer, alternates=prepare_alternates(problem, answer)))
        found.append(one)
    return found


def measure_prepared(plans: Sequence[SchoolPlan], hazards: Sequence[Hazard]) -> dict[str, Any]:
    """Return counts over all schools that each hazard diverts. ``worth`` is the median of alternate over new plan."""
    counts = dict.fromkeys(("diverted", "open", "taken", "better", "as_good"), 0)
    worth = []
    for hazard in hazards:
        for one, both in replan_for_schools(plans, [hazard]):
            if one.plan is None or one.problem is None or both.kind is not ProposalKind.DIVERT:
                continue
            asked = replace(one.problem, hazards=(hazard,))
            fresh = _value_of(replan(replace(one.plan, alternates=()), asked))
            ready = _value_of(replan(one.plan, asked, is_late=lambda: True), is_prepared=True)
            counts["diverted"] += 1
            counts["taken"] += bool(both.prepared)
            if ready is not None:
                counts["open"] += 1
                counts["better"] += fresh is None or ready > fresh + SAME_VALUE
                counts["as_good"] += fresh is None or ready >= fresh - SAME_VALUE
                worth.append(ready / fresh if fresh else 1.0)
    shares = {
        f"share_{name}": round(counts[name] / max(1, counts["diverted"]), 3) for name in counts if name != "diverted"
    }
    return counts | shares | {"worth": round(sorted(worth)[len(worth) // 2], 3) if worth else None}


def _value_of(proposal: Proposal, *, is_prepared: bool = False) -> float | None:
    plan: Plan | None = proposal.plan if proposal.kind is ProposalKind.DIVERT else None
    return None if plan is None or (is_prepared and not proposal.prepared) else plan.value


def _is_concerned(one: SchoolPlan, scenes: Scenes, reach_m: float) -> bool:
    return any(is_near(Hazard(lat, lon, 600.0), one.school.lat, one.school.lon, reach_m) for lat, lon in scenes)
