"""A drill run: progress, events, and measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from corredor.flows.drill.events import tell
from corredor.flows.drill.result import MUST_HOLD
from corredor.flows.drill.scenario import Scenario
from corredor.review.models import DrillRun


@dataclass(frozen=True, slots=True)
class ScenarioShown:
    """A scenario to choose."""

    name: str
    title: str
    about: str
    reports: int
    people: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One requirement, its measured value, and whether it is met."""

    words: str
    value: str
    holds: bool


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run: playing, ended, stopped or interrupted."""

    id: int
    scenario: str
    state: str
    is_playing: bool
    speed: float | None
    begun_at: datetime
    begun_by: str
    clock: str  # the drill's clock, such as "Saturday 14:32"
    step: int
    steps: int
    percent: int
    says: str
    measures: tuple[Measure, ...]
    counts: tuple[tuple[str, Any], ...]
    passed: bool | None


def show_scenario(scenario: Scenario, *, language: str) -> ScenarioShown:
    """Return a scenario in the language of the page."""
    return ScenarioShown(
        name=scenario.name,
        title=scenario.title[language],
        about=scenario.about[language],
        reports=len(scenario.reports),
        people=scenario.recipients.count,
    )


def show_run(run: DrillRun, *, language: str) -> RunShown:
    """Return a run in words."""
    result = run.result or {}
    return RunShown(
        id=run.pk,
        scenario=run.scenario,
        state=_state(run),
        is_playing=run.lane is not None,
        speed=run.speed,
        begun_at=run.begun_at,
        begun_by=run.begun_by.alias if run.begun_by else "",
        clock=_day_and_hour(run.clock_at) if run.clock_at else "",
        step=run.step,
        steps=run.steps,
        percent=round(100 * run.step / run.steps) if run.steps else 0,
        says=tell(run.says, language) if run.says else "",
        measures=tuple(_measures(result)) if result else (),
        counts=tuple((words, result[key]) for key, words in _counted().items() if key in result),
        passed=result.get("passed"),
    )


def _day_and_hour(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'l')} {date_format(local, 'TIME_FORMAT')}"


def _state(run: DrillRun) -> str:
    if run.lane is not None:
        return _("Playing")
    if run.failed_with:
        return _("Broken off by an error")
    return _("Stopped") if run.stopped_at else _("Played to the end")


def _measures(result: dict[str, Any]) -> list[Measure]:
    words = _must_hold()
    return [
        Measure(words.get(key, key), _say(result.get(key)), result.get(key) == wanted)
        for key, wanted in MUST_HOLD.items()
    ]


def _say(value: Any) -> str:
    if value is None:
        return _("not measured")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:.0%}" if isinstance(value, float) else str(value)


def _must_hold() -> dict[str, str]:
    return {
        "located_within_100m": _("Reports placed within 100 m of where it truly was"),
        "sends_before_confirmation": _("Sent before anybody confirmed it"),
        "single_person_sends": _("Sent by one person alone"),
        "corrections_missed": _("Warned people who were not told it was wrong"),
        "all_clear_missed": _("Warned people who were not told it is over"),
        "warned_twice": _("People warned twice of the same thing"),
        "real_recipients": _("Messages to real people"),
        "unmarked_texts": _("Texts without the mark of a drill"),
        "private_words": _("Plates, names or numbers that got into a text"),
        "wrongly_allowed": _("Steps that should have been refused"),
        "steps_failed": _("Steps of the script that failed"),
        "chain_valid": _("The timeline's chain holds"),
    }


def _counted() -> dict[str, str]:
    return {
        "reports": _("Reports"),
        "incidents": _("Incidents"),
        "alerts": _("Alerts"),
        "recipients": _("Recipients"),
        "deliveries": _("Messages"),
        "rumours_denied": _("Rumours denied"),
        "duplicates_joined": _("Reports joined to one that was there"),
    }
