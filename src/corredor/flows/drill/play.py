"""What a run knows while it plays: who is who, which row is which, and what has been tallied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from corredor.delivery.workers.worker import Sender
from corredor.people.models import User
from corredor.review.models import DrillReport, DrillRun
from corredor.subscriptions.enums import Channel

from .scenario import Calendar, Scenario, ScriptedReport


@dataclass(slots=True)
class Arrived:
    """A report of the script that the product has taken."""

    script: ScriptedReport
    row: DrillReport
    tracking_code: str
    sender: str  # its drill address, for what comes by text message


@dataclass(slots=True)
class Play:
    """One performance. ``now`` is the drill's own time and is handed to every flow."""

    scenario: Scenario
    calendar: Calendar
    run: DrillRun
    desk: dict[str, User]
    now: datetime
    sender: Sender = field(init=False)
    incidents: dict[str, int] = field(default_factory=dict)  # by the script's key
    hazards: dict[str, int] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)  # the public name of each, by the script's
    waiting_alert: dict[str, int] = field(default_factory=dict)  # the last one written, by incident key
    unsubscribe_tokens: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)  # "key: what the product said", for whoever mends it
    to_first_send_s: list[float] = field(default_factory=list)  # real seconds, from pressing approve
    to_last_send_s: list[float] = field(default_factory=list)
    to_proposal_s: list[float] = field(default_factory=list)  # from pressing what was confirmed to the proposal

    def __post_init__(self) -> None:
        self.sender = Sender(Channel.DRILL, clock=lambda: self.now)

    def go_to(self, local: datetime) -> None:
        """Let the drill's clock show this local time."""
        self.now = self.calendar.at(local)

    def deliver(self) -> int:
        """Send everything that is due, by the real queue and the drill's own channel; returns how many."""
        sent = 0
        while count := self.sender.send_due():
            sent += count
        return sent

    def find_key(self, incident_id: int) -> str:
        """The script's name of an incident."""
        return next((key for key, pk in self.incidents.items() if pk == incident_id), "")
