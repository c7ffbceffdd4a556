"""The circuit breaker and timeouts of one origin."""

from corredor.channels.outgoing import Limits
from corredor.channels.outgoing.lane import Lane
from corredor.channels.outgoing.request import Origin

LIMITS = Limits(rest_after=4, rest_s=30.0, connect_s=5.0, reply_s=10.0, newcomer_s=3.0)


def make_lane(*, is_proven: bool) -> Lane:
    lane = Lane(Origin("https", "push.example", 443))
    if is_proven:
        lane.note_success()
    return lane


def test_a_newcomer_gets_less_time():
    assert (make_lane(is_proven=False).connect_s(LIMITS), make_lane(is_proven=False).reply_s(LIMITS)) == (3.0, 3.0)
    assert (make_lane(is_proven=True).connect_s(LIMITS), make_lane(is_proven=True).reply_s(LIMITS)) == (5.0, 10.0)


def test_a_proven_origin_may_fail_three_times():
    lane = make_lane(is_proven=True)
    for _ in range(3):
        lane.note_fault(100.0, LIMITS)
    assert not lane.is_resting(100.0)
    lane.note_success()
    for _ in range(3):
        lane.note_fault(100.0, LIMITS)
    assert not lane.is_resting(100.0)
    lane.note_fault(100.0, LIMITS)
    assert lane.is_resting(129.9)
    assert not lane.is_resting(130.1)
    assert not lane.is_proven


def test_rests_grow_to_a_quarter_of_an_hour_and_a_success_forgets_them():
    lane, now, rests = make_lane(is_proven=False), 0.0, []
    for _ in range(8):
        lane.note_fault(now, LIMITS)
        lane.note_fault(now, LIMITS)
        rests.append(next(s for s in range(1, 2000) if not lane.is_resting(now + s)))
        now += 1000.0
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]
    lane.note_success()
    for _ in range(4):
        lane.note_fault(now, LIMITS)
    assert lane.is_resting(now + 29)
    assert not lane.is_resting(now + 31)
