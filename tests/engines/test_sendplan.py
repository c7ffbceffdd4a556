"""The send forecast: rates learnt from real times, pauses excluded, channels in parallel."""

from __future__ import annotations

import pytest

from corredor.engines.sendplan import Lane, SendRate, blend, forecast, observe


def steady(*, per_s: float, units: int, start_s: float, each: int = 50):
    """Settled in batches at an even pace."""
    return [(start_s + (out + each) / per_s, float(each)) for out in range(0, units, each)]


def test_an_even_send_is_measured_as_it_was():
    seen = observe(steady(per_s=400, units=8000, start_s=1.5), rows_s=0.5)

    assert seen.per_s == pytest.approx(400, rel=0.01)
    assert seen.start_s == pytest.approx(1.0, abs=0.02)
    assert seen.units == 8000


def test_a_halt_in_the_middle_does_not_make_it_slow():
    settled = steady(per_s=100, units=4000, start_s=0)
    later = [(at + 900, units) for at, units in settled[40:]]

    assert observe([*settled[:40], *later], rows_s=0).per_s == pytest.approx(100, rel=0.05)


def test_a_slow_transport_is_not_taken_for_pauses():
    settled = [(10.0 * number, 1.0) for number in range(1, 61)]

    assert observe(settled, rows_s=0).per_s == pytest.approx(0.1, rel=0.01)


def test_a_handful_of_messages_says_nothing_of_the_pace():
    seen = observe([(2.0, 5.0), (2.1, 5.0)], rows_s=0)

    assert seen.per_s == 0
    assert seen.start_s == 2.0
    assert blend(SendRate(50, 1, 1000), seen).per_s == 50


def test_nothing_sent_is_nothing_seen():
    assert observe([], rows_s=0) is None


def test_a_large_send_weighs_more_than_a_small_one():
    known = SendRate(1000, 0.5, 10_000)

    assert blend(known, SendRate(200, 0.5, 300)).per_s == pytest.approx(1000, rel=0.05)
    assert blend(known, SendRate(200, 0.5, 40_000)).per_s == pytest.approx(205, rel=0.05)
    assert blend(None, SendRate(200, 0.7, 300)) == SendRate(200, 0.7, 300)


def test_lanes_run_beside_each_other_and_the_slowest_ends_it():
    push = Lane("PUSH", 10_000, 10_000, SendRate(2000, 0.5))
    sms = Lane("SMS", 120, 240, SendRate(1, 1), ahead=60)
    told = forecast([push, sms], rows_s=0.5)

    assert told.by_lane == {"PUSH": 6.0, "SMS": 301.5}
    assert told.last_s == 301.5
    counts = [count for _, count in told.curve]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 10_120)


def test_nobody_to_reach_takes_no_time():
    told = forecast([Lane("SMS", 0, 0, SendRate(1, 1))], rows_s=0)

    assert (told.last_s, told.by_lane) == (0.0, {})
    assert told.curve[-1][1] == 0
