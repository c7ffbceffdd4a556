"""Worker heartbeats: a worker with a stale heartbeat, on any machine, loses its claimed rows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, WorkerHeartbeat
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.workers import heartbeats
from corredor.delivery.workers.names import process_name
from tests.factories import approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db


@pytest.fixture
def claims(desk):
    """Two rows each for a process here, one elsewhere that still speaks, one that fell silent, and one never heard."""
    now = timezone.now()
    make_neighbours(8)
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    Delivery.objects.update(due_at=now, expires_at=now + timedelta(hours=1))
    for name, silent_s in (("speaks/1/1", 10), ("silent/1/1", 31)):
        WorkerHeartbeat.objects.create(name=name, host="b", began_at=now, seen_at=now - timedelta(seconds=silent_s))
    for worker in (f"{process_name()}/a", "speaks/1/1/a", "silent/1/1/a", "drill/1/1/a"):
        assert len(claim_due(model=Delivery, channel="EMAIL", worker=worker, most=2, now=timezone.now())) == 2


def test_only_the_silent_lose_what_they_had(claims):
    heartbeats.send_heartbeat(channels=["EMAIL"])

    assert heartbeats.release_rows_of_stale_workers() == 2
    assert heartbeats.release_rows_of_stale_workers() == 0
    assert Counter(Delivery.objects.values_list("state", "outcome_unknown")) == {
        ("CLAIMED", False): 6,
        ("DUE", True): 2,
    }


def test_a_process_is_heard_of_until_it_ends():
    heartbeats.send_heartbeat(channels=["PUSH", "SMS"])
    began = WorkerHeartbeat.objects.get().began_at
    heartbeats.send_heartbeat(channels=["PUSH", "SMS"])
    (seen,) = heartbeats.list_heartbeats(now=timezone.now())

    assert (seen.name, seen.channels, seen.began_at) == (process_name(), "PUSH,SMS", began)
    assert abs(seen.ahead_ms) < 5000
    assert heartbeats.list_heartbeats(now=timezone.now() + timedelta(minutes=1)) == []

    heartbeats.end_heartbeat()
    assert not WorkerHeartbeat.objects.exists()


def test_those_long_gone_are_forgotten():
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="old/1/1", host="b", began_at=now, seen_at=now - timedelta(days=2))

    heartbeats.release_rows_of_stale_workers()
    assert not WorkerHeartbeat.objects.exists()
