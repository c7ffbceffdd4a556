"""Build a school's planning problem: its gate, children by crossing, and the city's safe places.

Reads the city pack only; needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corredor.engines.corridors import (
    AgeGroup,
    Hazard,
    NoPlan,
    Plan,
    Problem,
    Proposal,
    Reason,
    Ring,
    SafePlace,
    is_near,
    list_reached,
    plan,
    replan,
    tighten,
)
from corredor.engines.hexgrid import cell_of, centre_of
from corredor.kit.languages import Names
from corredor.places.pack import DEFAULT_CITY
from corredor.places.walking import School, WalkingMap, find_school, get_walking_map, list_safe_places

FARTHEST_GATE_M = 350.0
"""Maximum distance in metres from the school to a crossing of the network."""

Area = Hazard | Ring
Children = float | Mapping[int, float] | None
Outline = Sequence[tuple[float, float]]


class UnknownSchoolError(LookupError):
    """The city pack has no school with this id."""


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school's plan, or the reason why there is none, with names of its crossings.

    ``problem`` is the solved problem, for a later `replan`; None when the school is off the network.
    """

    school: School
    city: str
    answer: Plan | NoPlan
    problem: Problem | None
    names: Mapping[int, Names]

    @property
    def plan(self) -> Plan | None:
        """Return the plan if there is one."""
        return self.answer if isinstance(self.answer, Plan) else None


def plan_for_school(
    school_key: str,
    *,
    posts: int,
    avoid: Sequence[Area] = (),
    children: Children = None,
    within: Sequence[Outline] = (),
    unlit: Sequence[tuple[int, int]] = (),
    ages: tuple[AgeGroup, ...] = (),
    city: str = DEFAULT_CITY,
    with_alternates: bool = False,
    with_bound: bool = False,
) -> SchoolPlan:
    """Return the plan of a school of the pack for ``posts`` posts. Raise UnknownSchoolError, and as get_pack does.

    *children* is their number, spread evenly over the walk-shed; or numbers by cell (hexgrid's finest), as a
    school enters them; None takes the pack's number of pupils. *within* is an attendance area, rings of (lat, lon)
    points, outside of which nobody is planned for. *unlit* are streets between two crossings, by their nodes.
    *with_alternates* prepares a way for each side of the school that may be closed; *with_bound* computes a tight
    upper bound, which takes about a second.
    """
    school = find_school(school_key, city)
    if school is None:
        raise UnknownSchoolError(f"no school {school_key!r} in the pack {city!r}")
    problem = make_problem(
        school, posts=posts, avoid=avoid, children=children, within=within, unlit=unlit, ages=ages, city=city
    )
    if problem is None:
        return SchoolPlan(school, city, NoPlan(Reason.OFF_NETWORK, "no crossing near the school"), None, {})
    problem = replace(problem, with_alternates=with_alternates)
    answer = plan(problem)
    if with_bound and isinstance(answer, Plan):
        answer = tighten(answer, problem)
    return SchoolPlan(school, city, answer, problem, _name_nodes(answer, get_walking_map(city)))


def make_problem(
    school: School,
    *,
    posts: int,
    avoid: Sequence[Area] = (),
    children: Children = None,
    within: Sequence[Outline] = (),
    unlit: Sequence[tuple[int, int]] = (),
    ages: tuple[AgeGroup, ...] = (),
    city: str = DEFAULT_CITY,
) -> Problem | None:
    """Return a school's problem; None when it is off the network. Parameters as in `plan_for_school`."""
    walking = get_walking_map(city)
    gate, away_m = walking.find_node(school.lat, school.lon)
    if away_m > FARTHEST_GATE_M:
        return None
    near = list_reached(walking.network, gate)
    weights = np.zeros(walking.network.node_count)
    homes = walking.filter_inside(near, within) if within else near
    if isinstance(children, Mapping):
        _spread_cells(weights, homes, children, walking, is_bounded=bool(within))
    else:
        total = children if children is not None else float(school.students or len(near))
        weights[homes] = total / max(1, len(homes))
    doors = tuple(SafePlace(key, node) for key, node in list_safe_places(city))
    mine = frozenset(near.tolist())
    return Problem(
        walking.network,
        gate,
        weights,
        posts,
        unlit=walking.mark_streets(unlit) if unlit else None,
        hazards=tuple(avoid),
        safe_places=tuple(door for door in doors if door.node in mine),
        ages=ages,
    )


def replan_for_schools(
    plans: Sequence[SchoolPlan], hazards: Sequence[Area], *, walking: bool = False
) -> list[tuple[SchoolPlan, Proposal]]:
    """Return a proposal for every school that the hazards may affect; others are left out."""
    found = []
    for one in plans:
        problem = one.problem
        if one.plan is None or problem is None:
            continue
        reach = problem.longest_walk_m
        if any(is_near(hazard, one.school.lat, one.school.lon, reach) for hazard in hazards):
            asked = replace(problem, hazards=(*problem.hazards, *hazards))
            found.append((one, replan(one.plan, asked, walking=walking)))
    return found


def _spread_cells(
    weights: np.ndarray, homes: np.ndarray, children: Mapping[int, float], walking: WalkingMap, *, is_bounded: bool
) -> None:
    """Spread each cell's children evenly over its crossings; a cell without any uses the crossing nearest its centre.

    With an attendance outline, a cell without crossings lies outside it, and its children are left out.
    """
    by_cell: dict[int, list[int]] = {}
    lat, lon = walking.network.lat, walking.network.lon
    for node in homes.tolist():
        by_cell.setdefault(cell_of(float(lat[node]), float(lon[node])), []).append(node)
    for cell, count in children.items():
        nodes = by_cell.get(cell) or ([] if is_bounded else [walking.find_node(*centre_of(cell))[0]])
        if nodes:
            weights[nodes] += count / len(nodes)


def _name_nodes(answer: Plan | NoPlan, walking: WalkingMap) -> dict[int, Names]:
    if isinstance(answer, NoPlan):
        return {}
    spoken = {*answer.nodes, *(post.node for post in answer.posts), *(gap.node for gap in answer.gaps)}
    spoken |= {place.node for place in answer.safe_places}
    spoken |= {post.node for alternate in answer.alternates for post in alternate.plan.posts}
    return {node: walking.name_node(node) for node in sorted(spoken)}
