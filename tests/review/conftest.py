"""A minimal drill: three neighbours, one incident, one alert sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery
from corredor.delivery.workers.worker import Sender
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident
from corredor.people.models import User
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import Subscription
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours


@dataclass
class Street:
    """What the tests act on."""

    desk: dict[str, User]
    incident: Incident
    neighbours: list[Subscription]
    warning: Alert

    @property
    def ids(self) -> list[int]:
        return [self.incident.pk]

    def check(self, outcome: Outcome, agency: Agency = Agency.ICE, *, after_min: int) -> None:
        """A verifier comes back with something else."""
        at = minutes(after_min)
        verify_incident(
            incident_id=self.incident.pk,
            outcome=outcome,
            agency=agency,
            method=Method.ON_SCENE,
            seen_at=at,
            by=self.desk["verifier"],
            now=at,
        )

    def say(self, kind: AlertKind, *, after_min: int) -> Alert:
        """Written, approved and sent."""
        alert = approve_new_alert(self.desk, self.incident, kind, now=minutes(after_min))
        send(minutes(after_min))
        return alert

    def row(self, alert: Alert, neighbour: int = 0) -> Delivery:
        """One neighbour's row of an alert."""
        return Delivery.objects.get(alert=alert, subscription=self.neighbours[neighbour])


def minutes(after: int) -> datetime:
    """That many minutes after the beginning."""
    return NOW + timedelta(minutes=after)


def send(at: datetime) -> None:
    """Let the real queue and the drill's channel send what is due."""
    sender = Sender(Channel.DRILL, clock=lambda: at)
    while sender.send_due():
        pass
    sender.close()


@pytest.fixture
def street(desk):
    incident = make_confirmed(desk, is_drill=True)
    neighbours = make_neighbours(3, channel=Channel.DRILL, is_drill=True)
    warning = approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=minutes(2))
    send(minutes(2))
    return Street(desk, incident, neighbours, warning)
