"""Find jogs: corners where a street shifts sideways and meets the other twice, though the source lists one point.

Drexel Ave comes down to 63rd St, goes 120 m along it, and goes on. People mean either corner, or both, so the
second one is added, and the answer becomes the middle with a wider radius.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_APART_M = 30.0
_REACH_M = 430.0
_LEAST_M = 50.0
_MOST_M = 150.0
_MOST_ONE_SIDED_M = 125.0
_STRAIGHT_M = 25.0
_TWIN_ROWS = 6


class Steps(NamedTuple):
    """Second corners: the street line that jogs at a spot, and where the other corner is (metres)."""

    line: Ints
    spot: Ints
    xy: Floats


def find_steps(line: Ints, spot: Ints, xy: Floats, weight: Ints) -> Steps:
    """Return the jogs among *spot* (positions in *xy*, metres) of street lines, one row per line and spot.

    A street is assumed to run along its longer axis. At each corner the two corners before, and the two after,
    predict where the street would arrive; at a jog one side arrives elsewhere and the other does not. The corners
    on both sides of a jog look alike; it lies along the greater cross street, by the *weight* of each row.
    """
    order, along, aside, axis = _sort(line, spot, xy)
    line, spot = line[order], spot[order]
    before = _arrival(line, along, aside, 1)
    after = _arrival(line[::-1], along[::-1], aside[::-1], 1)[::-1]
    off = np.where(_is_step(before, after), before, np.where(_is_step(after, before), after, 0.0))
    rows = _drop_minor_twins(np.flatnonzero(off), line, along, off, weight[order])
    moved = xy[spot[rows]].copy()
    moved[np.arange(len(rows)), 1 - axis[rows]] += off[rows]
    return Steps(line[rows], spot[rows], moved)


def _drop_minor_twins(rows: Ints, line: Ints, along: Floats, off: Floats, weight: Ints) -> Ints:
    """Return *rows* less those whose neighbour shows the same jog from its other side, along a greater street."""
    lesser = np.zeros(len(rows), dtype=bool)
    for n in range(1, min(_TWIN_ROWS, len(rows))):
        first, second = rows[:-n], rows[n:]
        twins = (line[first] == line[second]) & (along[second] - along[first] <= _REACH_M)
        twins &= np.abs(off[first] + off[second]) <= _STRAIGHT_M
        lesser[:-n] |= twins & (weight[first] < weight[second])
        lesser[n:] |= twins & (weight[first] > weight[second])
    return rows[~lesser]


def _sort(line: Ints, spot: Ints, xy: Floats) -> tuple[Ints, Floats, Floats, Ints]:
    """Return rows ordered along each line, with the coordinate along, the coordinate across and the axis of each."""
    lines = int(line.max()) + 1 if len(line) else 0
    spread = np.zeros((lines, 2))
    for k in (0, 1):
        low, high = np.full(lines, np.inf), np.full(lines, -np.inf)
        np.minimum.at(low, line, xy[spot, k])
        np.maximum.at(high, line, xy[spot, k])
        spread[:, k] = high - low
    axis = (spread[:, 1] >= spread[:, 0]).astype(np.int64)[line]
    rows = np.arange(len(line))
    along, aside = xy[spot][rows, axis], xy[spot][rows, 1 - axis]
    order = np.lexsort((along, line))
    return order, along[order], aside[order], axis[order]


def _arrival(line: Ints, along: Floats, aside: Floats, step: int) -> Floats:
    """Return how far aside of each corner the street would arrive from the rows before, in metres; NaN if unknown."""
    first, second = _earlier(line, along, step)
    known = (first >= 0) & (second >= 0)
    a, b = np.where(known, first, 0), np.where(known, second, 0)
    gap = np.where(known, along[a] - along[b], 1.0)
    slope = (aside[a] - aside[b]) / np.where(gap == 0, 1.0, gap)
    arrives = aside[a] + slope * (along - along[a])
    straight = (np.abs(along - along[a]) <= _REACH_M) & (np.abs(aside[a] - aside[b]) <= 0.12 * np.abs(gap) + 4)
    return np.where(known & straight, arrives - aside, np.nan)


def _earlier(line: Ints, along: Floats, step: int) -> tuple[Ints, Ints]:
    """Return for each row the nearest two rows before it on its line that are apart from it and each other."""
    rows = np.arange(len(line))
    first = np.full(len(line), -1)
    for back in range(1, 5):
        first = np.where(first < 0, _drop_near_duplicates(line, along, rows, rows - back * step), first)
    second = np.full(len(line), -1)
    for back in range(1, 5):
        candidate = np.where(first >= 0, _drop_near_duplicates(line, along, first, first - back * step), -1)
        second = np.where((second < 0) & (first >= 0), candidate, second)
    return first, second


def _drop_near_duplicates(line: Ints, along: Floats, rows: Ints, others: Ints) -> Ints:
    inside = (others >= 0) & (rows >= 0)
    safe = np.where(inside, others, 0)
    here = np.where(rows >= 0, rows, 0)
    good = inside & (line[safe] == line[here]) & (np.abs(along[safe] - along[here]) > _APART_M)
    return np.where(good, safe, -1)


def _is_step(off: Floats, other: Floats) -> NDArray[np.bool_]:
    """Return whether a street arrives aside from one side and straight (or not at all) from the other."""
    with np.errstate(invalid="ignore"):
        size = np.abs(off)
        both = (size >= _LEAST_M) & (size <= _MOST_M) & (np.abs(other) <= _STRAIGHT_M)
        alone = (size >= _LEAST_M) & (size <= _MOST_ONE_SIDED_M) & np.isnan(other)
    return both | alone
