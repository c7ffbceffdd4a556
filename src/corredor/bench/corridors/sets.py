"""Data of `corredor bench corridors`: published Safe Passage routes, matched to streets."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.bench.places.sets import SetError
from corredor.engines.corridors.shed import Shed
from corredor.engines.geo.plane import LocalPlane
from corredor.engines.geo.segment import distance_to_segments

CHECKOUT_SETS = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "corridors"
ROUTES = "safe_passage.json"
WITHIN_M = 30.0
TURN_DEG = 30.0
STEP_M = 2.0
METRES_A_POST = 100.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Route:
    """One school's published route: its gate, its lines of (lat, lon), and their total length."""

    school: str
    name: str
    gate: tuple[float, float]
    length_m: float
    lines: tuple[tuple[tuple[float, float], ...], ...]

    @property
    def posts(self) -> int:
        """Return the number of adults at one every 100 m."""
        return max(1, math.ceil(self.length_m / METRES_A_POST))


def read_routes(folder: Path = CHECKOUT_SETS) -> list[Route]:
    """Return the routes of a folder. Raise SetError."""
    path = folder / ROUTES
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [
            Route(
                row["school"],
                row["name"].replace(" Hs", " HS"),
                (float(row["gate"][0]), float(row["gate"][1])),
                float(row["length_m"]),
                tuple(tuple((float(lat), float(lon)) for lat, lon in line) for line in row["lines"]),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SetError(f"{path} cannot be read as routes: {error}") from error


def match_route(route: Route, shed: Shed, plane: LocalPlane) -> Floats:
    """Return the share (0 to 1) of each shed arc that the route covers, shape (m,), both directions alike.

    Every two metres of the route are matched to the nearest street within 30 m in the same direction, so that a route
    never guards more metres than it has.
    """
    x, y, run_x, run_y, metres = _steps(route, plane)
    one_way = np.flatnonzero(shed.tail < shed.head)
    start_x, start_y = shed.east[shed.tail[one_way]], shed.north[shed.tail[one_way]]
    along_x, along_y = shed.east[shed.head[one_way]] - start_x, shed.north[shed.head[one_way]] - start_y
    length = np.maximum(np.hypot(along_x, along_y), 1e-6)
    far = distance_to_segments(x[:, None], y[:, None], start_x, start_y, start_x + along_x, start_y + along_y)
    parallel = np.abs(run_x[:, None] * along_x + run_y[:, None] * along_y) / length >= math.cos(math.radians(TURN_DEG))
    far = np.where(parallel, far, np.inf)
    nearest = far.argmin(1)
    close = far[np.arange(len(nearest)), nearest] <= WITHIN_M
    guarded = np.zeros(len(one_way))
    np.add.at(guarded, nearest[close], metres[close])
    share = np.minimum(1.0, guarded / length)
    rows, found = shed.rows(), np.zeros(len(shed.tail))
    for arc, value in zip(one_way.tolist(), share.tolist(), strict=True):
        found[arc] = value
        back = rows.get((int(shed.head[arc]), int(shed.tail[arc])))
        if back is not None:
            found[back] = value
    return found


def _steps(route: Route, plane: LocalPlane) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the midpoints of the route's steps, their directions, and their metres."""
    pieces = []
    for line in route.lines:
        points = np.array(line)
        east, north = plane.project(points[:, 0], points[:, 1])
        for begin in range(len(points) - 1):
            run_x, run_y = east[begin + 1] - east[begin], north[begin + 1] - north[begin]
            length = math.hypot(run_x, run_y)
            if length < 0.01:
                continue
            count = max(1, math.ceil(length / STEP_M))
            part = (np.arange(count) + 0.5) / count
            ones = np.ones(count)
            pieces.append(
                (
                    east[begin] + part * run_x,
                    north[begin] + part * run_y,
                    ones * run_x / length,
                    ones * run_y / length,
                    ones * length / count,
                )
            )
    x, y, along_x, along_y, metres = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    return x, y, along_x, along_y, metres
