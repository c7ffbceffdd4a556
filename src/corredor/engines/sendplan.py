"""How long a message takes to everyone: learns paces from real sends and forecasts the curve of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median

POINTS = 40  # of a curve
PAUSE_S = 5.0  # nothing settled for so long is a halt, a retry or the night, and no work
_PAUSE_TIMES = 8.0  # the same for slow providers: so many times their usual gap
LEAST_UNITS = 20.0  # fewer say nothing about a pace
GETTING_GOING = 0.25  # of a send, in which connections are still being opened
_REMEMBERS = 50_000.0  # units; older sends fade behind it
_FADES = 0.7
_START_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class SendRate:
    """``per_s`` units a second after ``start_s`` seconds of getting going; ``units`` is what it rests on."""

    per_s: float
    start_s: float
    units: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    """What goes one way. ``units`` are segments for text messages; ``ahead`` units wait in front of it."""

    key: str
    messages: int
    units: float
    pace: SendRate
    ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """``curve`` is (seconds since approval, messages out); ``last_s`` the last phone, by lane and in all."""

    curve: tuple[tuple[float, int], ...]
    last_s: float
    by_lane: dict[str, float]


def forecast(lanes: Sequence[Lane], *, rows_s: float) -> Forecast:
    """Lanes run beside each other, once everyone's row has been made, which takes ``rows_s`` seconds."""
    used = [lane for lane in lanes if lane.messages]
    begins = {lane.key: rows_s + lane.pace.start_s + lane.ahead / lane.pace.per_s for lane in used}
    by_lane = {lane.key: begins[lane.key] + lane.units / lane.pace.per_s for lane in used}
    last_s = max(by_lane.values(), default=0.0)
    curve = []
    for step in range(POINTS + 1):
        at = last_s * step / POINTS
        curve.append((round(at, 3), sum(_count_out(lane, begins[lane.key], by_lane[lane.key], at) for lane in used)))
    return Forecast(tuple(curve), last_s, by_lane)


def observe(settled: Sequence[tuple[float, float]], *, rows_s: float) -> SendRate | None:
    """The pace of one send. ``settled`` is (seconds since approval, units) in order; None when nothing went.

    Pauses are left out: a halt or a retry tells nothing of how fast a provider is. The first quarter counts for
    getting going, so that the pace is that of full flight. ``per_s`` is 0 where too little went to say.
    """
    if not settled:
        return None
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(settled)]
    pause = max(PAUSE_S, _PAUSE_TIMES * median(gaps)) if gaps else PAUSE_S
    at, units = settled[0][0], settled[0][1]
    worked = [(at, units)]  # seconds without pauses, units out by then
    for gap, (_, more) in zip(gaps, settled[1:], strict=True):
        units += more
        at += gap if gap <= pause else 0.0
        worked.append((at, units))
    begins = next(point for point in worked if point[1] >= units * GETTING_GOING)
    if units - begins[1] < LEAST_UNITS or at <= begins[0]:
        return SendRate(0.0, max(0.0, settled[0][0] - rows_s), units)
    per_s = (units - begins[1]) / (at - begins[0])
    return SendRate(per_s, max(0.0, at - units / per_s - rows_s), units)


def blend(known: SendRate | None, seen: SendRate) -> SendRate:
    """What is known after one more send: larger sends say more of the pace, and old ones fade."""
    if known is None:
        return SendRate(seen.per_s, seen.start_s, seen.units if seen.per_s else 0.0)
    start_s = known.start_s + (seen.start_s - known.start_s) * _START_SHARE
    if not seen.per_s:
        return SendRate(known.per_s, start_s, known.units)
    if not known.per_s:
        return SendRate(seen.per_s, start_s, seen.units)
    old = min(known.units, _REMEMBERS) * _FADES
    share = seen.units**2 / (old**2 + seen.units**2)  # a short send's time is mostly chance
    # Paces are averaged by the time a unit takes: half the work at half the speed takes the longer.
    each_s = (1 - share) / known.per_s + share / seen.per_s
    return SendRate(1 / each_s, start_s, sqrt(old**2 + seen.units**2))


def _count_out(lane: Lane, begins: float, ends: float, at: float) -> int:
    if at >= ends:
        return lane.messages
    return round(lane.messages * max(0.0, at - begins) / (ends - begins)) if ends > begins else 0
