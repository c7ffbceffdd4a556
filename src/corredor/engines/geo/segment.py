"""Segments on a plane: the distance of points from them, and where they cross. Arrays are broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Coordinates = Floats | float


def locate_on_segments(
    px: Coordinates, py: Coordinates, ax: Coordinates, ay: Coordinates, bx: Coordinates, by: Coordinates
) -> tuple[Floats, Floats]:
    """Return the distance of points p from segments a-b, and the position of the nearest point: 0 at a, 1 at b."""
    dx, dy, to_x, to_y = bx - ax, by - ay, px - ax, py - ay
    square = np.maximum(dx * dx + dy * dy, 1e-12)  # a segment may be a point
    part: Floats = np.clip((to_x * dx + to_y * dy) / square, 0.0, 1.0)
    distance: Floats = np.hypot(to_x - part * dx, to_y - part * dy)
    return distance, part


def distance_to_segments(
    px: Coordinates, py: Coordinates, ax: Coordinates, ay: Coordinates, bx: Coordinates, by: Coordinates
) -> Floats:
    """Return the distance of points p from segments a-b, in the unit of the coordinates."""
    return locate_on_segments(px, py, ax, ay, bx, by)[0]


def segments_meet(ax: Floats, ay: Floats, bx: Floats, by: Floats, cx: float, cy: float, dx: float, dy: float) -> Bools:
    """Return a mask (m,) of the segments a-b that cross or touch segment c-d."""

    def side(px: Any, py: Any, qx: Any, qy: Any, x: Any, y: Any) -> Floats:
        turned: Floats = np.asarray((qx - px) * (y - py) - (qy - py) * (x - px))
        return turned

    apart_cd = side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0
    apart_ab = side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) <= 0
    boxes = (
        (np.minimum(ax, bx) <= max(cx, dx))
        & (np.maximum(ax, bx) >= min(cx, dx))
        & (np.minimum(ay, by) <= max(cy, dy))
        & (np.maximum(ay, by) >= min(cy, dy))
    )
    meet: Bools = apart_cd & apart_ab & boxes
    return meet
