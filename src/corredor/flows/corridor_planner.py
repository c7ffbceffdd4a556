"""Between what the corridors stage keeps and what the planner computes: questions in, lines and named posts out.

Reads the city pack and corridors. Writes nothing. Called by corridor_version and corridor_watch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from corredor.corridors.drawn import Corridor as DrawnCorridor
from corredor.corridors.drawn import Drawn, Gap
from corredor.corridors.enums import DayState, ProposalKind
from corredor.corridors.errors import NoSafePlan
from corredor.corridors.models import Day, Post, School
from corredor.corridors.models import Plan as KeptPlan
from corredor.corridors.queries import get_totals
from corredor.engines import corridors as engine
from corredor.places.pack import get_pack
from corredor.places.walking import CrossingName, WalkingMap, get_walking_map

from .corridor_danger import Danger
from .corridor_ground import Ground, read_ground

_SOMEWHERE = CrossingName("Mid-block", "A media cuadra")


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
    drawn = _draw(answer, school)
    drawn["alternates"] = [
        [_draw_corridor(corridor, school.city) for corridor in other.corridors] for other in answer.alternates
    ]
    return drawn, _make_posts(answer, walking)


def measure_curve(school: School, *, posts: Sequence[int]) -> list[list[float]]:
    """Child-metres guarded by number of posts; a number for which there is no plan is left out."""
    ground, found = read_ground(school), []
    for count in posts:
        answer = _answer(ground, count, False)
        if isinstance(answer, engine.Plan):
            found.append([float(count), round(answer.covered_child_m)])
    return found


def propose_way(day: Day, dangers: Sequence[Danger]) -> Proposed | None:
    """What to do on this day with these dangers near; None when the corridors are not touched.

    A plan that cannot be compared raises, and the caller proposes to hold.
    """
    school, kept = day.school, day.plan
    problem = read_ground(school).ask(kept.posts_asked)
    if problem is None:
        raise NoSafePlan(engine.Reason.OFF_NETWORK)
    asked = replace(problem, hazards=tuple(one.as_area() for one in dangers))
    before = _restore(kept)
    is_out = day.state in (DayState.OPEN, DayState.DIVERTED) and get_totals(day=day).gate > 0
    found = engine.replan(before, asked, walking=is_out)
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
    rows = _make_posts(plan, get_walking_map(school.city))
    moves: dict[int, dict[str, Any]] = {}
    for move in found.moved_posts:
        to = rows[move.to] if move.to is not None else None
        moves[move.post + 1] = {
            "post": move.post + 1,
            "lat": to.lat if to else None,
            "lon": to.lon if to else None,
            "label_en": to.label_en if to else "",
            "label_es": to.label_es if to else "",
        }
    for refuge in found.refuges:  # children who are there now go in at a door first
        moves[refuge.post + 1] = _name_refuge(refuge, school)
    return Proposed(
        ProposalKind.DIVERT,
        way=_draw(plan, school),
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


def _draw(plan: engine.Plan, school: School) -> Drawn:
    city = school.city
    walking, places = get_walking_map(city), get_pack(city).places
    rows = {key: row for row, key in enumerate(places.id)}
    gaps: list[Gap] = []
    for gap in plan.gaps:
        name = walking.name_node(gap.node)
        lat, lon = float(walking.network.lat[gap.node]), float(walking.network.lon[gap.node])
        gaps.append(
            {
                "lat": lat,
                "lon": lon,
                "label_en": name.en,
                "label_es": name.es,
                "posts": gap.posts,
                "gain_child_m": round(gap.child_m),
            }
        )
    doors = [rows[place.key] for place in plan.safe_places if place.key in rows and place.key != school.key]
    return {
        "corridors": [_draw_corridor(corridor, city) for corridor in plan.corridors],
        "alternates": [],
        "gaps": gaps,
        "safe_places": [
            {"name": places.name[row], "lat": float(places.lat[row]), "lon": float(places.lon[row])} for row in doors
        ],
        "children": round(plan.children),
        "covered_child_m": round(plan.covered_child_m),
        "total_child_m": round(plan.total_child_m),
        "share_covered": round(plan.share_covered, 4),
        "minutes": round(plan.minutes, 1),
        "adults_needed": plan.adults_needed,
        "upper_bound": round(plan.upper_bound),
        "gap": round(plan.gap, 4),
        "value": plan.value,
        "held": plan.held,
        "curve": [],
    }


def _draw_corridor(corridor: engine.Corridor, city: str) -> DrawnCorridor:
    """A corridor with its real line, street by street."""
    network = get_pack(city).network
    line: list[list[float]] = []
    for here, there in zip(corridor.nodes, corridor.nodes[1:], strict=False):
        first, last = int(network.indptr[here]), int(network.indptr[here + 1])
        arcs = np.flatnonzero(network.indices[first:last] == there)
        points = network.line(first + int(arcs[0]))
        line += [[round(lat, 6), round(lon, 6)] for lat, lon in (points if not line else points[1:])]
    return {
        "line": line,
        "nodes": list(corridor.nodes),
        "length_m": round(corridor.length_m),
        "children": round(corridor.children),
    }


def _make_posts(plan: engine.Plan, walking: WalkingMap) -> list[Post]:
    """Rows of posts, numbered as the planner lists them, with the crossing's name and the post before each."""
    before = _find_before(plan)
    rows = []
    for number, post in enumerate(plan.posts, start=1):
        name = walking.name_node(post.node)
        name = name if name.en else _SOMEWHERE
        if post.along is not None:
            name = CrossingName(f"Half a block before {name.en}", f"Media cuadra antes de {name.es}")
        rows.append(
            Post(
                number=number,
                node=post.node,
                lat=post.lat,
                lon=post.lon,
                kind=str(post.kind),
                label_en=name.en[:120],
                label_es=name.es[:120],
                sees=[seen + 1 for seen in post.sees],
                along=list(post.along) if post.along else None,
                before=before.get(number),
            )
        )
    return rows


def _find_before(plan: engine.Plan) -> dict[int, int]:
    """For each post the next one nearer to the gate, by number: walked outward from the gate along who sees whom."""
    seen_by: dict[int, list[int]] = {}
    for row, post in enumerate(plan.posts):
        for other in post.sees:
            seen_by.setdefault(other, []).append(row)
            seen_by.setdefault(row, []).append(other)
    before: dict[int, int] = {}
    reached, edge = {engine.GATE}, [engine.GATE]
    while edge:
        here = edge.pop(0)
        for row in seen_by.get(here, ()):
            if row not in reached:
                reached.add(row)
                edge.append(row)
                if here != engine.GATE:
                    before[row + 1] = here + 1
    return before


def _restore(kept: KeptPlan) -> engine.Plan:
    """The planner's own plan out of what was kept of it."""
    data = kept.data
    posts = tuple(
        engine.Post(
            node=post.node,
            lat=post.lat,
            lon=post.lon,
            sees=tuple(number - 1 for number in post.sees),
            kind=engine.PostKind(post.kind),
            along=tuple(post.along) if post.along else None,
        )
        for post in kept.posts.all()
    )
    corridors = tuple(
        engine.Corridor(tuple(one["nodes"]), one["length_m"], one["children"]) for one in data["corridors"]
    )
    return engine.Plan(
        corridors=corridors,
        posts=posts,
        covered_child_m=data["covered_child_m"],
        total_child_m=data["total_child_m"],
        children=data["children"],
        share_covered=data["share_covered"],
        minutes=data["minutes"],
        gaps=(),
        adults_needed=data["adults_needed"],
        safe_places=(),
        upper_bound=data["upper_bound"],
        gap=data["gap"],
        alternates=(),
        value=data["value"],
        held=data["held"],
    )
