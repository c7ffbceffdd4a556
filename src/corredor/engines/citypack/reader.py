"""Read a built pack from its folder, checking format and checksums."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from corredor.engines.citypack.errors import PackError
from corredor.engines.citypack.model import (
    FORMAT,
    AreaKind,
    Areas,
    CityPack,
    Crossings,
    Manifest,
    Network,
    PlaceKind,
    Places,
    Source,
    Streets,
)
from corredor.kit.languages import SOURCE

MICRO = 1e-6
"""Positions are stored as integer millionths of a degree (11 cm)."""


def read_pack(path: Path | str) -> CityPack:
    """Return the pack in folder *path*; its network is read on first use.

    Raise PackError naming file, line and field if the folder is not a complete pack of this format.
    """
    root = Path(path)
    manifest = read_manifest(root)
    tables = {name: _read_checked(root, name, manifest) for name in _TABLES}
    return CityPack(
        root=root,
        manifest=manifest,
        streets=_streets(_json_rows(tables["streets.json"], "streets.json", _STREET_FIELDS)),
        crossings=_crossings(_arrays(tables["crossings.npz"], "crossings.npz", _CROSSING_FIELDS)),
        areas=_areas(_json(tables["areas.geojson"], "areas.geojson")),
        places=_places(_json_rows(tables["places.json"], "places.json", _PLACE_FIELDS)),
        load_network=lambda: read_network(root, manifest),
    )


def read_manifest(root: Path) -> Manifest:
    """Return the manifest of the pack in *root*; raise PackError if it is missing or invalid."""
    data = _json(_read(root, "manifest.json"), "manifest.json")
    if not isinstance(data, dict):
        raise PackError("must be an object", file="manifest.json", line=1)
    if data.get("format") != FORMAT:
        reason = f"is {data.get('format')!r}; this program reads format {FORMAT}. Build the pack again."
        raise PackError(reason, file="manifest.json", field="format")
    try:
        sources = tuple(Source(**row) for row in data["sources"])
        return Manifest(
            name=data["name"],
            title=data["title"],
            kind=data["kind"],
            bbox=_floats(data["bbox"], 4),
            center=_floats(data["center"], 2),
            timezone=data["timezone"],
            languages=tuple(data["languages"]),
            attribution=tuple(data["attribution"]),
            counts=data["counts"],
            missing=tuple(data["missing"]),
            files=data["files"],
            sources=sources,
        )
    except KeyError as error:
        raise PackError("is missing", file="manifest.json", field=str(error.args[0])) from error
    except (TypeError, ValueError) as error:
        raise PackError(str(error), file="manifest.json") from error


def read_network(root: Path, manifest: Manifest) -> Network:
    """Return the walking network of the pack in *root*; raise PackError if it is missing or damaged."""
    got = _arrays(_read_checked(root, "network.npz", manifest), "network.npz", _NETWORK_FIELDS)
    return Network(
        node_lat=got["node_lat"] * MICRO,
        node_lon=got["node_lon"] * MICRO,
        indptr=got["indptr"],
        indices=got["indices"],
        length_m=got["length_m"],
        street=got["street"],
        flags=got["flags"],
        shape_ptr=got["shape_ptr"],
        shape_lat=got["shape_lat"] * MICRO,
        shape_lon=got["shape_lon"] * MICRO,
    )


def verify_pack(root: Path | str) -> list[PackError]:
    """Return the files of a pack with a wrong checksum, as errors; empty if all match."""
    folder = Path(root)
    problems: list[PackError] = []
    manifest = read_manifest(folder)
    for name in manifest.files:
        try:
            _read_checked(folder, name, manifest)
        except PackError as error:
            problems.append(error)
    return problems


_TABLES = ("streets.json", "crossings.npz", "areas.geojson", "places.json")
_STREET_FIELDS = ("direction", "name", "kind", "suffix", "title", "aliases", "honorary", "low", "high")
_CROSSING_FIELDS = ("a", "b", "lat", "lon", "number_a", "number_b", "node")
_PLACE_FIELDS = ("id", "kind", "name", "aliases", "lat", "lon", "address", "extra")
_NETWORK_FIELDS = (
    "node_lat",
    "node_lon",
    "indptr",
    "indices",
    "length_m",
    "street",
    "flags",
    "shape_ptr",
    "shape_lat",
    "shape_lon",
)


def _read(root: Path, name: str) -> bytes:
    """Return the bytes of one file of the pack."""
    try:
        return (root / name).read_bytes()
    except FileNotFoundError as error:
        raise PackError("is missing", file=str(root / name)) from error
    except OSError as error:
        raise PackError(f"cannot be read ({error.strerror})", file=str(root / name)) from error


def _read_checked(root: Path, name: str, manifest: Manifest) -> bytes:
    """Return the bytes of one file after verifying its sha256 against the manifest."""
    expected = manifest.files.get(name)
    if expected is None:
        raise PackError("has no checksum in the manifest", file="manifest.json", field=f"files.{name}")
    data = _read(root, name)
    if hashlib.sha256(data).hexdigest() != expected:
        reason = "its sha256 is not the one in manifest.json: damaged or edited. Build the pack again."
        raise PackError(reason, file=str(root / name))
    return data


def _json(data: bytes, name: str) -> Any:
    """Parse JSON; raise PackError with the line of a syntax error."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise PackError(f"is not JSON: {error.msg}", file=name, line=error.lineno) from error
    except UnicodeDecodeError as error:
        raise PackError("is not UTF-8 text", file=name) from error


def _json_rows(data: bytes, name: str, fields: tuple[str, ...]) -> dict[str, list[Any]]:
    """Return the columns of a row table: {"fields": [...], "rows": [[...], ...]}, one row a line."""
    table = _json(data, name)
    if not isinstance(table, dict) or table.get("fields") != list(fields):
        raise PackError(f"must be {list(fields)}", file=name, line=1, field="fields")
    rows = table.get("rows", [])
    for number, row in enumerate(rows):
        if len(row) != len(fields):
            raise PackError(f"has {len(row)} values, not {len(fields)}", file=name, line=number + 3)
    columns = zip(*rows, strict=True) if rows else ((),) * len(fields)
    return dict(zip(fields, map(list, columns), strict=True))


def _arrays(data: bytes, name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the named arrays of an .npz file."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {field: archive[field] for field in fields}
    except KeyError as error:
        raise PackError("is missing", file=name, field=str(error.args[0]).split(" ")[0]) from error
    except (ValueError, OSError) as error:
        raise PackError(f"is not an array file: {error}", file=name) from error


def _streets(columns: dict[str, list[Any]]) -> Streets:
    """Return the street table from its columns."""
    return Streets(
        direction=tuple(columns["direction"]),
        name=tuple(columns["name"]),
        kind=tuple(columns["kind"]),
        suffix=tuple(columns["suffix"]),
        title=tuple(columns["title"]),
        aliases=tuple(map(tuple, columns["aliases"])),
        honorary=tuple(map(tuple, columns["honorary"])),
        low=np.asarray(columns["low"], dtype=np.int32),
        high=np.asarray(columns["high"], dtype=np.int32),
    )


def _crossings(got: dict[str, Any]) -> Crossings:
    """Return the crossing table from its arrays."""
    return Crossings(
        a=got["a"],
        b=got["b"],
        lat=got["lat"] * MICRO,
        lon=got["lon"] * MICRO,
        number_a=got["number_a"],
        number_b=got["number_b"],
        node=got["node"],
    )


def _places(columns: dict[str, list[Any]]) -> Places:
    """Return the place table from its columns."""
    known = {kind.value: kind for kind in PlaceKind}
    for number, kind in enumerate(columns["kind"]):
        if kind not in known:
            reason = f"{kind!r} is not one of {', '.join(known)}"
            raise PackError(reason, file="places.json", line=number + 3, field="kind")
    return Places(
        id=tuple(columns["id"]),
        kind=tuple(known[kind] for kind in columns["kind"]),
        name=tuple(columns["name"]),
        aliases=tuple(map(tuple, columns["aliases"])),
        lat=np.asarray(columns["lat"], dtype=np.float64),
        lon=np.asarray(columns["lon"], dtype=np.float64),
        address=tuple(columns["address"]),
        extra=tuple(columns["extra"]),
    )


def _areas(collection: Any) -> Areas:
    """Return the area table from its GeoJSON feature collection."""
    try:
        features = collection["features"]
        rows = [feature["properties"] for feature in features]
        return _area_table(rows, features)
    except KeyError as error:
        raise PackError("is missing", file="areas.geojson", field=str(error.args[0])) from error
    except (TypeError, ValueError, IndexError) as error:
        raise PackError(f"is not as it must be: {error}", file="areas.geojson") from error


def _area_table(rows: list[Any], features: list[Any]) -> Areas:
    """Return the columns of the areas' properties and geometries."""
    return Areas(
        code=tuple(row["code"] for row in rows),
        kind=tuple(AreaKind(row["kind"]) for row in rows),
        name=tuple(row["name"] for row in rows),
        names=tuple(_names(row) for row in rows),
        aliases=tuple(tuple(row["aliases"]) for row in rows),
        label_lat=np.asarray([row["label"][1] for row in rows], dtype=np.float64),
        label_lon=np.asarray([row["label"][0] for row in rows], dtype=np.float64),
        rings=tuple(_rings(feature["geometry"]) for feature in features),
    )


def _names(row: Any) -> dict[str, str]:
    """Return the name in each language: ``name`` is the source language's, ``name_<code>`` another's."""
    others = {key.removeprefix("name_"): value for key, value in row.items() if key.startswith("name_")}
    return {SOURCE: row["name"], **others}


def _rings(geometry: Any) -> tuple[tuple[Any, ...], ...]:
    """Return the polygons of a GeoJSON MultiPolygon as arrays."""
    return tuple(tuple(np.asarray(ring, dtype=np.float64) for ring in polygon) for polygon in geometry["coordinates"])


def _floats(values: Any, count: int) -> Any:
    """Return *count* numbers as a tuple of floats."""
    if len(values) != count:
        raise ValueError(f"{values!r} must have {count} numbers")
    return tuple(float(value) for value in values)
