"""The row is the truth: lost, late or repeated broker messages lose and duplicate nothing."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone

from corredor.delivery.models import Delivery
from corredor.delivery.queue import batches
from corredor.delivery.workers.broker import announce, count_waiting
from tests.servers.deadline import wait_until

from .conftest import empty_queue, is_listened_to, kill, wait_for_all, wait_for_child


def received(push_service) -> set[int]:
    return {len(browser.received) for browser in push_service.browsers.values()}


def test_an_approval_puts_a_slice_into_the_queue_of_its_way_and_a_worker_takes_it(approve, workers, push_service):
    approve()
    wait_until(lambda: count_waiting("PUSH")[0], "the slice in the queue")
    assert count_waiting("EMAIL")[0] == 0

    workers()
    wait_for_all()
    wait_until(lambda: count_waiting("PUSH")[0] == 0, "the slice to be taken off")
    assert received(push_service) == {1}


def test_a_lost_message_leaves_nobody_waiting(approve, workers, push_service):
    approve()
    wait_until(lambda: count_waiting("PUSH")[0], "the slice in the queue")
    empty_queue()

    workers()
    wait_for_all()
    assert received(push_service) == {1}


def test_a_message_that_comes_again_and_late_sends_nothing_again(approve, workers, push_service):
    approve()
    due = batches.list_due(now=timezone.now())
    assert announce(due * 5) == 5

    workers()
    wait_for_all()
    assert announce(due * 5) == 5
    wait_until(lambda: count_waiting("PUSH")[0] == 0, "all to be taken off")
    assert received(push_service) == {1}
    assert Counter(Delivery.objects.values_list("attempts", flat=True)) == {1: 60}


def test_a_slice_whose_worker_dies_is_nobodys_again(approve, workers, push_service):
    """Late acknowledgement; and the rows it held are given back by whoever begins next on its machine."""
    pools = []
    push_service.on_accepted = lambda count: kill(pools[0][1]) if count == 10 else None
    pool = workers()
    pools.append((pool, wait_for_child(pool)))
    wait_until(is_listened_to, "the worker")

    approve()
    wait_until(lambda: wait_for_child(pool) != pools[0][1], "another worker")
    wait_for_all()
    wait_until(lambda: count_waiting("PUSH")[0] == 0, "the slice to be taken off")

    doubled = sum(len(browser.received) - 1 for browser in push_service.browsers.values())
    assert min(received(push_service)) == 1
    assert doubled <= Delivery.objects.filter(outcome_unknown=True).count()
