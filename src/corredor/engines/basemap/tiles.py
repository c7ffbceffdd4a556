"""Cut shapes into vector tiles, simplified for each zoom."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import shapely

from corredor.engines.basemap.feature import EXTENT, HIGHEST_ZOOM, LOWEST_ZOOM, MapFeature, to_square

MARGIN = 64
"""Buffer of a tile in units, so that wide lines and outlines have no seams."""
SIMPLIFY = 3.0
"""Tolerance of line simplification in units: a fifth of a pixel on a 256-pixel tile."""
SMALLEST = 24.0
"""Square units below which a polygon is dropped at a zoom."""


def make_tiles(
    features: Sequence[MapFeature], report: Callable[[str, int, int], None]
) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (zoom, x, y, gzipped vector tile) of every non-empty tile.

    Deterministic: the same features in the same order give the same bytes.
    """
    import mapbox_vector_tile  # only the builder needs it

    squares = [to_square(feature.shape) for feature in features]
    zooms = range(LOWEST_ZOOM, HIGHEST_ZOOM + 1)
    for done, zoom in enumerate(zooms):
        report("Base map", done, len(zooms))
        rows = [i for i, feature in enumerate(features) if feature.min_zoom <= zoom <= feature.max_zoom]
        shapes = [_scaled(squares[i], zoom) for i in rows]
        visible = [(i, shape) for i, shape in zip(rows, shapes, strict=True) if shape is not None]
        if not visible:
            continue
        tree = shapely.STRtree([shape for _, shape in visible])
        for x, y in _tile_range([shape for _, shape in visible]):
            layers = _tile_layers(x, y, visible, tree, features)
            if layers:
                data = mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True, "extents": EXTENT})
                yield zoom, x, y, gzip.compress(data, compresslevel=9, mtime=0)
    report("Base map", len(zooms), len(zooms))


def _scaled(square: Any, zoom: int) -> Any:
    """Return a shape in tile units of a zoom, simplified; None if too small to see."""
    size = EXTENT * 2**zoom
    shape = shapely.transform(square, lambda points: points * size)
    kind = shape.geom_type
    if "Point" in kind:
        return shape
    shape = shapely.simplify(shape, SIMPLIFY)
    if "Polygon" in kind:
        parts = [part for part in shapely.get_parts([shape]) if part.area >= SMALLEST]
        return shapely.make_valid(shapely.MultiPolygon(parts)) if parts else None
    return shape if shape.length >= math.sqrt(SMALLEST) else None


def _tile_range(shapes: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Yield the tiles that the shapes' common bounding box covers, row by row."""
    west, north, east, south = shapely.total_bounds(shapes)
    for y in range(int(north // EXTENT), int(south // EXTENT) + 1):
        for x in range(int(west // EXTENT), int(east // EXTENT) + 1):
            yield x, y


def _tile_layers(
    x: int, y: int, visible: Sequence[tuple[int, Any]], tree: shapely.STRtree, features: Sequence[MapFeature]
) -> list[dict[str, Any]]:
    """Return the layers of one tile in the encoder's format, in the order of their first feature."""
    left, top = x * EXTENT, y * EXTENT
    frame = (left - MARGIN, top - MARGIN, left + EXTENT + MARGIN, top + EXTENT + MARGIN)
    layers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for index in sorted(tree.query(shapely.box(*frame)).tolist()):
        row, shape = visible[index]
        clipped = shapely.clip_by_rect(shape, *frame)
        local = _local(clipped, left, top)
        if local is not None:
            feature = features[row]
            layers[feature.layer].append({"geometry": local, "properties": dict(feature.properties)})
    return [{"name": name, "features": items} for name, items in layers.items()]


def _local(shape: Any, left: float, top: float) -> Any:
    """Return a clipped shape in integer units from the tile's corner; None if empty."""
    if shape.is_empty:
        return None
    moved = shapely.transform(shape, lambda points: (points - (left, top)).round())
    if "Point" in moved.geom_type:
        return moved
    valid = shapely.make_valid(moved) if "Polygon" in moved.geom_type else shapely.remove_repeated_points(moved)
    wanted = "Polygon" if "Polygon" in moved.geom_type else "LineString"
    parts = [part for part in shapely.get_parts(shapely.get_parts([valid])) if part.geom_type == wanted]
    parts = [part for part in parts if (part.area if wanted == "Polygon" else part.length) > 0]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return shapely.MultiPolygon(parts) if wanted == "Polygon" else shapely.MultiLineString(parts)
