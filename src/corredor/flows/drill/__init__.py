"""Drills: replay a scenario through the real flows, with recipients that exist only for it."""

from corredor.review.errors import DrillAlreadyRunning, NoDrillRunning
from corredor.review.queries import get_drill_clock

from .background import erase_drill, get_run, join_drill, start_drill, stop_drill
from .events import tell
from .reader import list_scenarios, load_scenario
from .scenario import Scenario, ScenarioWrong, UnknownScenario

__all__ = [
    "DrillAlreadyRunning",
    "NoDrillRunning",
    "Scenario",
    "ScenarioWrong",
    "UnknownScenario",
    "erase_drill",
    "get_drill_clock",
    "get_run",
    "join_drill",
    "list_scenarios",
    "load_scenario",
    "start_drill",
    "stop_drill",
    "tell",
]
