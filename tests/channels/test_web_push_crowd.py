"""Large batches are encrypted in processes beside the sender; killing those loses no message."""

import os
import signal

import pytest

from corredor.channels.base import Result
from corredor.channels.push.encoders import CHUNK, PROCESS_CHUNK
from corredor.channels.push.provider import WebPushProvider
from tests.channels.message import make_message
from tests.servers.deadline import wait_until

MANY = 900


@pytest.fixture
def provider(push_service, vapid_key):
    made = WebPushProvider.from_mapping(push_service.settings(vapid_key) | {"processes": 1})
    yield made
    made.close()


def crowd(push_service, count=MANY):
    browser = push_service.subscribe()
    return browser, [make_message(number, browser.address) for number in range(count)]


def start_processes(provider):
    assert provider.encoders.chunk_size(made=0) == CHUNK
    provider.encoders.chunk_size(made=MANY)
    wait_until(lambda: provider.encoders.chunk_size(made=MANY) == PROCESS_CHUNK, "an encoding process", limit_s=30)
    return [process.pid for process in provider.encoders._processes]


def test_processes_take_over_and_every_browser_reads_it(provider, push_service):
    start_processes(provider)
    browser, messages = crowd(push_service)

    outcomes = list(provider.send_many(iter(messages)))
    assert sorted(one.delivery_id for one in outcomes) == list(range(MANY))
    assert {one.result for one in outcomes} == {Result.ACCEPTED}
    assert len(browser.received) == MANY
    assert push_service.refusals == []


def test_a_broken_address_made_in_a_process_is_gone_and_no_other(provider, push_service):
    start_processes(provider)
    _, messages = crowd(push_service, 150)
    messages[70] = make_message(70, "{}")

    results = {one.delivery_id: one.result for one in provider.send_many(messages)}
    assert [pk for pk, result in results.items() if result is Result.INVALID_ADDRESS] == [70]
    assert len(results) == 150


def test_a_killed_process_loses_no_message(provider, push_service):
    (pid,) = start_processes(provider)
    _, messages = crowd(push_service)

    def killing():
        for message in messages:
            if message.delivery_id == 300:
                os.kill(pid, signal.SIGKILL)
            yield message

    outcomes = list(provider.send_many(killing()))
    assert sorted(one.delivery_id for one in outcomes) == list(range(MANY))
    assert {one.result for one in outcomes} == {Result.ACCEPTED}


def test_a_closed_channel_leaves_no_process_behind(provider, push_service):
    (pid,) = start_processes(provider)
    provider.close()

    wait_until(lambda: not is_alive(pid), "the process to end", limit_s=20)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_broken_off_batch_left_is_not_taken_for_the_next(provider, push_service):
    start_processes(provider)
    _, messages = crowd(push_service)
    begun = provider.send_many(iter(messages))
    next(begun)
    begun.close()  # the brake: several chunks are still being made

    later, again = crowd(push_service, 500)
    outcomes = list(provider.send_many([message_with(one, 5000) for one in again]))
    assert sorted(one.delivery_id for one in outcomes) == list(range(5000, 5500))
    assert len(later.received) == 500


def message_with(message, plus):
    return make_message(message.delivery_id + plus, message.address)
