"""The base map: tiles decode to what was drawn, at its position, in the layers that the style expects."""

from __future__ import annotations

import gzip
import math
from collections.abc import Sequence
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader

from corredor.engines.basemap.archive import make_basemap
from corredor.engines.basemap.feature import EXTENT, HIGHEST_ZOOM, LOWEST_ZOOM, MapFeature
from corredor.packs import SHIPPED

BBOX = (-87.75, 41.80, -87.65, 41.86)
KEDZIE_PERSHING = (-87.70444, 41.82259)
LAYERS = {"water", "parks", "areas", "area_labels", "streets", "rail", "places"}


def _quiet(step: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


def _make(features: Sequence[MapFeature]) -> bytes:
    return make_basemap(features, title="Sample", bbox=BBOX, attribution=["A", "B"], report=_quiet)


def _tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int, float, float]:
    """Return the tile of a position and the position within it, in units, y down."""
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int(x), int(y), (x % 1) * EXTENT, (y % 1) * EXTENT


def _layer(data: bytes, zoom: int, x: int, y: int, name: str) -> list[dict[str, Any]]:
    tile = Reader(MemorySource(data)).get(zoom, x, y)
    if tile is None:
        return []
    layers = mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True})
    return list(layers.get(name, {"features": []})["features"])


@pytest.mark.parametrize("zoom", [LOWEST_ZOOM, 11, HIGHEST_ZOOM])
def test_a_point_is_found_where_it_was_put(zoom: int) -> None:
    data = _make([MapFeature("places", shapely.Point(KEDZIE_PERSHING), {"kind": "school", "name": "Kelly"})])
    x, y, right, down = _tile_of(*KEDZIE_PERSHING, zoom)
    (feature,) = _layer(data, zoom, x, y, "places")
    assert feature["properties"] == {"kind": "school", "name": "Kelly"}
    assert feature["geometry"]["coordinates"] == pytest.approx([right, down], abs=1)


def test_zooms_begin_and_end_as_told() -> None:
    line = shapely.LineString([(-87.71, 41.82), (-87.70, 41.83)])
    data = _make([MapFeature("streets", line, {"class": "minor"}, 12, 13)])
    for zoom, seen in ((11, False), (12, True), (13, True), (14, False)):
        x, y, _, _ = _tile_of(-87.705, 41.825, zoom)
        assert bool(_layer(data, zoom, x, y, "streets")) is seen
    header = Reader(MemorySource(data)).header()
    assert (header["min_zoom"], header["max_zoom"]) == (12, 13)


def test_a_line_over_several_tiles_is_whole_when_put_together() -> None:
    ends = (-87.74, 41.81), (-87.66, 41.85)
    data = _make([MapFeature("streets", shapely.LineString(ends), {"class": "major", "name": "Archer Ave"})])
    size, parts = EXTENT * 2**14, []
    (left, top, _, _), (right, bottom, _, _) = (
        _tile_of(ends[0][0], ends[1][1], 14),
        _tile_of(ends[1][0], ends[0][1], 14),
    )
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            for feature in _layer(data, 14, x, y, "streets"):
                points = [
                    ((x * EXTENT + px) / size, (y * EXTENT + py) / size)
                    for px, py in feature["geometry"]["coordinates"]
                ]
                parts.append(shapely.LineString(points))
    whole = shapely.union_all([part.buffer(2 / size) for part in parts])
    assert whole.geom_type == "Polygon"  # one piece
    width = whole.bounds[2] - whole.bounds[0]
    assert width == pytest.approx((ends[1][0] - ends[0][0]) / 360, rel=0.001)


def test_a_polygon_with_a_hole_keeps_it() -> None:
    island = shapely.box(-87.71, 41.82, -87.70, 41.83)
    lake = shapely.box(-87.74, 41.81, -87.66, 41.85).difference(island)
    data = _make([MapFeature("water", lake, {"name": "Lake", "name_es": "Lago"})])
    x, y, right, down = _tile_of(-87.705, 41.825, 14)
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in _layer(data, 14, x, y, "water")]
    assert shapes
    assert not any(shape.contains(shapely.Point(right, down)) for shape in shapes)
    assert any(shape.area > 0 for shape in shapes)


def test_same_features_give_the_same_bytes() -> None:
    features = [
        MapFeature(
            "streets",
            shapely.LineString([(-87.71 + i / 1e3, 41.82), (-87.70, 41.83)]),
            {"class": "minor", "name": f"{i}"},
        )
        for i in range(20)
    ]
    assert _make(features) == _make(features)


def test_nothing_to_draw_makes_no_file() -> None:
    assert _make([]) == b""


def test_metadata_describe_layers_fields_and_credits() -> None:
    data = _make([MapFeature("places", shapely.Point(KEDZIE_PERSHING), {"kind": "school", "name": "Kelly"}, 13)])
    metadata = Reader(MemorySource(data)).metadata()
    assert metadata["attribution"] == "A, B"
    (layer,) = metadata["vector_layers"]
    assert layer == {"id": "places", "fields": {"kind": "String", "name": "String"}, "minzoom": 13, "maxzoom": 14}


def test_the_shipped_map_has_the_layers_that_the_style_draws() -> None:
    data = (SHIPPED / "chicago" / "basemap.pmtiles").read_bytes()
    assert len(data) < 10_000_000
    reader = Reader(MemorySource(data))
    assert {layer["id"] for layer in reader.metadata()["vector_layers"]} == LAYERS
    assert "OpenStreetMap" in reader.metadata()["attribution"]
    x, y, right, down = _tile_of(*KEDZIE_PERSHING, 14)
    streets = _layer(data, 14, x, y, "streets")
    near = shapely.Point(right, down).buffer(40)
    here = {
        f["properties"]["name"]
        for f in streets
        if "name" in f["properties"] and shapely.geometry.shape(f["geometry"]).intersects(near)
    }
    assert {"Kedzie Ave", "Pershing Rd"} <= here
    assert {f["properties"]["class"] for f in streets} <= {"major", "minor", "path"}
    x, y, _, _ = _tile_of(-87.55, 41.85, 10)
    assert [f["properties"]["name_es"] for f in _layer(data, 10, x, y, "water")] == ["Lago Míchigan"]
    x, y, _, _ = _tile_of(*KEDZIE_PERSHING, 12)
    labels = {f["properties"]["name"]: f["properties"] for f in _layer(data, 12, x, y, "area_labels")}
    assert labels["Brighton Park"]["kind"] == "community_area"
