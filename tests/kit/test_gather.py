"""Writes in quick succession are batched, in order; failed ones are kept and retried."""

from __future__ import annotations

import threading

import pytest

from corredor.kit.write_batcher import WriteBatcher
from tests.servers.deadline import wait_until

NEVER_S = 3600.0  # the thread waits for ever: only flush() does anything


def test_what_comes_together_is_done_together_and_in_order():
    done = []
    gatherer = WriteBatcher(done.append, each_s=lambda: 0.02)
    for number in range(50):
        gatherer.put(number)
    wait_until(lambda: sum(map(len, done)) == 50, "the writes")
    assert [item for part in done for item in part] == list(range(50))
    assert len(done) < 50


def test_many_threads_lose_nothing():
    done = []
    gatherer = WriteBatcher(done.extend, each_s=lambda: 0.001)
    threads = [threading.Thread(target=lambda n=n: [gatherer.put(n * 100 + i) for i in range(100)]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    gatherer.flush()
    wait_until(lambda: len(done) == 800, "the writes")
    assert sorted(done) == list(range(800))


def test_what_fails_is_kept_for_the_next_time(caplog):
    done, faults = [], [OSError("disk full"), None]

    def work(items):
        if fault := faults.pop(0):
            raise fault
        done.extend(items)

    gatherer = WriteBatcher(work, each_s=lambda: NEVER_S)
    gatherer.put("a")
    gatherer.flush()
    gatherer.put("b")
    gatherer.flush()
    assert done == ["a", "b"]
    assert "kept for another try" in caplog.text


def test_not_more_is_kept_than_there_is_room_for(caplog):
    is_full = [True]

    def work(items):
        if is_full[0]:
            raise OSError

    gatherer = WriteBatcher(work, each_s=lambda: NEVER_S, max_items=3)
    for number in range(5):
        gatherer.put(number)
    gatherer.flush()
    assert gatherer._items == [2, 3, 4]
    assert "2 were given up" in caplog.text
    is_full[0] = False


def test_without_waiting_the_caller_does_it_and_hears_of_faults():
    def work(items):
        raise OSError(str(items))

    with pytest.raises(OSError, match="7"):
        WriteBatcher(work, each_s=lambda: 0.0).put(7)


def test_nothing_to_do_is_nothing_done():
    done = []
    WriteBatcher(done.append, each_s=lambda: NEVER_S).flush()
    assert done == []
