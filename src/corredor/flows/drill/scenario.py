"""What a scenario is in memory: people, recipients, reports, steps, and what was truly the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""


class UnknownScenario(Exception):
    """There is no scenario of this name."""


class ScenarioWrong(Exception):
    """A scenario's file cannot be used; the text names file, entry and field."""


def pick_language(shares: Mapping[str, float], drawn: float) -> str:
    """Return the language at ``drawn`` (0 to 1) when the shares are laid end to end in their order."""
    for code, share in shares.items():
        if drawn < share:
            return code
        drawn -= share
    return code


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk of the drill, by alias."""

    id: str
    alias: str
    language: str
    roles: tuple[str, ...]
    training_expired: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients who chose the same area, or drew a circle around the same place."""

    count: int
    languages: Mapping[str, float]  # share who read each
    area: str = ""
    circle: str = ""  # a place of the scenario
    radius_m: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours that a share of the recipients keep."""

    share: float
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Recipients:
    """How the drill's recipients are made: the same seed makes the same people."""

    seed: int
    wants_rumour: float
    quiet: tuple[Quiet, ...]
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class ScriptedSchool:
    """A school with corridors: its key in the city pack, leads, last bell, posts, and parents who follow."""

    id: str
    key: str
    steward: str
    leads: tuple[str, ...]
    bell: time
    posts: int
    parents: int
    languages: Mapping[str, float]  # share of the parents who read each


@dataclass(frozen=True, slots=True)
class TrueIncident:
    """What an event truly was. ``desk`` is the operator who takes its reports."""

    key: str
    desk: str
    outcome: str
    agency: str
    side: str
    path: tuple[str, ...]
    returned: bool = False
    wrong_at_first: bool = False


@dataclass(frozen=True, slots=True)
class ScriptedReport:
    """One report as its sender makes it, and what is true of it. Times are local and naive."""

    key: str
    at: datetime
    by: str  # web, sms, phone
    language: str
    says: str
    where: str = ""
    size: str = ""
    uniform: str = ""
    equipment: str = ""
    heading: str = ""
    seen_ago_min: int | None = None
    saw: bool | None = None
    there: bool | None = None
    hurt: bool | None = None
    gas: bool | None = None
    children: bool | None = None
    answers: tuple[str, ...] = ()  # what the sender says when the desk asks
    doubted: bool = False  # the desk asks although the product is sure
    point: Point | None = None  # where it truly was
    incident: str = ""
    set_aside: str = ""
    refused: str = ""  # the error the product must answer with
    keyword: bool = False  # a word to the machine, not a report
    flood: bool = False
    private: bool = False  # holds made-up plates, names or numbers


@dataclass(frozen=True, slots=True)
class ScriptedStep:
    """One thing done at the desk. Times are local and naive."""

    key: str
    at: datetime
    do: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def refused(self) -> str:
        """The error that the product must answer with, or nothing."""
        return str(self.values.get("refused", ""))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario."""

    name: str
    city: str
    zone: ZoneInfo
    title: Mapping[str, str]
    about: Mapping[str, str]
    people: tuple[Person, ...]
    recipients: Recipients
    incidents: Mapping[str, TrueIncident]
    places: Mapping[str, Point]
    private_words: tuple[str, ...]
    schools: tuple[ScriptedSchool, ...]
    reports: tuple[ScriptedReport, ...]
    steps: tuple[ScriptedStep, ...]

    @property
    def begins_at(self) -> datetime:
        """The first moment, local and naive."""
        return min(self._times())

    @property
    def ends_at(self) -> datetime:
        """The last moment, local and naive."""
        return max(self._times())

    def _times(self) -> list[datetime]:
        return [report.at for report in self.reports] + [step.at for step in self.steps]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the scenario's local times into moments, on its own days or on later ones.

    Inside a live database the days are moved to the same weekdays after today, because nothing of the live
    machinery (senders, expiry, erasing) touches what is not due yet.
    """

    zone: ZoneInfo
    moved_by: timedelta = timedelta()

    def at(self, local: datetime) -> datetime:
        """The moment at which local clocks show this time."""
        return (local + self.moved_by).replace(tzinfo=self.zone)

    @staticmethod
    def after(scenario: Scenario, today: date) -> Calendar:
        """The scenario's own weekdays, the first time they all lie after ``today``."""
        weeks = max(0, (today - scenario.begins_at.date()).days // 7 + 1)
        return Calendar(scenario.zone, timedelta(weeks=weeks))
