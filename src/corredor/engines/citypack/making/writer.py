"""Write a city draft as a pack: byte-for-byte reproducible, with the sha256 of every file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from corredor.engines.citypack.making.draft import AreaDraft, CityDraft, StreetDraft
from corredor.engines.citypack.making.network_table import network_columns
from corredor.engines.citypack.making.reading.areas import label_point
from corredor.engines.citypack.making.small_map import small_map
from corredor.engines.citypack.model import FORMAT, AreaKind

DEGREES = 6
"""Decimals of a position in text files: 11 cm."""


def write_pack(draft: CityDraft, root: Path, extra_files: Mapping[str, bytes]) -> dict[str, int]:
    """Write the pack into folder *root* and return its counts. Files of an older pack are replaced.

    ``extra_files`` (the base map) are written next to the tables and listed in the manifest.
    """
    files: dict[str, bytes] = {}
    network = network_columns(draft.streets, draft.plane)  # first, because it numbers the crossings' nodes
    order = _street_order(draft)
    network["street"] = _renumber(network["street"], order)
    files["network.npz"] = _npz(network)
    files["streets.json"] = _rows(_STREET_FIELDS, [_street_row(s) for s in _sorted_streets(draft)])
    files["crossings.npz"] = _npz(_crossing_columns(draft, order))
    files["areas.geojson"] = _collection([_area_feature(area) for area in draft.areas])
    files["places.json"] = _rows(_PLACE_FIELDS, [_place_row(place) for place in draft.places])
    files["small-map.geojson"] = _collection(small_map(draft.areas, draft.layers.water))
    files["SOURCES.md"] = _sources_page(draft).encode()
    files.update(extra_files)
    counts = _counts(draft, network)
    root.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / name).write_bytes(data)
    (root / "manifest.json").write_bytes(_manifest(draft, files, counts))
    return counts


_STREET_FIELDS = ("direction", "name", "kind", "suffix", "title", "aliases", "honorary", "low", "high")
_PLACE_FIELDS = ("id", "kind", "name", "aliases", "lat", "lon", "address", "extra")


def _sorted_streets(draft: CityDraft) -> list[StreetDraft]:
    """Return the streets by full name."""
    return sorted(draft.streets.streets, key=lambda street: street.name.full)


def _street_order(draft: CityDraft) -> list[int]:
    """Return for each street of the draft its row in the pack."""
    rows = sorted(range(len(draft.streets.streets)), key=lambda row: draft.streets.streets[row].name.full)
    order = [0] * len(rows)
    for new, old in enumerate(rows):
        order[old] = new
    return order


def _renumber(column: NDArray[Any], order: Sequence[int]) -> NDArray[np.int32]:
    """Return street numbers of the draft as rows of the pack; -1 stays."""
    lookup = np.array([*order, -1], dtype=np.int32)
    renumbered: NDArray[np.int32] = lookup[column]
    return renumbered


def _crossing_columns(draft: CityDraft, order: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Return the arrays of crossings.npz, sorted by the two streets and the latitude."""
    rows = []
    for item in draft.streets.crossings:
        first, second = (order[item.a], item.number_a), (order[item.b], item.number_b)
        (a, number_a), (b, number_b) = sorted((first, second))
        rows.append((a, b, round(item.lat * 1e6), round(item.lon * 1e6), number_a, number_b, item.node))
    table = np.array(sorted(rows), dtype=np.int32).reshape(-1, 7)
    names = ("a", "b", "lat", "lon", "number_a", "number_b", "node")
    return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(names)}


def _street_row(street: StreetDraft) -> list[Any]:
    """Return one row of streets.json."""
    name = street.name
    parts = [name.direction, name.name, name.kind, name.suffix, street.title]
    return [*parts, street.aliases, street.honorary, street.low, street.high]


def _place_row(place: Any) -> list[Any]:
    """Return one row of places.json."""
    position = [round(place.lat, DEGREES), round(place.lon, DEGREES)]
    return [place.id, place.kind.value, place.name, place.aliases, *position, place.address, place.extra]


def _area_feature(area: AreaDraft) -> dict[str, Any]:
    """Return one feature of areas.geojson, its label at the middle of the widest part."""
    shape = shapely.set_precision(area.shape, 10**-DEGREES)
    parts = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
    properties = {
        "code": area.code,
        "kind": area.kind.value,
        "name": area.name,
        **area.other_names,
        "aliases": area.aliases,
        "label": [round(value, DEGREES) for value in label_point(area.shape)],
    }
    return {"type": "Feature", "properties": properties, "geometry": _rounded(mapping(parts))}


def _rounded(geometry: Any) -> Any:
    """Return a GeoJSON geometry with coordinates rounded to six decimals."""

    def cut(value: Any) -> Any:
        if isinstance(value, (int, float)):
            return round(float(value), DEGREES)
        return [cut(item) for item in value]

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}


def _rows(fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a table as JSON, one row a line, so that two builds can be diffed."""
    head = json.dumps({"fields": list(fields)}, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return f'{head},\n"rows":[\n{lines}\n]}}\n'.encode()


def _collection(features: Sequence[Any]) -> bytes:
    """Return a GeoJSON feature collection, one feature a line."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'.encode()


def _npz(columns: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as an uncompressed .npz with reproducible bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(columns):
            item = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            item.create_system = 3
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(columns[name]), allow_pickle=False)
            archive.writestr(item, member.getvalue())
    return out.getvalue()


def _counts(draft: CityDraft, network: Mapping[str, NDArray[Any]]) -> dict[str, int]:
    """Return the number of rows of each table."""
    counts = {"streets": len(draft.streets.streets), "crossings": len(draft.streets.crossings)}
    kinds = Counter(area.kind for area in draft.areas)
    counts["community_areas"] = kinds[AreaKind.COMMUNITY_AREA]
    counts["neighbourhoods"] = kinds[AreaKind.NEIGHBOURHOOD]
    for kind, number in sorted(Counter(place.kind.value for place in draft.places).items()):
        counts[f"places_{kind}"] = number
    counts["network_nodes"] = len(network["node_lat"])
    counts["network_edges"] = len(network["indices"]) // 2
    counts["network_km"] = round(float(network["length_m"].sum()) / 2000)
    return counts


def _manifest(draft: CityDraft, files: Mapping[str, bytes], counts: Mapping[str, int]) -> bytes:
    """Return manifest.json."""
    west, south, east, north = draft_bbox(draft)
    data = {
        "format": FORMAT,
        "name": draft.name,
        "title": draft.recipe.title,
        "kind": draft.kind,
        "bbox": [west, south, east, north],
        "center": [round((south + north) / 2, DEGREES), round((west + east) / 2, DEGREES)],
        "timezone": draft.recipe.timezone,
        "languages": list(draft.recipe.languages),
        "attribution": list(draft.recipe.attribution),
        "counts": dict(counts),
        "missing": draft.missing,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
        "sources": [asdict(source) for source in draft.sources],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def draft_bbox(draft: CityDraft) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the city's outline, or of its crossings without one."""
    outline = [area for area in draft.areas if area.kind is AreaKind.CITY]
    if outline:
        bounds = outline[0].shape.bounds
    else:
        lat, lon = draft.plane.to_lat_lon(np.array(draft.streets.nodes).reshape(-1, 2))
        bounds = (lon.min(), lat.min(), lon.max(), lat.max()) if len(lat) else (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = (round(float(value), DEGREES) for value in bounds)
    return west, south, east, north


def _sources_page(draft: CityDraft) -> str:
    """Return SOURCES.md: the origin of the pack's data."""
    lines = [f"# Where the {draft.recipe.title} pack comes from", ""]
    lines += [f"- {credit}" for credit in draft.recipe.attribution]
    lines += ["", "| file | what | origin | as of | licence | sha256 |", "|---|---|---|---|---|---|"]
    for source in draft.sources:
        cells = (source.file, source.title, source.origin, source.as_of or "not stated", source.licence)
        lines.append(f"| {' | '.join(cells)} | {source.sha256} |")
    if draft.missing:
        lines += ["", "## What is not in it", "", *(f"- {item}" for item in draft.missing)]
    return "\n".join(lines) + "\n"
