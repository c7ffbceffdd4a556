"""Compare two street networks: precision and recall by length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.engines.citypack.making.geometry import Points, Samples, near_and_parallel, sample_segments


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision: share of our length that the truth has too; recall: share of the truth's length that is ours."""

    precision: float
    recall: float
    ours_km: float
    truth_km: float


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight segments on the plane, row for row from ``start`` to ``end``."""

    start: Points
    end: Points

    def plus(self, other: Segments) -> Segments:
        """Return the segments of both."""
        return Segments(np.vstack([self.start, other.start]), np.vstack([self.end, other.end]))


def compare_networks(
    ours: Segments, truth: Segments, *, region: tuple[float, float, float, float], within_m: float
) -> Agreement:
    """Return the agreement of two networks inside *region* (west, south, east, north, metres on the plane).

    Both are cut into pieces of at most 5 m. A piece agrees when the other network runs within *within_m* of
    it at an angle of at most 30 degrees, so that a crossing street does not count.
    """
    mine = sample_segments(ours.start, ours.end)
    theirs = sample_segments(truth.start, truth.end)
    inside_mine, inside_theirs = _inside(mine, region), _inside(theirs, region)
    found = near_and_parallel(mine, theirs, within_m=within_m)
    covered = near_and_parallel(theirs, mine, within_m=within_m)
    return Agreement(
        precision=_share(mine.weight, found, inside_mine),
        recall=_share(theirs.weight, covered, inside_theirs),
        ours_km=float(mine.weight[inside_mine].sum()) / 1000,
        truth_km=float(theirs.weight[inside_theirs].sum()) / 1000,
    )


def _inside(samples: Samples, region: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Return a mask of the samples inside the region."""
    west, south, east, north = region
    x, y = samples.points.T
    inside: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


def _share(weight: NDArray[np.float64], good: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    """Return the share of the length inside that is good."""
    total = float(weight[inside].sum())
    return float(weight[inside & good].sum()) / total if total else 0.0
