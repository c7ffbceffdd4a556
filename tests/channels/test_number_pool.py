"""The sender of a text and its rate limit: in segments per second, by the kind of number."""

import re

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.rate_limit import RateLimiter
from corredor.channels.setting import Settings
from corredor.channels.sms.number_pool import NumberPool, Rates, read_senders
from corredor.channels.sms.twilio.provider import TwilioProvider, TwilioSettings
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

SERVICE = re.compile(r"MG[0-9a-f]{32}")
LONG, OTHER, FREE, SHORT = "+13125550100", "+13125550101", "+18335550102", "54321"
ACCEPTED = (201, {}, '{"sid": "SM1"}')


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.at, self.slept = 1000.0, []

    def now(self):
        return self.at

    def sleep(self, seconds):
        assert seconds > 0
        self.slept.append(seconds)
        self.at += seconds


def senders(text):
    return read_senders(Settings("sms_twilio", {"sender": text}), service=SERVICE)


def test_each_kind_of_number_has_its_rate():
    rates = Rates(long_code=1, toll_free=3, short_code=100)
    assert [rates.of(n) for n in (LONG, FREE, SHORT, "MG" + "a" * 32)] == [1, 3, 100, 0]


def test_the_setting_is_a_list_or_one_service():
    assert senders(f"{LONG}, {FREE},{SHORT},{LONG}") == (LONG, FREE, SHORT)
    assert senders("MG" + "a" * 32) == ("MG" + "a" * 32,)


@pytest.mark.parametrize("wrong", [",", "red", f"{LONG},MG" + "a" * 32, "+0123", "3125550100000", f"{LONG};{FREE}"])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(ProviderNotConfigured, match=r"sms_twilio.*'sender'"):
        senders(wrong)


def test_a_person_always_hears_from_the_same_number():
    people = [f"+1773555{n:04d}" for n in range(400)]
    small, large = (NumberPool(pool, Rates(1, 3, 100)) for pool in ((LONG, OTHER), (LONG, OTHER, FREE)))
    before = {person: small.sender_of(person) for person in people}
    after = {person: large.sender_of(person) for person in people}
    assert before == {person: small.sender_of(person) for person in people}
    assert {n: 140 < list(before.values()).count(n) < 260 for n in (LONG, OTHER)} == {LONG: True, OTHER: True}
    moved = [person for person in people if before[person] != after[person]]
    assert {after[person] for person in moved} == {FREE}  # a new number takes only its share
    assert 80 < len(moved) < 190


def test_the_pool_is_as_fast_as_its_numbers_together():
    assert NumberPool((LONG, OTHER, FREE), Rates(1, 3, 100)).per_s == 5
    assert NumberPool((LONG, FREE), Rates(0, 3, 100)).per_s == 0  # one without a limit: nobody knows


def test_a_pace_lets_a_seconds_worth_go_and_no_more():
    pace, now = RateLimiter(3), 50.0
    for _ in range(3):
        assert pace.wait_s(1, now) == 0
        pace.take(1, now)
    assert pace.wait_s(1, now) == pytest.approx(1 / 3)
    assert pace.wait_s(1, now + 0.34) == 0


def test_a_long_text_waits_for_all_before_it_and_then_goes_whole():
    pace = RateLimiter(1)
    assert pace.wait_s(3, 10.0) == 0
    pace.take(3, 10.0)
    assert pace.wait_s(3, 11.0) == 2
    assert pace.wait_s(3, 13.0) == 0


def build(remote, clock, sender, **rates):
    values = {"url": remote.url, "account": "AC1", "token": "t", "sender": sender, **rates}
    return TwilioProvider(TwilioSettings.from_mapping(values), timer=clock)


def send_one_by_one(provider, messages, clock):
    """As a worker does, which takes no more than a channel's batch, and what was handed back when it is due again."""
    assert provider.capabilities.batch == 1
    outcomes = []
    for message in messages:
        (outcome,) = provider.send_many([message])
        while outcome.code == "PACED":
            clock.at += outcome.retry_after_s
            (outcome,) = provider.send_many([message])
        outcomes.append(outcome)
    return outcomes


def test_texts_leave_at_the_pace_of_their_number():
    clock = Clock()
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, LONG)
        assert (provider.capabilities.batch, provider.capabilities.units_per_s) == (1, 1)
        messages = [make_message(n, f"+1773555{n:04d}", standard="Ya se fueron.", link="") for n in range(6)]
        left_at = []
        for message in messages:
            list(provider.send_many([message]))
            left_at.append(clock.at)
        provider.close()
    assert left_at == [1000, 1001, 1002, 1003, 1004, 1005]
    assert len(remote.asked) == 6


def test_segments_are_what_is_paced():
    clock = Clock()
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, LONG)
        messages = [make_message(n, f"+1773555{n:04d}", standard="a" * 300, link="") for n in range(3)]
        outcomes = send_one_by_one(provider, messages, clock)
        provider.close()
    assert [o.segments for o in outcomes] == [2, 2, 2]
    assert clock.at == 1004  # two seconds for each of those before the last


def test_a_fast_number_does_not_wait_for_a_slow_one():
    clock = Clock()
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, f"{LONG},{SHORT}")
        messages = [make_message(n, f"+1773555{n:04d}", standard="Ya.", link="") for n in range(20)]
        outcomes = list(provider.send_many(messages))
        provider.close()
    sent = [o for o in outcomes if o.result is Result.ACCEPTED]
    held = [o for o in outcomes if o.code == "PACED"]
    fast = sum(asked.form["From"] == SHORT for asked in remote.asked)
    assert 3 < fast < 17
    assert len(sent) == len(remote.asked) == fast + 2  # the slow one: at once, and a second later
    assert len(sent) + len(held) == 20


def test_what_would_wait_for_long_goes_back_to_the_queue_where_it_can_be_stopped():
    clock = Clock()
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, LONG)
        messages = [make_message(n, f"+1773555{n:04d}", standard="Ya.", link="") for n in range(20)]
        outcomes = list(provider.send_many(messages))
        provider.close()
    assert clock.at <= 1001
    assert len(remote.asked) == 2
    held = [o for o in outcomes if o.code == "PACED"]
    assert len(held) == 18
    assert {(o.result, o.outcome_unknown, o.retry_after_s) for o in held} == {(Result.RETRY, False, 1.0)}


def test_without_a_rate_the_provider_paces():
    clock = Clock()
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, LONG, rate_long=0)
        assert (provider.capabilities.batch, provider.capabilities.units_per_s) == (100, None)
        assert len(list(provider.send_many([make_message(n, f"+1773555{n:04d}") for n in range(50)]))) == 50
        provider.close()
    assert clock.slept == []


def test_several_numbers_are_all_kept_busy():
    """A queue with room for as many as the channel takes, and what is handed back comes again when its wait is over."""
    clock, count = Clock(), 300
    with ProviderServer(ACCEPTED) as remote:
        provider = build(remote, clock, ",".join(f"+1312555{n:04d}" for n in range(100, 105)))
        due = [(0.0, n) for n in range(count)]
        while due:
            due.sort()
            clock.at = max(clock.at, due[0][0])
            batch = [n for at, n in due if at <= clock.at][: provider.capabilities.batch]
            due = [row for row in due if row[1] not in batch]
            messages = [make_message(n, f"+1773555{n:04d}", standard="Ya.", link="") for n in batch]
            for outcome in provider.send_many(messages):
                if outcome.result is Result.RETRY:
                    due.append((clock.at + outcome.retry_after_s, outcome.delivery_id))
        provider.close()
    by_number = [[asked.form["From"] for asked in remote.asked].count(f"+1312555{n:04d}") for n in range(100, 105)]
    assert sum(by_number) == count
    assert clock.at - 1000 <= max(by_number) + 3  # as long as the number with most people needs
