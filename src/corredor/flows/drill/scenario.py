"""Data model of a scenario: people, recipients, reports, steps, and ground truth."""

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
    """No scenario has this name."""


class ScenarioWrong(Exception):
    """A scenario file is invalid; the text names file, entry and field."""


def pick_language(shares: Mapping[str, float], drawn: float) -> str:
    """Return the language at ``drawn`` (0 to 1) when the shares are laid end to end in their order."""
    for code, share in shares.items():
        if drawn < share:
            return code
        drawn -= share
    return code


@dataclass(frozen=True, slots=True)
class Person:
    """A desk person of the drill, by alias."""

    id: str
    alias: str
    language: str
    roles: tuple[str, ...]
    training_expired: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients with the same area, or the same circle."""

    count: int
    languages: Mapping[str, float]  # share of readers of each
    area: str = ""
    circle: str = ""  # a place of the scenario
    radius_m: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours of a share of the recipients."""

    share: float
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Recipients:
    """Recipients of the drill; deterministic by seed."""

    seed: int
    wants_rumour: float
    quiet: tuple[Quiet, ...]
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """Total number of recipients."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class ScriptedSchool:
    """A school: its key in the city pack, leads, last bell, number of posts and of following parents."""

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
    """Ground truth of an event. ``desk`` is the operator who takes its reports."""

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
    """One report as sent, and its ground truth. Times are local and naive."""

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
    answers: tuple[str, ...] = ()  # the sender's answers to the desk
    doubted: bool = False  # the desk asks although the product is confident
    point: Point | None = None  # true position
    incident: str = ""
    set_aside: str = ""
    refused: str = ""  # the expected error
    keyword: bool = False  # a keyword, not a report
    flood: bool = False
    private: bool = False  # holds made-up plates, names or numbers


@dataclass(frozen=True, slots=True)
class ScriptedStep:
    """One desk step. Times are local and naive."""

    key: str
    at: datetime
    do: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def refused(self) -> str:
        """Name of the expected error, or empty."""
        return str(self.values.get("refused", ""))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario."""

    name: str
    city: str
    time_zone: ZoneInfo
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
        """First event, local and naive."""
        return min(self._times())

    @property
    def ends_at(self) -> datetime:
        """Last event, local and naive."""
        return max(self._times())

    def _times(self) -> list[datetime]:
        return [report.at for report in self.reports] + [step.at for step in self.steps]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Converts the scenario's local times to moments, on its own days or shifted by whole weeks.

    In a live database the days are shifted to the same weekdays after today, because live workers, expiry and retention
    do not touch rows that are not due yet.
    """

    time_zone: ZoneInfo
    moved_by: timedelta = timedelta()

    def at(self, local: datetime) -> datetime:
        """Return the moment when local clocks show this time."""
        return (local + self.moved_by).replace(tzinfo=self.time_zone)

    @staticmethod
    def after(scenario: Scenario, today: date) -> Calendar:
        """Return the calendar on the scenario's weekdays, first time after ``today``."""
        weeks = max(0, (today - scenario.begins_at.date()).days // 7 + 1)
        return Calendar(scenario.time_zone, timedelta(weeks=weeks))
