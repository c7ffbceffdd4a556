"""A group of volunteers, named without a foreign key: the groups' own tables are in stages above this one."""

from __future__ import annotations

from dataclasses import dataclass

from .enums import GroupKind


@dataclass(frozen=True, slots=True)
class Group:
    """A group's kind and the id of its row. Whoever deletes that row also ends or erases the memberships."""

    kind: GroupKind
    id: int
