"""The publisher: many changes, few writes; and a front page without a query."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from corredor.flows.publish import publisher
from corredor.flows.publish.publisher import Publisher, publish_after_commit
from corredor.flows.publish.snapshot import snapshot_path, stamp_snapshot
from corredor.flows.publish.view import public_view
from corredor.people.actions import change_network
from tests.factories import NOW

TIMEOUT_S = 30


@pytest.fixture
def writes(monkeypatch):
    """A publisher whose every write waits for ``writes.go``."""
    writes = _Writes()
    monkeypatch.setattr(publisher, "publish", writes.publish)
    running = Publisher()
    writes.publisher = running
    yield writes
    writes.go.release(1000)
    running.stop()


class _Writes:
    def __init__(self) -> None:
        self.count, self.go, self.begun = 0, threading.Semaphore(0), threading.Semaphore(0)

    def publish(self, *, now):
        self.count += 1
        self.begun.release()
        assert self.go.acquire(timeout=TIMEOUT_S)
        view = public_view(now=now)
        path = snapshot_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(self.count))
        return view, stamp_snapshot()


@pytest.mark.django_db(transaction=True)
def test_changes_while_it_writes_are_one_more_write(writes):
    writes.publisher.start()
    assert writes.begun.acquire(timeout=TIMEOUT_S)  # the first, at its start
    for _ in range(50):
        with transaction.atomic():
            publish_after_commit(now=NOW)
    writes.go.release()
    assert writes.begun.acquire(timeout=TIMEOUT_S)
    writes.go.release()
    assert not writes.begun.acquire(timeout=0.3), "a third write"
    assert writes.count == 2


@pytest.mark.django_db(transaction=True)
def test_the_front_page_asks_the_database_nothing(writes, client):
    change_network(name="Vecinos del Sur")
    writes.go.release()
    _wait_until_written(writes)
    client.get("/")  # what is loaded once
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/")
    assert "Vecinos del Sur" in page.content.decode()
    assert [query["sql"] for query in asked.captured_queries] == []


@pytest.mark.django_db(transaction=True)
def test_what_another_process_has_written_is_read_from_the_database(writes, client):
    writes.go.release()
    _wait_until_written(writes)
    snapshot_path().write_text("by another process")
    change_network(name="Vecinos del Norte")
    assert "Vecinos del Norte" in client.get("/").content.decode()
    assert writes.begun.acquire(timeout=TIMEOUT_S), "it catches up"


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_written_yet_is_on_the_front_page(writes, client):
    writes.go.release()
    _wait_until_written(writes)
    change_network(name="Vecinos del Oeste")
    with transaction.atomic():
        publish_after_commit(now=NOW)
    assert "Vecinos del Oeste" in client.get("/").content.decode(), "its write waits for `go`"


@pytest.mark.django_db(transaction=True)
def test_with_a_full_disk_the_front_page_is_read_from_the_database(writes, client, monkeypatch):
    writes.go.release()
    _wait_until_written(writes)
    failed = threading.Semaphore(0)

    def fail(*, now):
        failed.release()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publisher, "publish", fail)
    change_network(name="Vecinos del Este")
    writes.publisher.request()
    assert failed.acquire(timeout=TIMEOUT_S)
    assert "Vecinos del Este" in client.get("/").content.decode()


def _wait_until_written(writes) -> None:
    writes.publisher.start()
    assert writes.begun.acquire(timeout=TIMEOUT_S)
    poll = threading.Event()
    for _ in range(TIMEOUT_S * 50):
        if writes.publisher.find_written():
            return
        poll.wait(0.02)
    raise AssertionError("never written")
