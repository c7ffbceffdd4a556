"""Between what the corridors stage keeps and what the planner computes: questions in, lines and named posts out.

Reads the city pack and corridors. Writes nothing. Called by corridor_version and corridor_watch.
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

from .inputs import Ground, read_ground
from .stored import draw_alternates, draw_way, make_posts, restore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the planner says to do. ``why`` is "gate" or "no_plan" where a plain word is owed; directions are closed."""

    kind: ProposalKind
    way: Drawn | None = None
    moves: tuple[dict[str, Any], ...] = ()
    safe_place: dict[str, Any] | None = None
    minutes: int | None = None
    children: int | None = None
    why: str = ""
    directions: tuple[str, ...] = field(default=())


def draw_plan(school: School, *, posts: int) -> tuple[Drawn, list[Post]]:
    """The best corridors for so many posts, and the posts as rows not yet kept. Raises NoSafePlan, UnknownSchool."""
    answer = _answer(read_ground(school), posts, True)
    if isinstance(answer, engine.NoPlan):
        raise NoSafePlan(answer.reason, answer.directions)
    walking = get_walking_map(school.city)
    drawn = draw_way(answer, school)
    drawn["alternates"] = draw_alternates(answer, school)
    return drawn, make_posts(answer, walking)


def measure_curve(school: School, *, posts: Sequence[int]) -> list[list[float]]:
    """Child-metres guarded by number of posts; a number for which there is no plan is left out."""
    ground, found = read_ground(school), []
    for count in posts:
        answer = _answer(ground, count, False)
        if isinstance(answer, engine.Plan):
            found.append([float(count), round(answer.covered_child_m)])
    return found


def propose_way(day: Dismissal, dangers: Sequence[Danger], is_late: Callable[[], bool]) -> Proposed | None:
    """What to do on this day with these dangers near; None when the corridors are not touched.

    Planning anew and what was prepared in advance are compared; if planning fails, what was prepared stands. Where
    that does not help either it raises, and the caller proposes to hold. Once ``is_late`` answers yes, a way that was
    prepared is not waited with.
    """
    school, kept = day.school, day.plan
    problem = read_ground(school).ask(kept.posts_asked)
    if problem is None:
        raise NoSafePlan(engine.Reason.OFF_NETWORK)
    asked = replace(problem, hazards=tuple(one.as_area() for one in dangers))
    before = restore(kept)
    is_out = day.state in (DismissalState.OPEN, DismissalState.DIVERTED) and get_totals(day=day).gate > 0
    try:
        found = engine.replan(before, asked, walking=is_out, is_late=is_late)
    except Exception:
        stands = engine.fall_back(before, asked, walking=is_out)
        if stands is None:
            raise
        log.exception("planning anew failed; what was prepared stands")
        found = stands
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
    way = draw_way(plan, school)
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
    for refuge in found.refuges:  # children who are there now go in at a door first
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
def _answer(ground: Ground, posts: int, with_alternates: bool) -> engine.Plan | engine.NoPlan:
    """The planner's answer, kept: the same question is asked again for each version and by the city view."""
    problem = ground.ask(posts)
    if problem is None:
        return engine.NoPlan(engine.Reason.OFF_NETWORK)
    return engine.plan(replace(problem, with_alternates=with_alternates))
