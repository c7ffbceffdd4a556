"""Read raw files as rows that carry their file and line, so that every error can name them."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corredor.engines.citypack.errors import SourceError

csv.field_size_limit(1 << 27)  # one snow route is a single field of 200 kB


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a raw file. ``data`` maps field names to values."""

    file: str
    line: int
    data: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Return whether the field exists and is not blank."""
        value = self.data.get(name)
        return value is not None and str(value).strip() != ""

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field as text with collapsed blanks; raise SourceError if it is missing and there is no default."""
        if name not in self.data:
            if default is not None:
                return default
            raise SourceError("is missing", file=self.file, line=self.line, field=name)
        value = self.data[name]
        return "" if value is None else " ".join(str(value).split())

    def number(self, name: str) -> float:
        """Return a field as a finite number; raise SourceError otherwise."""
        text = self.text(name)
        try:
            value = float(text.replace(",", ""))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise SourceError(f"{text!r} is not a number", file=self.file, line=self.line, field=name)
        return value

    def whole(self, name: str, default: int = 0) -> int:
        """Return a field as an integer, *default* if it is blank."""
        return int(self.number(name)) if self.has(name) else default

    def position(self, lat: str, lon: str) -> tuple[float, float]:
        """Return (lat, lon) of two fields; raise SourceError if they are out of range."""
        position = self.number(lat), self.number(lon)
        for value, limit, name in ((position[0], 90.0, lat), (position[1], 180.0, lon)):
            if abs(value) > limit:
                raise SourceError(f"{value} is not in degrees", file=self.file, line=self.line, field=name)
        return position

    def error(self, reason: str, name: str | None = None) -> SourceError:
        """Return an error about this row, for the caller to raise."""
        return SourceError(reason, file=self.file, line=self.line, field=name)


@dataclass(frozen=True, slots=True)
class Feature:
    """One GeoJSON feature: its properties as a row (the line is the feature's number) and its geometry."""

    row: Row
    geometry: Mapping[str, Any]


@dataclass
class SourceFolder:
    """A folder of raw files. Records what was read, for SOURCES.md and the report of missing files."""

    root: Path
    used: dict[str, Path] = field(default_factory=dict)

    def find(self, pattern: str) -> Path | None:
        """Return the first file (by name) that matches *pattern*, a glob below the root."""
        return next(iter(sorted(p for p in self.root.glob(pattern) if p.is_file())), None)

    def find_all(self, pattern: str) -> list[Path]:
        """Return every file that matches *pattern*, by name."""
        return sorted(p for p in self.root.glob(pattern) if p.is_file())

    def label(self, path: Path) -> str:
        """Return the name of a file for messages: its path below the root."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name

    def csv_rows(self, path: Path, required: tuple[str, ...] = ()) -> Iterator[Row]:
        """Yield the rows of a CSV file with a header line; raise SourceError without the *required* columns."""
        name = self.label(path)
        self.used[name] = path
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream)
                header = [str(column).strip() for column in reader.fieldnames or []]
                reader.fieldnames = header
                for wanted in required:
                    if wanted not in header:
                        reason = f"is missing; the file has {', '.join(header) or 'no header'}"
                        raise SourceError(reason, file=name, line=1, field=wanted)
                for record in reader:
                    if None in record:
                        raise SourceError("has more values than the header", file=name, line=reader.line_num)
                    yield Row(name, reader.line_num, record)
        except UnicodeDecodeError as error:
            raise SourceError(f"is not UTF-8 text ({error.reason})", file=name) from error
        except csv.Error as error:
            raise SourceError(f"is not CSV: {error}", file=name) from error

    def json(self, path: Path) -> Any:
        """Parse a JSON file; raise SourceError with the line of a syntax error."""
        name = self.label(path)
        self.used[name] = path
        try:
            return json.loads(path.read_bytes())
        except json.JSONDecodeError as error:
            raise SourceError(f"is not JSON: {error.msg}", file=name, line=error.lineno) from error
        except UnicodeDecodeError as error:
            raise SourceError("is not UTF-8 text", file=name) from error

    def features(self, path: Path) -> Iterator[Feature]:
        """Yield the features of a GeoJSON file that have a geometry; raise SourceError if it is malformed."""
        name = self.label(path)
        data = self.json(path)
        if not isinstance(data, dict) or not isinstance(data.get("features"), list):
            raise SourceError("is missing or not a list", file=name, line=1, field="features")
        for number, feature in enumerate(data["features"], start=1):
            if not isinstance(feature, dict):
                raise SourceError(f"feature {number} is not an object", file=name)
            if feature.get("geometry"):
                yield Feature(Row(name, number, feature.get("properties") or {}), feature["geometry"])

    def shapes(self, path: Path) -> Iterator[Feature]:
        """Yield the records of a shapefile (.shp with its companion files, or .zip) as features."""
        import shapefile  # pyshp: only the builder needs it

        name = self.label(path)
        for sister in path.parent.glob(f"{path.stem}.*"):
            self.used[self.label(sister)] = sister
        try:
            with shapefile.Reader(str(path)) as reader:
                for number, item in enumerate(reader.iterShapeRecords(), start=1):
                    yield Feature(Row(name, number, item.record.as_dict()), item.shape.__geo_interface__)
        except (shapefile.ShapefileException, zipfile.BadZipFile, struct.error, OSError, ValueError) as error:
            raise SourceError(f"is not a shapefile: {error}", file=name) from error

    def topology(self, path: Path) -> Iterator[Feature]:
        """Yield the geometries of a TopoJSON file as features; raise SourceError if it is malformed."""
        name = self.label(path)
        data = self.json(path)
        try:
            arcs = [_decode_arc(arc, data.get("transform")) for arc in data["arcs"]]
            objects = [item for group in data["objects"].values() for item in group["geometries"]]
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"is not TopoJSON: {error}", file=name) from error
        for number, item in enumerate(objects, start=1):
            geometry = _topology_geometry(item, arcs, data.get("transform"))
            if geometry:
                yield Feature(Row(name, number, item.get("properties") or {}), geometry)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _decode_arc(arc: Any, transform: Any) -> list[tuple[float, float]]:
    """Return the points of one TopoJSON arc; delta-coded if the file has a transform."""
    if not transform:
        return [(float(x), float(y)) for x, y in arc]
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    points, x, y = [], 0, 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale_x + move_x, y * scale_y + move_y))
    return points


def _topology_geometry(item: Any, arcs: list[Any], transform: Any) -> dict[str, Any] | None:
    """Return a TopoJSON geometry as a GeoJSON one; points and polygons only, None for anything else."""

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(arc[1:] if points else arc)
        return points

    if item["type"] == "Point":
        coordinates: Any = _decode_arc([item["coordinates"]], transform)[0]
    elif item["type"] == "Polygon":
        coordinates = [ring(part) for part in item["arcs"]]
    elif item["type"] == "MultiPolygon":
        coordinates = [[ring(part) for part in polygon] for polygon in item["arcs"]]
    else:
        return None
    return {"type": item["type"], "coordinates": coordinates}
