"""State of a running drill: ids of people and rows by script key, and counters."""

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
    """A report of the script that the product has stored."""

    script: ScriptedReport
    row: DrillReport
    tracking_code: str
    sender: str  # its drill address, for SMS


@dataclass(slots=True)
class Play:
    """A running drill. ``now`` is the drill's own time, passed to every flow."""

    scenario: Scenario
    calendar: Calendar
    run: DrillRun
    desk: dict[str, User]
    now: datetime
    sender: Sender = field(init=False)
    incidents: dict[str, int] = field(default_factory=dict)  # by the script's key
    hazards: dict[str, int] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)  # school slug by script id
    waiting_alert: dict[str, int] = field(default_factory=dict)  # the last one written, by incident key
    unsubscribe_tokens: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)  # "key: error", for the maintainer
    to_first_send_s: list[float] = field(default_factory=list)  # real seconds from approval
    to_last_send_s: list[float] = field(default_factory=list)
    to_proposal_s: list[float] = field(default_factory=list)  # real seconds from the confirming step to the proposal

    def __post_init__(self) -> None:
        self.sender = Sender(Channel.DRILL, clock=lambda: self.now)

    def go_to(self, local: datetime) -> None:
        """Set the drill's clock to a local time."""
        self.now = self.calendar.at(local)

    def deliver(self) -> int:
        """Send everything due, through the real queue and the drill's channel; return the number sent."""
        sent = 0
        while count := self.sender.send_due():
            sent += count
        return sent

    def find_key(self, incident_id: int) -> str:
        """Return the script's key of an incident."""
        return next((key for key, pk in self.incidents.items() if pk == incident_id), "")
