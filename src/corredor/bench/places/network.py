"""Measure the shipped walking network against real OpenStreetMap graphs, with a bare spanning tree as baseline."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.compare import Agreement, Segments, compare_networks
from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.model import CityPack, EdgeFlag
from corredor.places.pack import get_pack

DRIVE_FILE = "streets/osm_south_side_drive_spatial_access.h5"
WALK_FILE = "streets/osm_south_side_walk_spatial_access.h5"
LOOP_FILE = "streets/osm_overpass_chicago_loop_2023-04-04.json"
PLANE = Plane(41.84)
SOUTH_SIDE = (-87.6545, 41.7400, -87.5442, 41.8425)
LOOP = (-87.6435, 41.8650, -87.6105, 41.8888)
"""West, south, east, north: inside the files' own edges, where streets are cut off."""
NOT_WALKED = {"motorway", "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"}
OUTER_DRIVE = {"trunk"}
"""Lake Shore Drive: eight lanes without a pavement, not walkable."""
WITHIN_M = 25.0
BARE_M = 230.0
_Keep = Callable[[str], bool]


def run(raw_dir: Path) -> dict[str, Any]:
    """Return precision and recall by length of the shipped Chicago network; raise SourceError.

    *raw_dir* has the OpenStreetMap files as published (folder ``streets``). No threshold was tuned on
    ``south_side``; they were on ``loop``. ``bare_tree`` is a spanning tree over the crossings alone.
    """
    pack = get_pack("chicago")
    ours, bare = _pack_segments(pack), _bare_tree(pack)
    roads = _graph_segments(raw_dir / DRIVE_FILE, lambda kind: kind not in NOT_WALKED | OUTER_DRIVE)
    all_roads = _graph_segments(raw_dir / DRIVE_FILE, lambda kind: kind not in NOT_WALKED)
    walks = _graph_segments(raw_dir / WALK_FILE, lambda kind: True)
    loop = _loop_segments(raw_dir / LOOP_FILE)
    south, middle = _region(SOUTH_SIDE), _region(LOOP)
    with_walks = compare_networks(ours, roads.plus(walks), region=south, within_m=WITHIN_M)
    return {
        "within_m": WITHIN_M,
        "south_side": _plain(compare_networks(ours, roads, region=south, within_m=WITHIN_M)),
        "south_side_within_15_m": _plain(compare_networks(ours, roads, region=south, within_m=15.0)),
        "south_side_with_lake_shore_drive": _plain(compare_networks(ours, all_roads, region=south, within_m=WITHIN_M)),
        "south_side_precision_with_service_and_footways": round(with_walks.precision, 4),
        "south_side_bare_tree": _plain(compare_networks(bare, roads, region=south, within_m=WITHIN_M)),
        "loop": _plain(compare_networks(ours, loop, region=middle, within_m=WITHIN_M)),
        "loop_bare_tree": _plain(compare_networks(bare, loop, region=middle, within_m=WITHIN_M)),
        "nodes_in_largest_piece": _largest_piece(pack),
    }


def _plain(found: Agreement) -> dict[str, float]:
    return {
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "ours_km": round(found.ours_km, 1),
        "truth_km": round(found.truth_km, 1),
    }


def _region(degrees: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = degrees
    (left, bottom), (right, top) = PLANE.to_xy([south, north], [west, east])
    return float(left), float(bottom), float(right), float(top)


def _pack_segments(pack: CityPack) -> Segments:
    """Return the network's lines except paths, which road graphs lack."""
    network = pack.network
    starts = np.repeat(np.arange(network.node_count), np.diff(network.indptr))
    rows = np.flatnonzero((starts < network.indices) & (network.flags & EdgeFlag.PATH == 0))
    lines = [np.array(network.line(int(row))) for row in rows]
    return _pieces([PLANE.to_xy(line[:, 0], line[:, 1]) for line in lines])


def _bare_tree(pack: CityPack) -> Segments:
    """Return a spanning tree over each walkable street's crossings, without links over 230 m."""
    crossings, pieces = pack.crossings, []
    points = PLANE.to_xy(crossings.lat, crossings.lon)
    of_street: dict[int, list[int]] = {}
    for row in np.flatnonzero(crossings.node >= 0).tolist():
        for street in (int(crossings.a[row]), int(crossings.b[row])):
            of_street.setdefault(street, []).append(row)
    for rows in of_street.values():
        place = np.unique(points[rows].round(), axis=0)
        if len(place) > 1:
            tree = minimum_spanning_tree(csr_matrix(squareform(pdist(place)))).tocoo()
            short = tree.data <= BARE_M
            pieces += [place[[i, j]] for i, j in zip(tree.row[short], tree.col[short], strict=True)]
    return _pieces(pieces)


def _pieces(lines: Sequence[Points]) -> Segments:
    return Segments(np.vstack([line[:-1] for line in lines]), np.vstack([line[1:] for line in lines]))


def _graph_segments(path: Path, keep: _Keep) -> Segments:
    """Return the edges of a pandas HDF graph whose road kind is accepted by *keep*."""
    import tables  # only this bench needs it

    if not path.is_file():
        raise SourceError("is missing", file=str(path))
    with tables.open_file(str(path)) as store:
        items = [item.decode() for item in store.get_node("/edges/block0_items")[:]]
        kinds = _objects(store.get_node("/edges/block0_values"))[items.index("highway")]
        ends = store.get_node("/edges/block2_values")[:]
        numbers = store.get_node("/nodes/block1_values")[:, 0]
        places = store.get_node("/nodes/block0_values")[:]
    where = {int(number): place for number, place in zip(numbers, places, strict=True)}
    rows = [row for row, kind in enumerate(kinds) if keep(_kind(kind))]
    degrees = np.array([[where[int(end)] for end in ends[row]] for row in rows])
    start, end = (PLANE.to_xy(degrees[:, i, 1], degrees[:, i, 0]) for i in (0, 1))
    return Segments(start, end)


def _kind(value: Any) -> str:
    """Return the first kind of a road with several ("['residential', 'tertiary']")."""
    return str(value).strip("[]").replace("'", "").split(", ")[0]


class _NumpyOnly(pickle.Unpickler):
    """Unpickler restricted to numpy arrays."""

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "numpy" and name in ("_reconstruct", "ndarray", "dtype", "scalar"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into a table")


def _objects(node: Any) -> Any:
    """Return a column block of texts, rows by item; the store's own reader would unpickle anything."""
    from tables import ObjectAtom

    class RawAtom(ObjectAtom):
        def fromarray(self, array: Any) -> bytes:
            return bytes(array.tobytes())

    node.atom = RawAtom()
    block = _NumpyOnly(io.BytesIO(node[0])).load()
    return block if len(block) < len(block[0]) else block.T


def _loop_segments(path: Path) -> Segments:
    """Return the roads of a raw OpenStreetMap answer (Overpass JSON)."""
    try:
        elements = json.loads(path.read_bytes())["elements"]
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(f"cannot be read: {error}", file=str(path)) from error
    where = {item["id"]: (item["lat"], item["lon"]) for item in elements if item["type"] == "node"}
    lines = []
    for item in elements:
        if item["type"] == "way" and item["tags"].get("highway") not in NOT_WALKED:
            places = np.array([where[node] for node in item["nodes"] if node in where])
            if len(places) > 1:
                lines.append(PLANE.to_xy(places[:, 0], places[:, 1]))
    return _pieces(lines)


def _largest_piece(pack: CityPack) -> float:
    """Return the share of the nodes in the largest connected component."""
    network = pack.network
    size = network.node_count
    graph = csr_matrix((network.length_m, network.indices, network.indptr), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return round(float(np.bincount(label).max() / size), 4)
