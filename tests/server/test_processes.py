"""Pages and senders run in separate processes: if one dies or blocks, the others go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

from corredor.delivery.workers import wake
from corredor.server import supervisor
from corredor.server.wake_pipe import WakePipe
from tests.servers.deadline import wait_until
from tests.servers.visitor import answers, visit_all


def test_a_sender_killed_while_pages_answer_is_back_within_seconds(served):
    pages, sender = served.find_pages(), served.find_sender()
    os.kill(sender, signal.SIGKILL)
    assert visit_all(served.port, "/live.json", "/now/") == [200] * 2
    wait_until(lambda: len({*served.list_children()} - {sender, pages}) == 1, "a new sender", limit_s=10)
    wait_until(lambda: len(served.list_children()) == 2, "the end of the old", limit_s=10)
    assert pages in served.list_children()
    (line,) = served.log.read_text().splitlines()
    assert f"process sender ({sender}) ended: SIGKILL; restarted in 0.5 s" in line


def test_a_sender_that_stands_still_keeps_nobody_waiting(served):
    sender = served.find_sender()
    os.kill(sender, signal.SIGSTOP)
    try:
        assert visit_all(served.port, "/live.json", "/now/", "/staff/login/") == [200] * 3
    finally:
        os.kill(sender, signal.SIGCONT)


def test_pages_killed_while_the_sender_works_are_back_within_seconds(served):
    pages, sender = served.find_pages(), served.find_sender()
    os.kill(pages, signal.SIGKILL)
    wait_until(lambda: answers(served.port), "pages again", limit_s=20)
    assert served.find_pages() != pages
    assert served.find_sender() == sender
    assert f"process pages ({pages}) ended: SIGKILL" in served.log.read_text()


def test_who_comes_while_pages_are_away_waits_and_is_answered(served):
    """The address is held by the first process, so that nobody is refused meanwhile."""
    os.kill(served.find_pages(), signal.SIGKILL)
    assert visit_all(served.port, "/now/") == [200]


def test_without_the_first_process_nobody_goes_on(served):
    pids = served.list_children()
    served.process.kill()
    served.process.wait(30)
    wait_until(lambda: not any(is_alive(pid) for pid in pids), "the end of the others", limit_s=30)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_pages_alone_when_asked_so(serve):
    with serve("--no-send") as found:
        assert found.list_children() == [found.find_pages()]


def test_a_wake_up_reaches_the_other_process():
    """Through the pipe alone: the other process waits without polling."""
    pipe = WakePipe()
    here, there = multiprocessing.Pipe()

    def wait_for_wake_up() -> None:
        pipe.follow()
        seen = wake.wait(-1, timeout_s=0)
        there.send("ready")
        there.send(wake.wait(seen, timeout_s=60) != seen)

    sender = multiprocessing.get_context("fork").Process(target=wait_for_wake_up)
    sender.start()
    try:
        assert here.recv() == "ready"
        pipe.announce()
        wake.wake()
        assert here.poll(60)
        assert here.recv() is True
    finally:
        wake.pass_on_to_nobody()
        sender.kill()
        sender.join(30)


def test_wake_ups_that_nobody_reads_block_nobody():
    pipe = WakePipe()
    pipe.announce()
    try:
        for _ in range(100_000):  # more than a pipe holds
            wake.wake()
    finally:
        wake.pass_on_to_nobody()


def test_the_delay_before_a_restart_grows_and_is_forgotten(monkeypatch):
    now = 100.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    place = supervisor.Place(supervisor.Job("sender", lambda ended: None), started_at=now)
    delays = [place.delay() for _ in range(9)]
    assert delays[:4] == [0.5, 1.0, 2.0, 4.0]
    assert delays[-1] == supervisor.LONGEST_BACKOFF_S
    now += 61
    assert place.delay() == 0.5
