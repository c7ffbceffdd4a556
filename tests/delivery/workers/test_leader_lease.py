"""A chore runs in one process only, however many are able to run it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from corredor.delivery.models import LeaderLease
from corredor.delivery.workers import leader_lease
from corredor.delivery.workers.leader_lease import acquire_lease, try_writing
from corredor.delivery.workers.names import process_name

EACH, MOST = timedelta(minutes=1), timedelta(minutes=3)


def ask() -> bool:
    with acquire_lease("chore", each=EACH, most=MOST) as mine:
        return mine


@pytest.mark.django_db
def test_one_turn_in_each_round():
    assert [ask(), ask(), ask()] == [True, False, False]

    LeaderLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert [ask(), ask()] == [True, False]


@pytest.mark.django_db
def test_nobody_begins_while_it_is_being_done():
    with acquire_lease("chore", each=EACH, most=MOST) as mine:
        assert mine
        assert not ask()
        assert LeaderLease.objects.get().holder == process_name()
    assert LeaderLease.objects.get().holder == ""


@pytest.mark.django_db
def test_a_chore_that_fails_has_had_its_turn():
    with pytest.raises(RuntimeError), acquire_lease("chore", each=EACH, most=MOST):
        raise RuntimeError

    assert not ask()
    assert LeaderLease.objects.get().until < timezone.now() + EACH


@pytest.mark.django_db
def test_what_a_dead_process_of_this_machine_began_is_taken_over_at_once():
    machine, pid, start = process_name().split("/")
    LeaderLease.objects.create(name="chore", holder=f"{machine}/{pid}/{int(start) - 1}", until=timezone.now() + MOST)

    assert ask()


@pytest.mark.django_db
def test_what_another_machine_began_is_taken_over_when_its_time_is_over():
    LeaderLease.objects.create(name="chore", holder="elsewhere/1/1", until=timezone.now() + MOST)
    assert not ask()

    LeaderLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert ask()


def test_many_at_the_same_moment(open_db):
    """Each with a connection of its own, all at once, none knowing of another: the holder is per process."""
    together = threading.Barrier(6)
    got: list[bool] = []

    def try_it() -> None:
        together.wait(10)
        got.append(leader_lease._try_acquire("chore", timezone.now(), MOST))
        connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(got) == [False] * 5 + [True]


@pytest.mark.django_db
def test_writing_can_be_tried_again_and_again():
    try_writing()
    try_writing()
    assert LeaderLease.objects.filter(pk="try").count() == 1
