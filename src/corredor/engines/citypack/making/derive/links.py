"""Infer straight links between neighbouring corners of one street, where rules and evidence support them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from corredor.engines.citypack.making.derive.evidence import AddressEvidence
from corredor.engines.citypack.making.derive.nodes import Corners
from corredor.engines.citypack.making.draft import EdgeDraft
from corredor.engines.citypack.making.geometry import Points
from corredor.engines.citypack.making.street_name import StreetName
from corredor.engines.citypack.model import EdgeFlag

DRIVE_M = 700.0
"""Maximum link without proof on drives and boulevards, which are not interrupted like side streets."""
BARRIERS = EdgeFlag.RAIL | EdgeFlag.EXPRESSWAY | EdgeFlag.WATER
LONGEST_M = 700.0
DETOUR = 1.35
"""Two corners joined by real lines at most this many times the straight line need no link."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """When a link is accepted; tuned on the Loop's OpenStreetMap file (docs/city-packs.md)."""

    plain_m: float = 230.0  # maximum length without proof or barrier
    proven_m: float = 700.0  # maximum length if addresses prove it
    share: float = 0.75  # share of a link that addresses must prove
    barrier_m: float = 450.0  # maximum length across a barrier, proven links only


def link_corners(
    corners: Corners,
    real_edges: Sequence[EdgeDraft],
    numbers: Callable[[int, int], float],
    evidence: AddressEvidence,
    names: Mapping[int, StreetName],
    flags_of: Callable[[Points, Points], NDArray[np.uint8]],
    limits: Callable[[StreetName], LinkRules],
) -> list[EdgeDraft]:
    """Return straight edges along every street in *names* between corners that real lines do not join.

    ``numbers(street, corner)`` is the house number of a street at a corner (NaN if unknown); ``flags_of``
    gives the EdgeFlag bits of straight lines by what they cross; ``limits`` the rules for one street.
    """
    graph = _graph(real_edges, len(corners.points))
    pairs: list[tuple[int, int, int]] = []
    for street in sorted(names):
        nodes = corners.by_street.get(street, [])
        pairs.extend((street, u, v) for u, v in _tree(nodes, corners.points, graph))
    if not pairs:
        return []
    ends = np.array([(u, v) for _, u, v in pairs])
    start, end = corners.points[ends[:, 0]], corners.points[ends[:, 1]]
    flags = flags_of(start, end)
    length = np.hypot(*(end - start).T)
    links: list[EdgeDraft] = []
    for row, (street, u, v) in enumerate(pairs):
        begin, finish = numbers(street, u), numbers(street, v)
        has_numbers = begin == begin and finish == finish  # NaN where the city has no grid
        share = evidence.share(names[street].full, begin, finish) if has_numbers else 0.0
        if _is_accepted(float(length[row]), share, int(flags[row]), limits(names[street])):
            line = np.array([start[row], end[row]])
            bits = int(flags[row]) | EdgeFlag.DERIVED
            links.append(EdgeDraft(u, v, street, line, float(length[row]), bits))
    return links


def limits_for(name: StreetName, rules: LinkRules, drives: Sequence[str], fast: Sequence[str]) -> LinkRules:
    """Return the rules of one street: looser on *drives* (kinds), proven links only for *fast* roads (names)."""
    if name.core in fast:
        return replace(rules, plain_m=0.0, proven_m=rules.plain_m)
    return replace(rules, plain_m=DRIVE_M) if name.kind in drives else rules


def _is_accepted(length_m: float, share: float, flags: int, rules: LinkRules) -> bool:
    """Return whether a link of this length, proof share and barrier flags is accepted."""
    proven = share >= rules.share
    if flags & BARRIERS:
        return proven and length_m <= rules.barrier_m
    return length_m <= rules.plain_m or (proven and length_m <= rules.proven_m)


def _graph(edges: Sequence[EdgeDraft], size: int) -> csr_matrix:
    """Return the real edges as a sparse graph over all their nodes."""
    size = max([size, *(max(edge.u, edge.v) + 1 for edge in edges)])
    rows = [edge.u for edge in edges]
    columns = [edge.v for edge in edges]
    return csr_matrix(([edge.length_m for edge in edges], (rows, columns)), shape=(size, size))


def _tree(nodes: Sequence[int], points: Points, graph: csr_matrix) -> list[tuple[int, int]]:
    """Return the pairs of a street's corners that a minimum spanning tree joins and real lines do not."""
    if len(nodes) < 2:
        return []
    index = np.asarray(nodes)
    straight = squareform(pdist(points[index]))
    along = dijkstra(graph, directed=False, indices=index, limit=LONGEST_M * DETOUR)[:, index]
    joined = along <= straight * DETOUR + 20.0
    cost = np.where(joined, straight * 1e-3, straight) + 1e-6
    tree = minimum_spanning_tree(csr_matrix(cost)).tocoo()
    pairs = [(int(i), int(j)) for i, j in zip(tree.row, tree.col, strict=True) if not joined[i, j]]
    return sorted((nodes[min(i, j)], nodes[max(i, j)]) for i, j in pairs)
