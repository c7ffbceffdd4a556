"""Read scenarios from TOML; refuse inconsistent ones, naming file, entry and field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import cycle
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from .scenario import (
    Group,
    Person,
    Point,
    Quiet,
    Recipients,
    Scenario,
    ScenarioWrong,
    ScriptedReport,
    ScriptedSchool,
    ScriptedStep,
    TrueIncident,
    UnknownScenario,
)

# Required and optional fields of each desk step.
STEPS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        verb: (frozenset(must.split()), frozenset(may.split()) | {"at", "do", "refused"})
        for verb, (must, may) in {
            "claim": ("incident by", ""),
            "release": ("incident by", ""),
            "verify": ("incident by outcome agency method", "seen_ago_min size note"),
            "alert": (
                "incident by kind",
                "radius_m advice what approve_by approve_after_s approval_refused",
            ),
            "approve": ("incident by", ""),
            "move": ("incident by place", "seen_ago_min"),
            "return": ("incident by", "place seen_ago_min"),
            "seen": ("incident by", "seen_ago_min"),
            "hazard": ("incident by place radius_m id", "wind"),
            "clear_hazard": ("by id", ""),
            "close": ("incident by", ""),
            "leave": ("count", ""),
            "note": ("says", ""),
            "open_school": ("school by", ""),
            "hold_school": ("school by", ""),
            "close_school": ("school by", ""),
            "ready_posts": ("school", ""),
            "count_children": ("school where children", "by post"),
            "decide": ("school by expects", ""),
            "tell_parents": ("school by", ""),
            "settle": ("school by", ""),
        }.items()
    }
)
WINDS = frozenset(("N", "NE", "E", "SE", "S", "SW", "W", "NW"))  # direction the wind blows to; omitted if unknown
_TRUTH = frozenset(("place", "lat", "lon"))


def list_scenarios() -> list[str]:
    """Return the names of all scenarios."""
    return sorted(scenario.name for scenario in _read_all())


def load_scenario(name: str) -> Scenario:
    """Return one scenario. Raise UnknownScenario, ScenarioWrong."""
    for scenario in _read_all():
        if scenario.name == name:
            return scenario
    raise UnknownScenario(name)


def read_folder(folder: Traversable) -> Scenario:
    """Read a scenario from a folder that holds ``scenario.toml`` and its days. Raise ScenarioWrong."""
    return _Reader(folder).read()


@cache
def _read_all() -> tuple[Scenario, ...]:
    root = resources.files(__package__) / "scenarios"
    folders = [folder for folder in root.iterdir() if (folder / "scenario.toml").is_file()]
    return tuple(read_folder(folder) for folder in sorted(folders, key=lambda folder: folder.name))


class _Reader:
    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.head = self._load("scenario.toml")
        self.places = {key: (float(lat), float(lon)) for key, (lat, lon) in self.head["place"].items()}

    def read(self) -> Scenario:
        head = self.head
        try:
            people = tuple(_person(row) for row in head["person"])
            incidents = {key: _incident(key, row) for key, row in head["incident"].items()}
            recipients = self._recipients(head["recipients"])
            schools = tuple(_school(row) for row in head.get("school", ()))
            days = [(file, self._load(file)) for file in head["days"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ScenarioWrong(f"{self.folder.name}/scenario.toml: {type(error).__name__} {error}") from error
        scenario = Scenario(
            name=head["name"],
            city=head["city"],
            time_zone=ZoneInfo(head["time_zone"]),
            title=head["title"],
            about=head["about"],
            people=people,
            recipients=recipients,
            incidents=MappingProxyType(incidents),
            places=MappingProxyType(self.places),
            private_words=tuple(head.get("private_words", ())),
            schools=schools,
            reports=tuple(report for file, day in days for report in self._reports(file, day)),
            steps=tuple(step for file, day in days for step in self._steps(file, day)),
        )
        self._check_names(scenario)
        return scenario

    def _load(self, file: str) -> dict[str, Any]:
        try:
            return tomllib.loads((self.folder / file).read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ScenarioWrong(f"{self.folder.name}/{file}: {error}") from error

    def _recipients(self, row: Mapping[str, Any]) -> Recipients:
        return Recipients(
            seed=row["seed"],
            wants_rumour=row["wants_rumour"],
            quiet=tuple(
                Quiet(q["share"], time.fromisoformat(q["from"]), time.fromisoformat(q["until"]))
                for q in row.get("quiet", ())
            ),
            groups=tuple(Group(**group) for group in row["group"]),
        )

    def _reports(self, file: str, day: Mapping[str, Any]) -> Iterator[ScriptedReport]:
        name = file.removesuffix(".toml")
        for number, row in enumerate(day.get("report", ()), start=1):
            yield self._report(f"{name}-{number}", file, day["date"], dict(row))
        for number, row in enumerate(day.get("flood", ()), start=1):
            yield from self._flood(f"{name}-flood-{number}", file, day["date"], row)

    def _report(self, key: str, file: str, on: date, row: dict[str, Any]) -> ScriptedReport:
        try:
            at = _moment(on, row.pop("at"))
            point = self._point(row)
            answers = tuple(row.pop("answers", ()))
            return ScriptedReport(key=key, at=at, point=point, answers=answers, **row)
        except (KeyError, TypeError, ValueError) as error:
            raise ScenarioWrong(f"{file}: {key}: {type(error).__name__} {error}") from error

    def _point(self, row: dict[str, Any]) -> Point | None:
        found = {name: row.pop(name) for name in _TRUTH & row.keys()}
        if "place" in found:
            return self.places[found["place"]]
        return (float(found["lat"]), float(found["lon"])) if "lat" in found else None

    def _flood(self, key: str, file: str, on: date, row: Mapping[str, Any]) -> Iterator[ScriptedReport]:
        begin, end = _moment(on, row["at"]), _moment(on, row["until"])
        texts = cycle(row["texts"])
        for number in range(row["count"]):
            at = begin + (end - begin) * number / max(row["count"] - 1, 1)
            said = {"at": at, "by": row["by"], "language": row["language"], "says": next(texts)}
            yield ScriptedReport(key=f"{key}-{number + 1}", flood=True, **said)

    def _steps(self, file: str, day: Mapping[str, Any]) -> Iterator[ScriptedStep]:
        name = file.removesuffix(".toml")
        for number, row in enumerate(day.get("step", ()), start=1):
            key = f"{name}-step-{number}"
            must, may = STEPS.get(row.get("do", ""), (frozenset({"do"}), frozenset()))
            missing, odd = must - row.keys(), row.keys() - must - may
            if row.get("do") not in STEPS or missing or odd:
                raise ScenarioWrong(
                    f"{file}: {key} ({row.get('do')}): lacks {sorted(missing)}, does not know {sorted(odd)}"
                )
            yield ScriptedStep(key, _moment(day["date"], row["at"]), row["do"], MappingProxyType(dict(row)))

    def _check_names(self, scenario: Scenario) -> None:
        people = {person.id for person in scenario.people}
        for group in scenario.recipients.groups:
            self._known(group.circle, self.places, "recipients.group", "circle")
        for row in scenario.incidents.values():
            self._known(row.desk, people, f"incident.{row.key}", "desk")
            for place in row.path:
                self._known(place, self.places, f"incident.{row.key}", "path")
        for school in scenario.schools:
            for person in (school.steward, *school.leads):
                self._known(person, people, f"school.{school.id}", "person")
        for report in scenario.reports:
            self._known(report.incident, scenario.incidents, report.key, "incident")
        for step in scenario.steps:
            for name, known in (
                ("by", people),
                ("approve_by", people),
                ("incident", scenario.incidents),
                ("place", self.places),
                ("school", {school.id for school in scenario.schools}),
                ("wind", WINDS),
            ):
                self._known(step.values.get(name, ""), known, step.key, name)

    def _known(self, value: str, known: object, entry: str, name: str) -> None:
        if value and value not in known:  # type: ignore[operator]
            raise ScenarioWrong(f"{self.folder.name}: {entry}: {name} = {value!r} is not known")


def _person(row: Mapping[str, Any]) -> Person:
    return Person(**{**row, "roles": tuple(row["roles"])})


def _school(row: Mapping[str, Any]) -> ScriptedSchool:
    return ScriptedSchool(**{**row, "leads": tuple(row["leads"]), "bell": time.fromisoformat(row["bell"])})


def _incident(key: str, row: Mapping[str, Any]) -> TrueIncident:
    return TrueIncident(key=key, **{**row, "path": tuple(row["path"])})


def _moment(on: date, text: str) -> datetime:
    return datetime.combine(on, time.min) + timedelta(
        **dict(zip(("hours", "minutes", "seconds"), map(int, text.split(":")), strict=False))
    )
