"""The queue uses the database's clock: a worker with a wrong clock claims and releases nothing early."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.delivery import clock
from corredor.delivery.clock import cap_at_database_now, database_now, measure_clock_offset
from corredor.delivery.models import Delivery
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.release import release_rows
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=5)
needs_own_clock = pytest.mark.parametrize("hours", [-3, 3])


def has_own_clock() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def _asks_anew():
    clock._last.clear()
    yield
    clock._last.clear()


def test_it_agrees_with_a_right_clock():
    assert abs(database_now() - timezone.now()) < MOMENT
    assert abs(measure_clock_offset()) < MOMENT


@needs_own_clock
def test_it_does_not_follow_a_wrong_one(hours):
    """On PostgreSQL. SQLite has no clock of its own: there is one machine, and it is right by definition."""
    truth = timezone.now()
    with time_machine.travel(truth + timedelta(hours=hours)):
        off = database_now() - truth
        ahead = measure_clock_offset()

    assert abs(off - (timedelta(0) if has_own_clock() else timedelta(hours=hours))) < MOMENT
    assert abs(ahead - (timedelta(hours=hours) if has_own_clock() else timedelta(0))) < MOMENT


def test_what_is_due_at_once_does_not_wait_for_a_clock_that_is_ahead():
    now = timezone.now()

    assert cap_at_database_now(NOW) == NOW
    late = cap_at_database_now(now + timedelta(hours=3))
    assert late < now + MOMENT if has_own_clock() else late == now + timedelta(hours=3)


@needs_own_clock
def test_a_wrong_clock_neither_takes_rows_early_nor_calls_the_living_dead(desk, hours):
    make_neighbours(3)
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    truth = timezone.now()
    Delivery.objects.update(due_at=truth + timedelta(hours=1), expires_at=truth + timedelta(hours=2))

    def claim(worker):
        return claim_due(model=Delivery, channel="EMAIL", worker=worker, most=9, now=database_now())

    clock_counts = has_own_clock() or hours < 0
    with time_machine.travel(truth + timedelta(hours=hours)):
        early = claim("early")
    Delivery.objects.update(state="DUE", due_at=truth - MOMENT, expires_at=truth + timedelta(hours=9))
    taken = claim("right")
    with time_machine.travel(truth + timedelta(hours=hours)):
        given_back = release_rows(model=Delivery, now=database_now())

    assert len(taken) == 3
    assert early == [] or not clock_counts
    assert given_back == (0 if clock_counts else 3)
