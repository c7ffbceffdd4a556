"""Adapter between stored school data and the planning engine: problems in, drawn ways and named posts out.

Reads the city pack and corridors. Writes nothing. Called by ``plan`` and ``watch``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from corredor.corridors.enums import DismissalState, ProposalKind
from corredor.corridors.errors import NoSafePlan
from corredor.corridors.models import Dismissal, Post, School
from corredor.corridors.plan_geometry import Drawn
from corredor.corridors.queries import get_totals
from corredor.engines import corridors as engine
from corredor.flows.school.dangers import Danger
from corredor.places.pack import get_pack
from corredor.places.walking import get_walking_map

from .inputs import PlannerInputs, read_planner_inputs
from .stored import make_posts, restore, serialise_alternates, serialise_way

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proposed:
    """The planner's proposal. ``why`` is "gate" or "no_plan" if a reason must be shown; ``directions`` are closed."""

    kind: ProposalKind
    way: Drawn | None = None
    moves: tuple[dict[str, Any], ...] = ()
    safe_place: dict[str, Any] | None = None
    minutes: int | None = None
    children: int | None = None
    why: str = ""
    directions: tuple[str, ...] = field(default=())


def compute_plan(school: School, *, posts: int) -> tuple[Drawn, list[Post]]:
    """Return the best corridors for ``posts`` posts, and unsaved post rows. Raise NoSafePlan, UnknownSchool."""
    answer = _answer(read_planner_inputs(school), posts, True)
    if isinstance(answer, engine.NoPlan):
        raise NoSafePlan(answer.reason, answer.directions)
    walking = get_walking_map(school.city)
    drawn = serialise_way(answer, school)
    drawn["alternates"] = serialise_alternates(answer, school)
    return drawn, make_posts(answer, walking)


def measure_curve(school: School, *, posts: Sequence[int]) -> list[list[float]]:
    """Return [posts, guarded child-metres] pairs; numbers of posts without a plan are left out."""
    inputs, found = read_planner_inputs(school), []
    for count in posts:
        answer = _answer(inputs, count, False)
        if isinstance(answer, engine.Plan):
            found.append([float(count), round(answer.covered_child_m)])
    return found


def propose_way(dismissal: Dismissal, dangers: Sequence[Danger], is_late: Callable[[], bool]) -> Proposed | None:
    """Return the proposal for this day with these dangers nearby; None when the corridors are not affected.

    Replanning competes with the prepared alternates; if replanning fails, a prepared one is used. If there is none, the
    error is raised, and the caller proposes to hold. Once ``is_late`` returns True, a prepared way is returned without
    further search.
    """
    school, stored = dismissal.school, dismissal.plan
    problem = read_planner_inputs(school).ask(stored.posts_asked)
    if problem is None:
        raise NoSafePlan(engine.Reason.OFF_NETWORK)
    asked = replace(problem, hazards=tuple(one.as_area() for one in dangers))
    before = restore(stored)
    is_out = (
        dismissal.state in (DismissalState.OPEN, DismissalState.DIVERTED) and get_totals(dismissal=dismissal).gate > 0
    )
    try:
        found = engine.replan(before, asked, walking=is_out, is_late=is_late)
    except Exception:
        prepared = engine.fall_back(before, asked, walking=is_out)
        if prepared is None:
            raise
        log.exception("replanning failed; a prepared way is used")
        found = prepared
    if found.kind is engine.ProposalKind.UNCHANGED:
        waits = round(found.plan.held - before.held) if found.plan is not None else 0
        return Proposed(ProposalKind.KEEP_BACK, children=waits, directions=found.directions) if waits > 0 else None
    if found.kind is engine.ProposalKind.DIVERT and found.plan is not None:
        return _divert(found, found.plan, school, waits=max(0, round(found.plan.held - before.held)))
    why = "gate" if found.reason is engine.Reason.GATE_IN_HAZARD else ""
    if found.kind is engine.ProposalKind.SAFE_PLACE and found.refuges:
        refuges = [_name_refuge(one, school) for one in found.refuges]
        nearest = min(found.refuges, key=lambda one: one.walk_m)
        return Proposed(
            ProposalKind.SAFE_PLACE,
            moves=tuple(refuges),
            safe_place=refuges[found.refuges.index(nearest)],
            minutes=max(1, round(found.minutes)),
            why=why,
            directions=found.directions,
        )
    return Proposed(ProposalKind.HOLD, why=why, directions=found.directions)


def _divert(found: engine.Proposal, plan: engine.Plan, school: School, *, waits: int) -> Proposed:
    way = serialise_way(plan, school)
    way["prepared_for"] = found.prepared
    rows = make_posts(plan, get_walking_map(school.city))
    moves: dict[int, dict[str, Any]] = {}
    for move in found.moved_posts:
        to = rows[move.to] if move.to is not None else None
        moves[move.post + 1] = {
            "post": move.post + 1,
            "lat": to.lat if to else None,
            "lon": to.lon if to else None,
            "labels": to.labels if to else {},
        }
    for refuge in found.refuges:  # children who are there now first enter a safe place
        moves[refuge.post + 1] = _name_refuge(refuge, school)
    return Proposed(
        ProposalKind.DIVERT,
        way=way,
        moves=tuple(moves[number] for number in sorted(moves)),
        minutes=max(1, round(plan.minutes)),
        children=waits or None,
        directions=found.directions,
    )


def _name_refuge(refuge: engine.Refuge, school: School) -> dict[str, Any]:
    places = get_pack(school.city).places
    place = {"post": refuge.post + 1, "name": school.name, "lat": school.lat, "lon": school.lon}
    if refuge.place.key in places.id:
        row = places.id.index(refuge.place.key)
        place |= {"name": places.name[row], "lat": float(places.lat[row]), "lon": float(places.lon[row])}
    return place


@lru_cache(maxsize=512)
def _answer(inputs: PlannerInputs, posts: int, with_alternates: bool) -> engine.Plan | engine.NoPlan:
    """Return the planner's answer, cached: plan versions and the city view ask the same question again."""
    problem = inputs.ask(posts)
    if problem is None:
        return engine.NoPlan(engine.Reason.OFF_NETWORK)
    return engine.plan(replace(problem, with_alternates=with_alternates))
