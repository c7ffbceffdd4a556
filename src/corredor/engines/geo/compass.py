"""The eight compass directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def wind_numbers(east: ArrayLike, north: ArrayLike) -> NDArray[np.int64]:
    """Return, for each vector, the index in WINDS of its compass direction; 0 (north) is +y."""
    bearing = np.degrees(np.arctan2(east, north)) % 360
    return np.round(bearing / 45).astype(np.int64) % 8
