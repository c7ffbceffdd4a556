"""Small walking networks for tests: irregular grids with gaps, some with a railway."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from corredor.engines.corridors import Problem, WalkNetwork
from corredor.engines.corridors.model import BUSY, RAIL
from corredor.engines.geo.plane import LocalPlane

CENTRE = (41.85, -87.70)


def make_network(points, edges, flags=None):
    """Return a network of points (east, north in metres) and edges (a, b), each walkable both ways."""
    plane = LocalPlane.around(*CENTRE)
    places = [plane.to_degrees(float(x), float(y)) for x, y in points]
    flags = flags or {}
    arcs = sorted({pair for a, b in edges for pair in ((a, b), (b, a))})
    count = np.bincount([a for a, _ in arcs], minlength=len(points)) if arcs else np.zeros(len(points), int)
    lengths = [float(np.hypot(*np.subtract(points[a], points[b]))) for a, b in arcs]
    return WalkNetwork(
        np.array([lat for lat, _ in places]),
        np.array([lon for _, lon in places]),
        np.concatenate(([0], np.cumsum(count))),
        np.array([b for _, b in arcs], np.int64),
        np.array(lengths),
        np.array([flags.get((min(a, b), max(a, b)), 0) for a, b in arcs], np.int64),
    )


def grid(width, height, block=100.0):
    """Return points and edges of a grid; node number = row * width + column."""
    points = [(column * block, row * block) for row in range(height) for column in range(width)]
    across = [(r * width + c, r * width + c + 1) for r in range(height) for c in range(width - 1)]
    along = [(r * width + c, (r + 1) * width + c) for r in range(height - 1) for c in range(width)]
    return points, across + along


def blocks_of(plan):
    """Return the blocks of a plan's corridors as pairs of nodes, outward."""
    return [pair for corridor in plan.corridors for pair in zip(corridor.nodes, corridor.nodes[1:], strict=False)]


@st.composite
def networks(draw, most=6):
    """Return (points, edges, flags): a shaken grid from which streets are missing, some of them busy."""
    width, height = draw(st.integers(2, most)), draw(st.integers(1, most))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    block = draw(st.sampled_from([60.0, 100.6, 150.0, 201.2]))
    points, edges = grid(width, height, block)
    points = [tuple(np.array(point) + chance.uniform(-0.2, 0.2, 2) * block) for point in points]
    kept = [edge for edge in edges if chance.random() > draw(st.sampled_from([0.0, 0.15, 0.35]))]
    flags = {edge: BUSY for edge in kept if chance.random() < 0.2}
    return points, kept, flags


@st.composite
def problems(draw, most=6, most_posts=12, **fixed):
    """Return a problem on a random network with random children and a random gate."""
    points, edges, flags = draw(networks(most))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = np.where(chance.random(len(points)) < 0.7, chance.integers(1, 30, len(points)), 0).astype(float)
    return Problem(
        make_network(points, edges, flags),
        draw(st.integers(0, len(points) - 1)),
        weights,
        draw(st.integers(1, most_posts)),
        **fixed,
    )


@st.composite
def railways(draw):
    """Return (problem, west, open): a grid cut by a railway; blocks over it exist only where *open* has them."""
    width, height = draw(st.integers(3, 6)), draw(st.integers(2, 6))
    points, edges = grid(width, height, 100.0)
    line = draw(st.integers(0, width - 2))
    over = [(a, b) for a, b in edges if a % width == line and b % width == line + 1]
    opened = set(draw(st.lists(st.sampled_from(over), max_size=2, unique=True)))
    kept = [edge for edge in edges if edge not in over or edge in opened]
    network = make_network(points, kept, dict.fromkeys(opened, RAIL))
    west = {node for node in range(len(points)) if node % width <= line}
    gate = draw(st.integers(0, len(points) - 1))
    return Problem(network, gate, np.ones(len(points)), draw(st.integers(1, 14))), west, opened
