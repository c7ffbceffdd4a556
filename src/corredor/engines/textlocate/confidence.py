"""Turns what a reading cost into the chance that it is right.

The four numbers were fitted on labelled names and messages (docs/how-it-decides/place.md): two streets that
really cross are strong evidence, so slips in their names take little away; a rival reading takes much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

CEILING = 0.995
FLOOR = 0.02
_START = 5.6
"""Log-odds of a reading that cost nothing: two whole names that cross."""
_PER_COST = 0.3
_RIVALRY = 2.2


def from_costs(costs: Sequence[float], doubt: float) -> float:
    """Return the chance that the first reading is right, given the costs of all readings that were possible.

    ``doubt`` lowers the log-odds in full: how the streets were joined, how everyday the words are, whether the
    city knows the crossing at all.
    """
    odds = _START - _PER_COST * max(0.0, costs[0]) - doubt
    return clip(share_of(costs, 0) / (1.0 + math.exp(-odds)))


def share_of(costs: Sequence[float], n: int) -> float:
    """Return how much of the whole reading *n* is, going by the costs alone."""
    if len(costs) == 1:
        return 1.0
    return 1.0 / sum(math.exp(_RIVALRY * (costs[n] - cost)) for cost in costs)


def clip(value: float) -> float:
    """Return *value* within what this engine ever claims."""
    return min(CEILING, max(FLOOR, value))
