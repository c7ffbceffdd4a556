"""How many adults to ask for: as many as stand at posts, or as many as the children's ages ask for.

Reads corridors. Writes nothing. Called by the schools' pages, their sheets and the city view.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corredor.corridors.models import ChildrenOfAge
from corredor.engines.corridors import AgeGroup, count_by_age


@dataclass(frozen=True, slots=True)
class Adults:
    """Adults at one dismissal, the lead at the gate among them; ``by_age`` is None where no ages are entered."""

    at_posts: int
    by_age: int | None

    @property
    def to_ask_for(self) -> int:
        """The larger of both: posts see the way, and the smaller children also want a hand."""
        return max(self.at_posts, self.by_age or 0)


def count_adults(*, posts: int, ages: Iterable[ChildrenOfAge]) -> Adults:
    """For a plan with so many posts and a school's children by age."""
    rows = [AgeGroup(row.children, row.per_adult) for row in ages if row.children]
    return Adults(at_posts=posts + 1, by_age=count_by_age(rows) if rows else None)
