"""Draws a school's surroundings as one SVG: streets from the city pack, corridors, the gate, safe places, posts.

The parents' page, the lead's page and the printed sheet share it; only the last two show posts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from corredor.engines.citypack.model import EdgeFlag
from corredor.engines.corridors.model import LONGEST_WALK_M
from corredor.engines.geo.earth import distance_m
from corredor.engines.geo.plane import LocalPlane
from corredor.places.pack import get_pack

Point = tuple[float, float]

MARGIN_M = 130
LEAST_M = 420  # minimum half-width of the picture in metres


@dataclass(frozen=True, slots=True)
class Street:
    """A street as an SVG path, and its name if it has a label, in picture units."""

    path: str
    is_busy: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A street name, placed once along the street."""

    text: str
    x: float
    y: float
    turn: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with a number or a name."""

    x: float
    y: float
    text: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the template draws, in pixels."""

    width: int
    height: int
    quiet: str
    busy: str
    labels: tuple[Label, ...]
    corridors: tuple[str, ...]
    alternates: tuple[str, ...]
    gate: Mark
    safe_places: tuple[Mark, ...]
    posts: tuple[Mark, ...]
    dangers: tuple[str, ...]
    areas: tuple[str, ...]
    bar: float  # length of the scale bar
    bar_words: str = "200 m"


class _Frame:
    """Projects points of the ground into the picture."""

    def __init__(self, points: Sequence[Point], width: int, height: int) -> None:
        lats, lons = [p[0] for p in points], [p[1] for p in points]
        self.plane = LocalPlane.around((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
        east, north = self.plane.to_xy(max(lats), max(lons))
        tall = max(north + MARGIN_M, LEAST_M * height / width)
        broad = max(east + MARGIN_M, LEAST_M)
        self.scale = min(width / 2 / broad, height / 2 / tall)
        self.width, self.height = width, height

    def place(self, lat: float, lon: float) -> Point:
        east, north = self.plane.to_xy(lat, lon)
        return round(self.width / 2 + east * self.scale, 1), round(self.height / 2 - north * self.scale, 1)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return south, west, north, east of the visible area with a margin."""
        broad, tall = self.width / 2 / self.scale * 1.4, self.height / 2 / self.scale * 1.4
        return *self.plane.to_degrees(-broad, -tall), *self.plane.to_degrees(broad, tall)


def draw(
    *,
    city: str,
    gate: Point,
    lines: Sequence[Sequence[Point]],
    alternates: Sequence[Sequence[Point]] = (),
    safe_places: Sequence[dict[str, Any]] = (),
    posts: Sequence[tuple[Point, str]] = (),
    dangers: Sequence[Sequence[Point]] = (),
    areas: Sequence[Sequence[Point]] = (),
    own: str = "",
    width: int = 500,
    height: int = 460,
) -> Picture:
    """Draw one school, framed so that all its corridors fit. ``own`` is the highlighted post.

    ``dangers`` are closed rings to avoid, ``areas`` the areas that children come from; both may extend beyond the
    frame, areas only beyond what is walked.
    """
    shown = [gate, *(point for line in lines for point in line), *(point for point, _ in posts)]
    shown += [spot for ring in areas for spot in ring if distance_m(gate, spot) <= LONGEST_WALK_M]
    frame = _Frame(shown, width, height)
    quiet, busy, labels = _streets(city, frame)
    doors = [(place, frame.place(place["lat"], place["lon"])) for place in safe_places]
    return Picture(
        width=width,
        height=height,
        quiet=quiet,
        busy=busy,
        labels=labels,
        corridors=tuple(_path(line, frame) for line in lines),
        alternates=tuple(_path(line, frame) for line in alternates),
        gate=Mark(*frame.place(*gate), ""),
        safe_places=tuple(Mark(x, y, place["name"]) for place, (x, y) in doors if 0 <= x <= width and 0 <= y <= height),
        areas=tuple(_path(ring, frame) for ring in areas),
        dangers=tuple(_path(ring, frame) for ring in dangers),
        posts=tuple(Mark(*frame.place(*point), text, text == own) for point, text in posts),
        bar=round(200 * frame.scale, 1),
    )


def show_picture(request: HttpRequest, picture: Picture) -> HttpResponse:
    """Return the picture as an SVG response whose policy forbids loading and scripts."""
    response = render(request, "schools/map.svg", {"picture": picture}, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return response


def _path(line: Sequence[Point], frame: _Frame) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in (frame.place(*point) for point in line)) if line else ""


def _streets(city: str, frame: _Frame) -> tuple[str, str, tuple[Label, ...]]:
    """Return (paths of quiet streets, paths of busy ones, labels)."""
    network, streets = get_pack(city).network, get_pack(city).streets
    starts = _find_tails(city)
    south, west, north, east = frame.bounds()
    inside = (
        (network.node_lat >= south)
        & (network.node_lat <= north)
        & (network.node_lon >= west)
        & (network.node_lon <= east)
    )
    arcs = np.flatnonzero(inside[starts] & inside[network.indices] & (starts < network.indices))
    quiet: list[str] = []
    busy: list[str] = []
    longest: dict[int, tuple[float, Point, Point]] = {}
    for arc in arcs.tolist():
        line = network.line(arc)
        path = _path(line, frame)
        is_busy = bool(network.flags[arc] & EdgeFlag.BUSY)
        (busy if is_busy else quiet).append(path)
        street = int(network.street[arc])
        if street >= 0:
            a, b = frame.place(*line[0]), frame.place(*line[-1])
            length = math.dist(a, b) * (1.6 if is_busy else 1.0)
            if length > longest.get(street, (0.0, a, b))[0] and _in_middle(a, b, frame):
                longest[street] = (length, a, b)
    names = [(length, streets.title[street], a, b) for street, (length, a, b) in longest.items()]
    return "".join(quiet), "".join(busy), tuple(_label(names))


def _in_middle(a: Point, b: Point, frame: _Frame) -> bool:
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    return 50 < x < frame.width - 50 and 20 < y < frame.height - 20


def _label(names: list[tuple[float, str, Point, Point]]) -> list[Label]:
    """Return labels of the streets with the longest blocks, without overlaps."""
    placed: list[Label] = []
    for length, text, a, b in sorted(names, reverse=True):
        if length < 45 or len(placed) == 26:
            break
        x, y = round((a[0] + b[0]) / 2, 1), round((a[1] + b[1]) / 2, 1)
        turn = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        turn = turn - 180 if turn > 90 else turn + 180 if turn <= -90 else turn
        half = len(text) * 3.1 + 6
        if all(math.dist((x, y), (other.x, other.y)) > half + len(other.text) * 1.6 for other in placed):
            placed.append(Label(text, x, y, round(turn, 1)))
    return placed


@lru_cache(maxsize=4)
def _find_tails(city: str) -> np.ndarray:
    """Return the tail node of each arc, shape (arcs,)."""
    network = get_pack(city).network
    return np.repeat(np.arange(network.node_count), np.diff(network.indptr))
