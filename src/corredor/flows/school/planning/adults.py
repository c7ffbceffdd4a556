"""Adults to recruit: the larger of the number at posts and the number required by the children's ages.

Reads corridors. Writes nothing. Called by the schools' pages, their sheets and the city view.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corredor.corridors.models import ChildrenOfAge
from corredor.engines.corridors import AgeGroup, count_by_age


@dataclass(frozen=True, slots=True)
class Adults:
    """Adults at one dismissal, the lead at the gate included; ``by_age`` is None without ages."""

    at_posts: int
    by_age: int | None

    @property
    def to_ask_for(self) -> int:
        """The larger of both: posts watch the way, and small children also need a hand."""
        return max(self.at_posts, self.by_age or 0)


def count_adults(*, posts: int, ages: Iterable[ChildrenOfAge]) -> Adults:
    """Count adults for a plan with ``posts`` posts and a school's children by age."""
    rows = [AgeGroup(row.children, row.per_adult) for row in ages if row.children]
    return Adults(at_posts=posts + 1, by_age=count_by_age(rows) if rows else None)
