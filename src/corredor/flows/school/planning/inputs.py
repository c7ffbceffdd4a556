"""Inputs of the planner for a school, apart from the number of posts: a hashable cache key.

Reads corridors and places. Writes nothing. Called by ``solve`` and the page of the attendance outline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from corredor.corridors.errors import UnknownSchool
from corredor.corridors.models import School
from corredor.corridors.queries import find_outline
from corredor.engines.corridors import Problem
from corredor.engines.corridors.model import LONGEST_WALK_M
from corredor.engines.geo.earth import distance_m
from corredor.engines.outline import Ring
from corredor.places.queries import find_unlit, list_unlit_streets
from corredor.places.walking import find_school

from .problem import make_problem


@dataclass(frozen=True, slots=True)
class PlannerInputs:
    """A school's gate, children by cell, attendance outline, and unlit streets.

    Hashable, as cache key of the planner's answers. ``children`` are (cell, number) and may be empty, ``outline``
    closed rings of (lat, lon), ``unlit`` pairs of nodes.
    """

    key: str
    city: str
    lat: float
    lon: float
    children: tuple[tuple[int, int], ...] = ()
    outline: tuple[Ring, ...] = ()
    unlit: tuple[tuple[int, int], ...] = ()

    def ask(self, posts: int) -> Problem | None:
        """Return the problem for ``posts`` posts; None if the gate is off the network. Raise UnknownSchool."""
        known = find_school(self.key, self.city)
        if known is None:
            raise UnknownSchool
        return make_problem(
            replace(known, lat=self.lat, lon=self.lon),
            posts=posts,
            children=dict(self.children) or None,
            within=self.outline,
            unlit=self.unlit,
            city=self.city,
        )

    def count_children(self) -> int:
        """Return the number of children that a plan would serve. Raise UnknownSchool."""
        problem = self.ask(0)
        return round(float(problem.weights.sum())) if problem is not None else 0


def read_planner_inputs(school: School) -> PlannerInputs:
    """Return the school's current inputs."""
    outline = find_outline(school=school)
    return PlannerInputs(
        school.key,
        school.city,
        school.lat,
        school.lon,
        children=tuple(sorted(school.children.values_list("cell", "children"))),
        outline=read_rings(outline.rings) if outline else (),
        unlit=_list_unlit(school),
    )


def _list_unlit(school: School) -> tuple[tuple[int, int], ...]:
    """Return unlit blocks within walking distance, by nodes: marks elsewhere must not change the cache key."""
    gate, found = (school.lat, school.lon), set[tuple[int, int]]()
    for row in list_unlit_streets(city=school.city):
        near = distance_m(gate, (row.start_lat, row.start_lon)) <= LONGEST_WALK_M + row.length_m
        stretch = find_unlit(row) if near else None
        found.update(stretch.pairs if stretch is not None else ())
    return tuple(sorted(found))


def read_rings(stored: list[list[list[float]]]) -> tuple[Ring, ...]:
    """Convert stored rings to tuples."""
    return tuple(tuple((lat, lon) for lat, lon in ring) for ring in stored)
