"""The queue loses no row and repeats only those in flight."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.channels.base import Outcome, Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.delivery.queue.claim import LEASE, claim_due
from corredor.delivery.queue.release import expire, release_rows
from corredor.delivery.queue.settle import MAX_UNKNOWN_ATTEMPTS
from corredor.delivery.queue.settle import settle as settle_rows
from corredor.delivery.workers.names import new_worker_name
from corredor.delivery.workers.worker import find_dead_workers
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(desk):
    make_neighbours(7)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


def claim(worker="w", most=100, now=NOW):
    return claim_due(model=Delivery, channel="EMAIL", worker=worker, most=most, now=now)


def settle(rows, result, worker="w", now=NOW, **fields):
    outcomes = [Outcome(row.pk, result, **fields) for row in rows]
    attempts = {row.pk: row.attempts for row in rows}
    return settle_rows(model=Delivery, worker=worker, provider="email", outcomes=outcomes, attempts=attempts, now=now)


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_each_row_is_claimed_once(alert):
    first, second, third = claim("a", 4), claim("b", 4), claim("c", 4)

    assert [len(first), len(second), len(third)] == [4, 3, 0]
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_only_the_holder_settles(alert):
    rows = claim("a")

    assert settle(rows, Result.ACCEPTED, worker="b") == 0
    assert settle(rows, Result.ACCEPTED, worker="a", code="250") == 7
    assert states() == {SendState.SENT: 7}


def test_clear_refusals_are_tried_again_until_the_message_is_too_old(alert):
    now, tries = NOW, 0
    while rows := claim(now=now):
        tries += 1
        assert [row.attempts for row in rows] == [tries] * 7
        settle(rows, Result.RETRY, now=now)
        assert claim(now=now + timedelta(seconds=1)) == []
        now += timedelta(seconds=min(2.0**tries, 600))
    assert tries > 20
    assert now >= alert.expires_at
    expire(model=Delivery, now=now)

    assert states() == {SendState.EXPIRED: 7}


def test_what_may_have_arrived_is_not_repeated_without_end(alert):
    now = NOW
    for _ in range(MAX_UNKNOWN_ATTEMPTS):
        settle(claim(now=now), Result.RETRY, now=now, retry_after_s=30, outcome_unknown=True)
        now += timedelta(seconds=30)

    assert states() == {SendState.FAILED: 7}
    assert Delivery.objects.filter(outcome_unknown=True).count() == 7


def test_a_provider_cannot_push_a_message_far_away(alert):
    settle(claim(), Result.RETRY, retry_after_s=86_400.0)

    assert len(claim(now=NOW + timedelta(minutes=10))) == 7


def test_claims_of_a_vanished_worker_come_back(alert):
    claim("gone")

    assert release_rows(model=Delivery, now=NOW + LEASE / 2) == 0
    assert release_rows(model=Delivery, now=NOW + LEASE + timedelta(seconds=1)) == 7
    assert len(claim("next")) == 7


def test_dead_processes_are_told_from_living_ones(alert):
    alive = new_worker_name()
    host, pid, start, key = alive.split("/")
    claim(alive, 2)
    claim(f"{host}/{pid}/{int(start) - 1}/{key}", 2)  # an earlier process that had our number
    claim(f"{host}/999999999/5/{key}", 2)
    claim(f"elsewhere/{pid}/5/{key}", 1)

    assert len(find_dead_workers()) == 2
    assert release_rows(model=Delivery, now=NOW, workers=find_dead_workers()) == 4


def test_what_is_too_old_is_not_sent(alert):
    assert expire(model=Delivery, now=alert.expires_at) == 7
    assert claim(now=alert.expires_at) == []
    assert states() == {SendState.EXPIRED: 7}


def test_a_swallowed_message_did_not_reach_anybody(alert):
    settle(claim(), Result.ACCEPTED, code="NULL")

    assert states() == {SendState.DISCARDED: 7}
