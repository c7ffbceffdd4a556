"""Hazard geometry: close the arcs and nodes that a hazard area touches, and the arcs that lead towards it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from corredor.engines.geo.plane import LocalPlane
from corredor.engines.geo.polygon import inside_ring
from corredor.engines.geo.segment import distance_to_segments, segments_meet

from .model import Bools, Floats, Hazard, Problem, Ring
from .subgraph import Subgraph

_ARC_STEP_DEG = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Closures:
    """Masks over a subgraph: ``closed_arcs`` (m,) may not be walked, children at ``buffer_nodes`` (n,) stay at school.

    ``buffer_nodes`` are the closed nodes and those inside a hazard or its buffer.
    """

    closed_arcs: Bools
    buffer_nodes: Bools


@dataclass(frozen=True, slots=True, eq=False)
class _Segments:
    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


def find_closed(problem: Problem, graph: Subgraph, plane: LocalPlane) -> Closures:
    """Return the arcs and nodes of *graph* that the problem's closures and hazards close.

    *plane* is the projection that ``graph.east`` and ``graph.north`` (metres) were made with.
    """
    nodes = np.zeros(len(graph.node), bool)
    if problem.closed is not None:
        nodes |= np.asarray(problem.closed, bool)[graph.node]
    arcs = nodes[graph.tail] | nodes[graph.head]
    if problem.closed_arcs is not None:
        arcs |= np.asarray(problem.closed_arcs, bool)[graph.arc]
    if not problem.hazards:
        return Closures(arcs, nodes)
    east, north = graph.east, graph.north
    lines = _Segments(east[graph.tail], north[graph.tail], east[graph.head], north[graph.head])
    for hazard in problem.hazards:
        if isinstance(hazard, Ring):
            arcs |= _meet_ring(hazard, lines, plane)
            nodes |= _nodes_in_ring(hazard, east, north, plane)
        else:
            x, y = plane.project(np.array([hazard.lat]), np.array([hazard.lon]))
            arcs |= _meet_hazard(hazard, lines, float(x[0]), float(y[0]))
            arcs |= _leads_towards(hazard, lines, float(x[0]), float(y[0]))
            nodes |= _in_buffer(hazard, east, north, float(x[0]), float(y[0]))
    return Closures(arcs, nodes)


def touches(
    hazard: Hazard | Ring, lat: NDArray[np.floating], lon: NDArray[np.floating], *, with_buffer: bool = False
) -> Bools:
    """Return a mask (n,) of the points (degrees) inside the area, or with *with_buffer* inside its buffer too.

    A drawn ring has no buffer.
    """
    first = hazard.points[0] if isinstance(hazard, Ring) else (hazard.lat, hazard.lon)
    plane = LocalPlane.around(*first)
    east, north = plane.project(lat, lon)
    if isinstance(hazard, Ring):
        return _nodes_in_ring(hazard, east, north, plane)
    if with_buffer:
        return _in_buffer(hazard, east, north, 0.0, 0.0)
    inside: Bools = np.hypot(east, north) <= hazard.radius_m
    if hazard.wind_to_deg is not None:
        inside |= inside_ring(east, north, *_wedge(hazard, 0.0, 0.0))
    return inside


def is_near(hazard: Hazard | Ring, lat: float, lon: float, within_m: float) -> bool:
    """Return False only if no part of the area lies within *within_m* metres of the point (may return True wrongly)."""
    if isinstance(hazard, Ring):
        plane = LocalPlane.around(lat, lon)
        points = np.array(hazard.points)
        east, north = plane.project(points[:, 0], points[:, 1])
        inside = inside_ring(np.zeros(1), np.zeros(1), east, north)[0]
        nearest = distance_to_segments(0.0, 0.0, east, north, np.roll(east, 1), np.roll(north, 1)).min()
        return bool(inside or nearest <= within_m)
    reach = max(hazard.radius_m, hazard.wedge_m if hazard.wind_to_deg is not None else 0.0) + hazard.buffer_m
    east, north = LocalPlane.around(lat, lon).project(np.array([hazard.lat]), np.array([hazard.lon]))
    return bool(np.hypot(east, north)[0] <= reach + within_m)


def outline(hazard: Hazard) -> list[list[tuple[float, float]]]:
    """Return the circle, and the wedge if the wind is known, as closed rings of (lat, lon) in degrees, for drawing."""
    plane = LocalPlane.around(hazard.lat, hazard.lon)
    turn = np.radians(np.arange(0.0, 360.0, _ARC_STEP_DEG))
    shapes = [(np.sin(turn) * hazard.radius_m, np.cos(turn) * hazard.radius_m)]
    if hazard.wind_to_deg is not None:
        shapes.append(_wedge(hazard, 0.0, 0.0))
    rings = [[plane.to_degrees(float(x), float(y)) for x, y in zip(*shape, strict=True)] for shape in shapes]
    return [[*ring, ring[0]] for ring in rings]


def _wedge(hazard: Hazard, x: float, y: float) -> tuple[Floats, Floats]:
    assert hazard.wind_to_deg is not None
    half = hazard.wedge_deg
    turn = np.radians(hazard.wind_to_deg + np.linspace(-half, half, max(3, ceil(2 * half / _ARC_STEP_DEG) + 1)))
    # the chords of the arc must not lie inside the true wedge
    reach = hazard.wedge_m / np.cos(np.radians(_ARC_STEP_DEG / 2))
    return np.concatenate(([x], x + reach * np.sin(turn))), np.concatenate(([y], y + reach * np.cos(turn)))


def _meet_hazard(hazard: Hazard, lines: _Segments, x: float, y: float) -> Bools:
    meet = distance_to_segments(x, y, lines.ax, lines.ay, lines.bx, lines.by) <= hazard.radius_m
    if hazard.wind_to_deg is not None:
        meet |= _meet_outline(lines, *_wedge(hazard, x, y))
    return meet


def _meet_ring(ring: Ring, lines: _Segments, plane: LocalPlane) -> Bools:
    points = np.array(ring.points)
    return _meet_outline(lines, *plane.project(points[:, 0], points[:, 1]))


def _nodes_in_ring(ring: Ring, east: Floats, north: Floats, plane: LocalPlane) -> Bools:
    points = np.array(ring.points)
    return inside_ring(east, north, *plane.project(points[:, 0], points[:, 1]))


def _meet_outline(lines: _Segments, ring_x: Floats, ring_y: Floats) -> Bools:
    meet = inside_ring(lines.ax, lines.ay, ring_x, ring_y)
    for cx, cy, dx, dy in zip(ring_x, ring_y, np.roll(ring_x, 1), np.roll(ring_y, 1), strict=True):
        meet |= segments_meet(lines.ax, lines.ay, lines.bx, lines.by, float(cx), float(cy), float(dx), float(dy))
    return meet


def _leads_towards(hazard: Hazard, lines: _Segments, x: float, y: float) -> Bools:
    """Return the arcs that end in the buffer, nearer to the centre than they began.

    Inside the buffer one may only walk away.
    """
    before, after = np.hypot(lines.ax - x, lines.ay - y), np.hypot(lines.bx - x, lines.by - y)
    towards: Bools = (after < before) & _in_buffer(hazard, lines.bx, lines.by, x, y)
    return towards


def _in_buffer(hazard: Hazard, px: Floats, py: Floats, x: float, y: float) -> Bools:
    """Return a mask of the points in the area or its buffer."""
    near: Bools = np.hypot(px - x, py - y) <= hazard.radius_m + hazard.buffer_m
    if hazard.wind_to_deg is not None:
        ring_x, ring_y = _wedge(hazard, x, y)
        near |= inside_ring(px, py, ring_x, ring_y)
        for cx, cy, dx, dy in zip(ring_x, ring_y, np.roll(ring_x, 1), np.roll(ring_y, 1), strict=True):
            near |= distance_to_segments(px, py, float(cx), float(cy), float(dx), float(dy)) <= hazard.buffer_m
    return near
