"""Send-time forecast: learn each provider's send rate from past sends and predict the next delivery curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median

POINTS = 40  # of a curve
PAUSE_S = 5.0  # nothing settled for so long means a halt, a retry or the night, not work
_PAUSE_TIMES = 8.0  # the same for slow providers: multiples of their usual gap
LEAST_UNITS = 20.0  # fewer are too small a sample for a rate
GETTING_GOING = 0.25  # share of a send, in which connections are still being opened
_REMEMBERS = 50_000.0  # units; the weight of older sends decays beyond it
_FADES = 0.7
_START_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class SendRate:
    """``per_s`` units a second after ``start_s`` seconds of ramp-up; ``units`` is the sample size."""

    per_s: float
    start_s: float
    units: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    """The work of one provider. ``units`` are segments for text messages; ``ahead`` units are queued before it."""

    key: str
    messages: int
    units: float
    pace: SendRate
    ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """``curve`` is (seconds since approval, messages sent); ``last_s`` when the last is sent, overall and by lane."""

    curve: tuple[tuple[float, int], ...]
    last_s: float
    by_lane: dict[str, float]


def forecast(lanes: Sequence[Lane], *, rows_s: float) -> Forecast:
    """Return the forecast for lanes that run in parallel once all rows are created, which takes ``rows_s`` seconds."""
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
    """Return the send rate of one send, or None if nothing was sent.

    ``settled`` is (seconds since approval, units) in order. Pauses are left out: a halt or a retry says nothing about
    a provider's speed. The first quarter counts as ramp-up, so that the rate is that of full speed. ``per_s`` is 0 if
    the sample is too small.
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
    """Return the updated rate after one more send: larger sends weigh more, and old ones decay."""
    if known is None:
        return SendRate(seen.per_s, seen.start_s, seen.units if seen.per_s else 0.0)
    start_s = known.start_s + (seen.start_s - known.start_s) * _START_SHARE
    if not seen.per_s:
        return SendRate(known.per_s, start_s, known.units)
    if not known.per_s:
        return SendRate(seen.per_s, start_s, seen.units)
    old = min(known.units, _REMEMBERS) * _FADES
    share = seen.units**2 / (old**2 + seen.units**2)  # a short send's time is mostly noise
    # Rates are averaged as time per unit: half the work at half the speed takes the longer.
    each_s = (1 - share) / known.per_s + share / seen.per_s
    return SendRate(1 / each_s, start_s, sqrt(old**2 + seen.units**2))


def _count_out(lane: Lane, begins: float, ends: float, at: float) -> int:
    if at >= ends:
        return lane.messages
    return round(lane.messages * max(0.0, at - begins) / (ends - begins)) if ends > begins else 0
