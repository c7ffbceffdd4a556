"""Errors of the corridors stage."""

from __future__ import annotations

from datetime import datetime


class MessageTooOld(Exception):
    """A message to parents waited too long for approval and describes the past."""


class UnknownSchool(Exception):
    """The city pack has no school with this key, or it has no page."""


class AlreadySetUp(Exception):
    """The school already has a page."""


class NotALead(Exception):
    """The person is not a lead of this school."""


class WrongBell(Exception):
    """A bell outside school hours, or a special day in the past."""


class WrongCount(Exception):
    """An impossible number of children: below 0, or more than a school holds."""


class WrongAges(Exception):
    """An impossible number of children in an age group, or of children per adult."""


class RuleUnnamed(Exception):
    """A number of children per adult other than the default needs a source, and none was given."""


class FewerByAge(Exception):
    """More children are entered by cell than by age, so one of the two is wrong."""

    def __init__(self, by_cell: int, by_age: int) -> None:
        super().__init__(by_cell, by_age)
        self.by_cell, self.by_age = by_cell, by_age


class NoPosts(Exception):
    """A plan needs at least one post."""


class NoSafePlan(Exception):
    """The planner found no safe way.

    ``reason`` is its code, ``directions`` are those in which no way leads out of the gate.
    """

    def __init__(self, reason: str, directions: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.directions = reason, directions


class NoPlanChosen(Exception):
    """The school has no plan in use."""


class UnknownPost(Exception):
    """The plan has no post with this number."""


class EmptyOutline(Exception):
    """The outline contains no crossing within walking distance."""


class NoSchoolThatDay(Exception):
    """No bell is known for this day: a weekend, a day off, or a weekday without a time."""


class DismissalChanged(Exception):
    """Another person changed the dismissal in the meantime; nothing was done.

    ``alias`` is theirs ("" for the system), ``state`` the present state, ``at`` the time of the change.
    """

    def __init__(self, alias: str, state: str, at: datetime) -> None:
        super().__init__(alias, state)
        self.alias, self.state, self.at = alias, state, at


class WrongStep(Exception):
    """The dismissal cannot change from its state to the wanted one."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(state, wanted)
        self.state, self.wanted = state, wanted


class ChildrenMissing(Exception):
    """Children who went out are not all counted home. ``missing`` is negative if more came than went."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


class DangerNear(Exception):
    """The danger that closed the corridor is not cleared, or a proposal about it waits for a decision."""


class AlreadyDecided(Exception):
    """Another person decided in the meantime, or something newer supersedes this."""


class SamePerson(Exception):
    """The author of a message to parents cannot send it: a second person must."""


class UnknownCode(Exception):
    """No guardian's code of this school matches."""


class WorldsMixed(Exception):
    """Drill and real data would mix; always refused."""
