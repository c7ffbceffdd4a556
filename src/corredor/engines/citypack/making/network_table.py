"""Turn the network draft into compact columns: nodes in Z-order, directed edges, simplified lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from corredor.engines.citypack.making.draft import EdgeDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane, Points

THIN_M = 1.0
"""Points of a line that move it by less, in metres, are dropped."""


def network_columns(layer: StreetLayer, plane: Plane) -> dict[str, NDArray[Any]]:
    """Return the arrays of network.npz, and renumber the crossings' nodes to match.

    Nodes without an edge are dropped (their crossings get -1); of parallel edges the shortest stays. Nodes are
    numbered along a Z-curve, so that neighbours are near each other in memory.
    """
    edges = _shortest(layer.edges)
    points = np.array(layer.nodes, dtype=np.float64).reshape(-1, 2)
    lat, lon = plane.to_lat_lon(points)
    micro_lat, micro_lon = np.rint(lat * 1e6).astype(np.int64), np.rint(lon * 1e6).astype(np.int64)
    used = sorted({node for edge in edges for node in (edge.u, edge.v)})
    order = sorted(used, key=lambda n: (_z_order(int(micro_lat[n]), int(micro_lon[n])), n))
    number = np.full(len(points), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    for crossing in layer.crossings:
        crossing.node = int(number[crossing.node]) if crossing.node >= 0 else -1
    columns = _edge_columns(edges, number, len(order), plane)
    columns["node_lat"] = micro_lat[order].astype(np.int32)
    columns["node_lon"] = micro_lon[order].astype(np.int32)
    return columns


def _shortest(edges: Sequence[EdgeDraft]) -> list[EdgeDraft]:
    """Return edges without loops and without longer parallel edges."""
    best: dict[tuple[int, int], EdgeDraft] = {}
    for edge in edges:
        key = (min(edge.u, edge.v), max(edge.u, edge.v))
        if edge.u != edge.v and (key not in best or edge.length_m < best[key].length_m):
            best[key] = edge
    return list(best.values())


def _z_order(lat: int, lon: int) -> int:
    """Return the Z-order (Morton) number of a position: the bits of both coordinates interleaved."""
    x, y, code = lon + 180_000_000, lat + 90_000_000, 0
    for bit in range(29):
        code |= ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1)
    return code


def _edge_columns(edges: Sequence[EdgeDraft], number: NDArray[np.int64], nodes: int, plane: Plane) -> dict[str, Any]:
    """Return the CSR columns of edges in both directions."""
    rows: list[tuple[int, int, EdgeDraft, Points]] = []
    for edge in edges:
        inner = _thin(edge.line)
        u, v = int(number[edge.u]), int(number[edge.v])
        rows.append((u, v, edge, inner))
        rows.append((v, u, edge, inner[::-1]))
    rows.sort(key=lambda row: (row[0], row[1]))
    counts = np.bincount([row[0] for row in rows], minlength=nodes) if rows else np.zeros(nodes, dtype=np.int64)
    inner_points = [row[3] for row in rows]
    shape = np.concatenate(inner_points) if rows else np.empty((0, 2))
    lat, lon = plane.to_lat_lon(shape)
    return {
        "indptr": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "indices": np.array([row[1] for row in rows], dtype=np.int32),
        "length_m": np.array([round(max(row[2].length_m, 0.1), 1) for row in rows], dtype=np.float32),
        "street": np.array([row[2].street for row in rows], dtype=np.int32),
        "flags": np.array([row[2].flags for row in rows], dtype=np.uint8),
        "shape_ptr": np.cumsum([0, *(len(points) for points in inner_points)]).astype(np.int32),
        "shape_lat": np.rint(lat * 1e6).astype(np.int32),
        "shape_lon": np.rint(lon * 1e6).astype(np.int32),
    }


def _thin(line: Points) -> Points:
    """Return the points of a line strictly between its ends, simplified."""
    if len(line) <= 2:
        return np.empty((0, 2))
    thin = shapely.get_coordinates(shapely.simplify(shapely.LineString(line), THIN_M))
    inner: Points = thin[1:-1]
    return inner
