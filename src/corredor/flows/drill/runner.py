"""Run a scenario from its first report to its last step, on its own clock, and measure it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from corredor.flows.publish.publisher import withhold_publication
from corredor.people.models import User
from corredor.review import actions as review
from corredor.review.models import DrillRun

from . import arrival, desk
from .crew import make_desk, make_recipients
from .erase import erase_drill_rows
from .events import (
    ANSWERED_AFTER,
    APPROVED_AFTER_S,
    TAKEN_AFTER,
    EventQueue,
    code_answer,
    code_approval,
    code_desk,
    code_report,
    code_step,
)
from .pace import Pace, Stopped
from .play import Arrived, Play
from .result import measure
from .scenario import Calendar, Scenario, ScriptedReport, ScriptedStep
from .schools import make_schools
from .steps import approve, run_step

_EACH = 25  # recipients between two heartbeats


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run; ``says`` is a code for ``events.tell``."""

    step: int
    steps: int
    says: str


OnProgress = Callable[[Progress], object]


def begin(*, scenario: Scenario, calendar: Calendar, speed: float | None, by: User | None) -> DrillRun:
    """Create the run's row. Raise DrillAlreadyRunning."""
    now = timezone.now()
    review.stop_silent_runs(now=now)
    return review.begin_run(
        scenario=scenario.name,
        speed=speed,
        steps=count_steps(scenario),
        clock_at=calendar.at(scenario.begins_at),
        by=by,
        now=now,
    )


def count_steps(scenario: Scenario) -> int:
    """Estimate the number of events of a run; answers come on top when the desk asks."""
    taken = sum(not (report.keyword or report.refused) for report in scenario.reports)
    approvals = sum("approve_by" in step.values for step in scenario.steps)
    made = scenario.recipients.count // _EACH + 2  # including start and end
    return made + len(scenario.reports) + taken + len(scenario.steps) + approvals


def play_run(
    *, run: DrillRun, scenario: Scenario, calendar: Calendar, pace: Pace, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Run to the end and store the measures. Raise Stopped.

    Any other exception is recorded on the run and re-raised.
    """
    try:
        with withhold_publication():
            erase_drill_rows(but=run)
            result = _Runner(run, scenario, calendar, pace, on_progress).play()
    except Stopped:
        review.stop_run(run=run, now=timezone.now())
        raise
    except BaseException as error:
        review.stop_run(run=run, now=timezone.now(), failed_with=type(error).__name__)
        raise
    review.end_run(run=run, result=result, now=timezone.now())
    return result


class _Runner:
    def __init__(
        self, run: DrillRun, scenario: Scenario, calendar: Calendar, pace: Pace, on_progress: OnProgress | None
    ) -> None:
        self.scenario, self.pace, self.on_progress = scenario, pace, on_progress
        self.state = Play(
            scenario=scenario,
            calendar=calendar,
            run=run,
            desk={},
            now=calendar.at(scenario.begins_at - timedelta(hours=2)),
        )
        self.events = EventQueue()
        self.step, self.steps = 0, count_steps(scenario)

    def play(self) -> dict[str, Any]:
        play = self.state
        self._create_people()
        for report in self.scenario.reports:
            self.events.put(report.at, code_report(report), partial(self._submit, report))
        for step in self.scenario.steps:
            self.events.put(step.at, code_step(self.scenario, step), partial(self._do, step))
        local = self.scenario.begins_at
        while self.events:
            event = self.events.next()
            self.pace.wait(local, event.at, self._beat)
            local = event.at
            play.go_to(local)
            self._note(event.says)
            event.does()
            play.deliver()
        self._send_held(local)
        self._note("END")
        return measure(play)

    def _create_people(self) -> None:
        play = self.state
        self._note("BEGIN")
        first_day = play.calendar.at(self.scenario.begins_at).date()
        play.desk = make_desk(self.scenario, first_day=first_day, now=play.now)
        for number, token in enumerate(make_recipients(self.scenario, now=play.now), start=1):
            play.unsubscribe_tokens.append(token)
            if number % _EACH == 0:
                self._note("BEGIN")
        make_schools(play)

    def _submit(self, script: ScriptedReport) -> None:
        arrived = arrival.submit(self.state, script)
        if arrived:
            self.events.put(script.at + TAKEN_AFTER, code_desk(arrived), partial(self._take, arrived))

    def _take(self, arrived: Arrived) -> None:
        if desk.take(self.state, arrived):
            at = arrived.script.at + TAKEN_AFTER + ANSWERED_AFTER
            self.events.put(at, code_answer(arrived), partial(desk.process_answer, self.state, arrived))

    def _do(self, step: ScriptedStep) -> None:
        if run_step(self.state, step):
            after = timedelta(seconds=step.values.get("approve_after_s", APPROVED_AFTER_S))
            self.events.put(step.at + after, code_approval(self.scenario, step), partial(approve, self.state, step))

    def _send_held(self, local: datetime) -> None:
        """Let quiet hours end, so that messages held until morning are counted too."""
        self.state.go_to(local + timedelta(hours=16))
        self.state.deliver()
        self.state.go_to(local)

    def _note(self, says: str) -> None:
        self.step += 1
        steps = self.step if says == "END" else max(self.steps, self.step + len(self.events))
        plays = review.note_step(
            run=self.state.run,
            step=self.step,
            steps=steps,
            says=says,
            clock_at=self.state.now,
            now=timezone.now(),
        )
        if not plays:
            raise Stopped
        if self.on_progress:
            self.on_progress(Progress(self.step, steps, says))

    def _beat(self, local: datetime) -> bool:
        return review.beat(run=self.state.run, clock_at=self.state.calendar.at(local), now=timezone.now())
