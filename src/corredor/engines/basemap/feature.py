"""Input features of a base map, and the Web Mercator unit square of the tile pyramid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

EXTENT = 4096
"""Units along one side of a tile."""
LOWEST_ZOOM, HIGHEST_ZOOM = 9, 14
"""Above the highest zoom the client scales the tiles up: one unit is 45 cm on the ground at zoom 14."""


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One shape (shapely, lon and lat) of one layer, shown from ``min_zoom`` to ``max_zoom`` inclusive."""

    layer: str
    shape: Any
    properties: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    min_zoom: int = LOWEST_ZOOM
    max_zoom: int = HIGHEST_ZOOM


def to_square(shape: Any) -> Any:
    """Project a shape of lon, lat to the Web Mercator unit square: x and y from 0 to 1, y pointing down."""

    def project(points: Any) -> Any:
        lon, lat = points[:, 0], np.clip(points[:, 1], -85.0, 85.0)
        y = 0.5 - np.log(np.tan(math.pi / 4 + np.radians(lat) / 2)) / (2 * math.pi)
        return np.column_stack([(lon + 180.0) / 360.0, y])

    return shapely.transform(shape, project)
