"""Confidence: turn the cost of a reading into the probability that it is right.

The four numbers were fitted on labelled names and messages (docs/how-it-decides/place.md): two streets that
really cross are strong evidence, so misspellings lower it little; a competing reading lowers it much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

CEILING = 0.995
FLOOR = 0.02
_START = 5.6
"""Log-odds of a reading at cost 0: two whole names that cross."""
_PER_COST = 0.3
_RIVALRY = 2.2


def from_costs(costs: Sequence[float], doubt: float) -> float:
    """Return the probability that the first reading is right, given the costs of all possible readings.

    ``doubt`` lowers the log-odds in full: how the streets were joined, how everyday the words are, whether the
    city lists the crossing at all.
    """
    odds = _START - _PER_COST * max(0.0, costs[0]) - doubt
    return clip(share_of(costs, 0) / (1.0 + math.exp(-odds)))


def share_of(costs: Sequence[float], n: int) -> float:
    """Return the share of the probability that reading *n* has, by the costs alone."""
    if len(costs) == 1:
        return 1.0
    return 1.0 / sum(math.exp(_RIVALRY * (costs[n] - cost)) for cost in costs)


def clip(value: float) -> float:
    """Clip *value* to the range that this engine reports."""
    return min(CEILING, max(FLOOR, value))
