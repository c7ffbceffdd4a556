"""What can be refused in the corridors stage."""

from __future__ import annotations

from datetime import datetime


class MessageTooOld(Exception):
    """A message to parents that waited for so long says what was."""


class UnknownSchool(Exception):
    """The city pack has no school of this key, or the network has not set it up."""


class AlreadySetUp(Exception):
    """The school has a page already."""


class NotALead(Exception):
    """The person is not a lead of this school."""


class WrongBell(Exception):
    """A bell outside the hours of a school day, or a half day in the past."""


class WrongCount(Exception):
    """Not a number of children that can be: below 0, or more than a school holds."""


class WrongAges(Exception):
    """Not a number of children of one age that can be, or not a number that one adult can walk with."""


class RuleUnnamed(Exception):
    """One adult is to walk with another number of children than by default, and nobody said whose rule that is."""


class FewerByAge(Exception):
    """More children are entered by where they live than by age: one of the two is wrong."""

    def __init__(self, by_cell: int, by_age: int) -> None:
        super().__init__(by_cell, by_age)
        self.by_cell, self.by_age = by_cell, by_age


class NoPosts(Exception):
    """A plan needs at least one post that somebody can stand at."""


class NoSafePlan(Exception):
    """The planner found no way. ``reason`` is its code, ``directions`` those in which no way leads out of the gate."""

    def __init__(self, reason: str, directions: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.directions = reason, directions


class NoPlanChosen(Exception):
    """The school has no plan that is in use."""


class UnknownPost(Exception):
    """The plan has no post of this number."""


class EmptyOutline(Exception):
    """No crossing that children walk to lies inside the outline: nobody could live there."""


class NoSchoolThatDay(Exception):
    """No bell is known for this day: a weekend, a day off, or a weekday without a time."""


class DismissalChanged(Exception):
    """Somebody else has changed the day in the meantime. Nothing was done.

    ``alias`` says who ("" for the system), ``state`` where the day stands now, ``at`` since when.
    """

    def __init__(self, alias: str, state: str, at: datetime) -> None:
        super().__init__(alias, state)
        self.alias, self.state, self.at = alias, state, at


class WrongStep(Exception):
    """The day cannot go from where it stands to where it was asked to go."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(state, wanted)
        self.state, self.wanted = state, wanted


class ChildrenMissing(Exception):
    """Not everybody who went out has been counted home. ``missing`` may be negative: more came than went."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


class DangerNear(Exception):
    """What made the corridor hold or go another way has not been cleared, or a proposal about it waits undecided."""


class AlreadyDecided(Exception):
    """Somebody else has decided in the meantime, or something newer has overtaken it."""


class SamePerson(Exception):
    """The one who asked for a message to parents may not send it: another person must."""


class UnknownCode(Exception):
    """No guardian's code of this school is like this one."""


class WorldsMixed(Exception):
    """A drill and the real world would touch; refused everywhere."""
