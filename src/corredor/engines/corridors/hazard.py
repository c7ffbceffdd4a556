"""Which crossings and streets an area to keep out of touches, and which ways would lead towards it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import Ground, distance_to_segments, inside_ring, segments_meet
from .model import Bools, Floats, Hazard, Ints, Problem, Ring

_ARC_STEP_DEG = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Shut:
    """``arcs`` may not be walked; ``homes`` are nodes whose children wait at school."""

    arcs: Bools
    homes: Bools


@dataclass(frozen=True, slots=True, eq=False)
class _Segments:
    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


def find_closed(
    problem: Problem, nodes: Ints, arcs: Ints, tail: Ints, head: Ints, east: Floats, north: Floats, ground: Ground
) -> Shut:
    """Return what is closed among *arcs* and *nodes* (east and north are the nodes' metres on *ground*)."""
    homes = np.zeros(len(nodes), bool)
    if problem.closed is not None:
        homes |= np.asarray(problem.closed, bool)[nodes]
    shut = homes[tail] | homes[head]
    if problem.closed_arcs is not None:
        shut |= np.asarray(problem.closed_arcs, bool)[arcs]
    if not problem.hazards:
        return Shut(shut, homes)
    lines = _Segments(east[tail], north[tail], east[head], north[head])
    for hazard in problem.hazards:
        if isinstance(hazard, Ring):
            touched, beside = _meet_ring(hazard, lines, ground), _nodes_in_ring(hazard, east, north, ground)
            shut, homes = shut | touched, homes | beside
        else:
            x, y = ground.place(np.array([hazard.lat]), np.array([hazard.lon]))
            shut |= _meet_hazard(hazard, lines, float(x[0]), float(y[0]))
            shut |= _leads_towards(hazard, lines, float(x[0]), float(y[0]))
            homes |= _belt(hazard, east, north, float(x[0]), float(y[0]))
    return Shut(shut, homes)


def touches(
    hazard: Hazard | Ring, lat: NDArray[np.floating], lon: NDArray[np.floating], *, with_belt: bool = False
) -> Bools:
    """Return which points lie inside the area itself, or inside its belt too. A drawn ring has no belt."""
    first = hazard.points[0] if isinstance(hazard, Ring) else (hazard.lat, hazard.lon)
    ground = Ground(*first)
    east, north = ground.place(lat, lon)
    if isinstance(hazard, Ring):
        return _nodes_in_ring(hazard, east, north, ground)
    if with_belt:
        return _belt(hazard, east, north, 0.0, 0.0)
    inside: Bools = np.hypot(east, north) <= hazard.radius_m
    if hazard.wind_to_deg is not None:
        inside |= inside_ring(east, north, *_wedge(hazard, 0.0, 0.0))
    return inside


def is_near(hazard: Hazard | Ring, lat: float, lon: float, within_m: float) -> bool:
    """Say whether any part of the area may lie within *within_m* of a point; never wrongly no."""
    if isinstance(hazard, Ring):
        ground = Ground(lat, lon)
        points = np.array(hazard.points)
        east, north = ground.place(points[:, 0], points[:, 1])
        inside = inside_ring(np.zeros(1), np.zeros(1), east, north)[0]
        reach = distance_to_segments(0.0, 0.0, east, north, np.roll(east, 1), np.roll(north, 1)).min()
        return bool(inside or reach <= within_m)
    reach = max(hazard.radius_m, hazard.wedge_m if hazard.wind_to_deg is not None else 0.0) + hazard.belt_m
    east, north = Ground(lat, lon).place(np.array([hazard.lat]), np.array([hazard.lon]))
    return bool(np.hypot(east, north)[0] <= reach + within_m)


def outline(hazard: Hazard) -> list[list[tuple[float, float]]]:
    """Return the circle, and the wedge if there is one, as closed rings of (lat, lon), for drawing."""
    ground = Ground(hazard.lat, hazard.lon)
    turn = np.radians(np.arange(0.0, 360.0, _ARC_STEP_DEG))
    shapes = [(np.sin(turn) * hazard.radius_m, np.cos(turn) * hazard.radius_m)]
    if hazard.wind_to_deg is not None:
        shapes.append(_wedge(hazard, 0.0, 0.0))
    rings = [[ground.unplace(float(x), float(y)) for x, y in zip(*shape, strict=True)] for shape in shapes]
    return [[*ring, ring[0]] for ring in rings]


def _wedge(hazard: Hazard, x: float, y: float) -> tuple[Floats, Floats]:
    assert hazard.wind_to_deg is not None
    half = hazard.wedge_deg
    turn = np.radians(hazard.wind_to_deg + np.linspace(-half, half, max(3, int(2 * half / _ARC_STEP_DEG) + 1)))
    # the chords of the arc must not lie inside the true wedge
    reach = hazard.wedge_m / np.cos(np.radians(_ARC_STEP_DEG / 2))
    return np.concatenate(([x], x + reach * np.sin(turn))), np.concatenate(([y], y + reach * np.cos(turn)))


def _meet_hazard(hazard: Hazard, lines: _Segments, x: float, y: float) -> Bools:
    meet = distance_to_segments(x, y, lines.ax, lines.ay, lines.bx, lines.by) <= hazard.radius_m
    if hazard.wind_to_deg is not None:
        meet |= _meet_outline(lines, *_wedge(hazard, x, y))
    return meet


def _meet_ring(ring: Ring, lines: _Segments, ground: Ground) -> Bools:
    points = np.array(ring.points)
    return _meet_outline(lines, *ground.place(points[:, 0], points[:, 1]))


def _nodes_in_ring(ring: Ring, east: Floats, north: Floats, ground: Ground) -> Bools:
    points = np.array(ring.points)
    return inside_ring(east, north, *ground.place(points[:, 0], points[:, 1]))


def _meet_outline(lines: _Segments, ring_x: Floats, ring_y: Floats) -> Bools:
    meet = inside_ring(lines.ax, lines.ay, ring_x, ring_y)
    for cx, cy, dx, dy in zip(ring_x, ring_y, np.roll(ring_x, 1), np.roll(ring_y, 1), strict=True):
        meet |= segments_meet(lines.ax, lines.ay, lines.bx, lines.by, float(cx), float(cy), float(dx), float(dy))
    return meet


def _leads_towards(hazard: Hazard, lines: _Segments, x: float, y: float) -> Bools:
    """Arcs that come nearer to the centre and end in the belt; in the belt one may only walk away."""
    before, after = np.hypot(lines.ax - x, lines.ay - y), np.hypot(lines.bx - x, lines.by - y)
    towards: Bools = (after < before) & _belt(hazard, lines.bx, lines.by, x, y)
    return towards


def _belt(hazard: Hazard, px: Floats, py: Floats, x: float, y: float) -> Bools:
    """Points in the area or its belt."""
    near: Bools = np.hypot(px - x, py - y) <= hazard.radius_m + hazard.belt_m
    if hazard.wind_to_deg is not None:
        ring_x, ring_y = _wedge(hazard, x, y)
        near |= inside_ring(px, py, ring_x, ring_y)
        for cx, cy, dx, dy in zip(ring_x, ring_y, np.roll(ring_x, 1), np.roll(ring_y, 1), strict=True):
            near |= _distance_to_segment(px, py, float(cx), float(cy), float(dx), float(dy)) <= hazard.belt_m
    return near


def _distance_to_segment(px: Floats, py: Floats, cx: float, cy: float, dx: float, dy: float) -> Floats:
    square = max((dx - cx) ** 2 + (dy - cy) ** 2, 1e-12)
    part = np.clip(((px - cx) * (dx - cx) + (py - cy) * (dy - cy)) / square, 0.0, 1.0)
    distance: Floats = np.hypot(cx + part * (dx - cx) - px, cy + part * (dy - cy) - py)
    return distance
