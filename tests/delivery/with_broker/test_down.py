"""Without the broker messages are still sent; once it is back, batches are announced again."""

from __future__ import annotations

import os

from corredor.bench.delivery.kills_processes import list_children
from corredor.delivery.models import Delivery, WorkerHeartbeat
from corredor.delivery.workers.broker import count_waiting
from tests.servers.deadline import wait_until

from .conftest import is_listened_to, kill, wait_for_all, wait_for_child


def find(installation, code: str) -> dict[str, str]:
    found = [one for one in installation.ask("check")["findings"] if one["code"] == code]
    return {one["level"]: one["words"] for one in found}


def test_a_broker_that_dies_and_comes_back(approve, workers, broker, push_service, installation):
    workers()
    wait_until(is_listened_to, "the worker")
    assert list(find(installation, "BROKER")) == ["GOOD"] or "E-mail" in str(find(installation, "BROKER"))
    broker.kill()

    approve()
    wait_for_all()
    assert {len(browser.received) for browser in push_service.browsers.values()} == {1}
    assert "cannot be reached" in find(installation, "BROKER")["LOOK"]

    broker.start()
    wait_until(is_listened_to, "the worker to listen again", limit_s=60)
    Delivery.objects.update(state="DUE")
    wait_for_all()
    wait_until(lambda: count_waiting("PUSH")[0] == 0, "the queue to be empty")


def test_workers_begin_anew_when_one_dies_and_end_with_whoever_began_them(workers):
    pool = workers("--concurrency", "2")
    first = wait_until(lambda: len(list_children(pool.pid)) == 2 and list_children(pool.pid), "two workers")
    kill(first[0])
    wait_until(lambda: len(set(list_children(pool.pid)) | set(first)) == 3, "another in its place")

    present = list_children(pool.pid)
    pool.kill()
    pool.wait(10)
    wait_until(lambda: not any(map(is_alive, present)), "all to end", limit_s=40)


def test_a_worker_that_is_told_to_end_says_goodbye(workers, installation):
    pool = workers()
    wait_for_child(pool)
    wait_until(WorkerHeartbeat.objects.exists, "it to be heard of", limit_s=30)
    wait_until(is_listened_to, "the worker")
    assert "1 worker processes" in find(installation, "WORKERS")["GOOD"]

    pool.terminate()
    assert pool.wait(30) == 0
    assert not WorkerHeartbeat.objects.exists()
    assert "nothing leaves" in find(installation, "WORKERS")["BAD"]


def test_unknown_ways_are_refused(installation):
    refused = installation.run("worker", "--channels", "PIGEON")

    assert refused.returncode == 2
    assert "PUSH" in refused.stderr


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
