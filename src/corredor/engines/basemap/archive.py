"""Write vector tiles as one PMTiles file."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from corredor.engines.basemap.feature import HIGHEST_ZOOM, LOWEST_ZOOM, MapFeature
from corredor.engines.basemap.tiles import make_tiles


def make_basemap(
    features: Sequence[MapFeature],
    *,
    title: str,
    bbox: tuple[float, float, float, float],
    attribution: Sequence[str],
    report: Callable[[str, int, int], None],
) -> bytes:
    """Return a PMTiles file of the features. ``bbox`` is west, south, east, north in degrees."""
    tiles = sorted((zxy_to_tileid(z, x, y), data) for z, x, y, data in make_tiles(features, report))
    if not tiles:
        return b""
    out = io.BytesIO()
    writer = Writer(out)
    for tile, data in tiles:
        writer.write_tile(tile, data)
    writer.finalize(_header(bbox), _metadata(features, title, attribution))
    return out.getvalue()


def _header(bbox: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return the header fields that the writer does not compute."""
    west, south, east, north = (round(value * 1e7) for value in bbox)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 11,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(features: Sequence[MapFeature], title: str, attribution: Sequence[str]) -> dict[str, Any]:
    """Return the TileJSON metadata for map libraries: layers with their fields and zooms."""
    layers: dict[str, dict[str, Any]] = {}
    for feature in features:
        layer = layers.setdefault(
            feature.layer, {"id": feature.layer, "fields": {}, "minzoom": HIGHEST_ZOOM, "maxzoom": LOWEST_ZOOM}
        )
        layer["fields"].update({key: _field_type(value) for key, value in feature.properties.items()})
        layer["minzoom"] = min(layer["minzoom"], feature.min_zoom)
        layer["maxzoom"] = max(layer["maxzoom"], feature.max_zoom)
    ordered: list[Mapping[str, Any]] = [
        {**layer, "fields": dict(sorted(layer["fields"].items()))} for layer in layers.values()
    ]
    return {
        "name": title,
        "type": "baselayer",
        "version": "1",
        "attribution": ", ".join(attribution),
        "vector_layers": ordered,
    }


def _field_type(value: Any) -> str:
    """Return the metadata type name of a value."""
    if isinstance(value, bool):
        return "Boolean"
    return "Number" if isinstance(value, (int, float)) else "String"
