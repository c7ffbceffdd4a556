"""One whole drill for all tests of a module, inside a transaction that is rolled back at the end.

Each test runs in a nested transaction, so that it may change the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from corredor.flows.drill import runner
from corredor.flows.drill.pace import AsFastAsPossible
from corredor.flows.drill.reader import load_scenario
from corredor.flows.drill.scenario import Calendar, Scenario
from corredor.review import queries
from corredor.review.models import DrillRun


@dataclass(frozen=True)
class Played:
    """A drill that has been played to its end."""

    scenario: Scenario
    run: DrillRun
    result: dict[str, Any]
    steps: list[runner.Progress]

    @property
    def incident_ids(self) -> list[int]:
        return queries.list_incident_ids(run=self.run)


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    scenario = load_scenario("chicago-october")
    calendar = Calendar(scenario.time_zone)
    steps: list[runner.Progress] = []
    with django_db_blocker.unblock(), transaction.atomic():
        run = runner.begin(scenario=scenario, calendar=calendar, speed=None, by=None)
        result = runner.play_run(
            run=run, scenario=scenario, calendar=calendar, pace=AsFastAsPossible(), on_progress=steps.append
        )
        run.refresh_from_db()
        yield Played(scenario, run, result, steps)
        transaction.set_rollback(True)
