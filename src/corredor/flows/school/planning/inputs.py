"""All that a school's question to the planner hangs on, but the number of posts: read once, kept as a plain key.

Reads corridors and places. Writes nothing. Called by corridor_planner and the page of the attendance outline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from corredor.corridors.errors import UnknownSchool
from corredor.corridors.models import School
from corredor.corridors.queries import find_outline
from corredor.engines.corridors import Problem
from corredor.engines.corridors.model import LONGEST_WALK_M
from corredor.engines.hexgrid import distance_m
from corredor.engines.outline import Ring
from corredor.places.queries import find_unlit, list_unlit_streets
from corredor.places.walking import find_school

from .problem import make_problem


@dataclass(frozen=True, slots=True)
class Ground:
    """A school's gate, its children by cell, the outline they come from, and the streets that are unlit.

    Hashable: the planner's answers are kept by it. ``children`` are (cell, number) and may be empty, ``outline`` closed
    rings of (lat, lon), ``unlit`` pairs of nodes.
    """

    key: str
    city: str
    lat: float
    lon: float
    children: tuple[tuple[int, int], ...] = ()
    outline: tuple[Ring, ...] = ()
    unlit: tuple[tuple[int, int], ...] = ()

    def ask(self, posts: int) -> Problem | None:
        """The question for so many posts; None where the gate is off the network. Raises UnknownSchool."""
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
        """For how many children a plan would be made. Raises UnknownSchool."""
        problem = self.ask(0)
        return round(float(problem.weights.sum())) if problem is not None else 0


def read_ground(school: School) -> Ground:
    """What is kept of a school's ground now."""
    outline = find_outline(school=school)
    return Ground(
        school.key,
        school.city,
        school.lat,
        school.lon,
        children=tuple(sorted(school.children.values_list("cell", "children"))),
        outline=read_rings(outline.rings) if outline else (),
        unlit=_list_unlit(school),
    )


def _list_unlit(school: School) -> tuple[tuple[int, int], ...]:
    """Blocks without light within the walk, by their nodes: a mark elsewhere in the city is no new question here."""
    gate, found = (school.lat, school.lon), set[tuple[int, int]]()
    for row in list_unlit_streets(city=school.city):
        near = distance_m(gate, (row.start_lat, row.start_lon)) <= LONGEST_WALK_M + row.length_m
        stretch = find_unlit(row) if near else None
        found.update(stretch.pairs if stretch is not None else ())
    return tuple(sorted(found))


def read_rings(kept: list[list[list[float]]]) -> tuple[Ring, ...]:
    """Rings as they lie in a row."""
    return tuple(tuple((lat, lon) for lat, lon in ring) for ring in kept)
