"""Read a city's streets from a centre-line file in the City of Chicago's schema, GeoJSON or CSV (kind a).

Fields as in the City's manual: PRE_DIR, STREET_NAME, STREET_TYPE, SUF_DIR, L_F_ADD, L_T_ADD, R_F_ADD,
R_T_ADD, CLASS, STATUS, FNODE_ID, TNODE_ID, F_ZLEV, T_ZLEV, in any case; names truncated to ten letters by a
shapefile (STREET_NAM) are recognised. A CSV has the line as WKT in ``the_geom``.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.derive.barriers import Barriers
from corredor.engines.citypack.making.draft import StreetDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.making.reading.way_graph import Way, WayGraph
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import Row, SourceFolder
from corredor.engines.citypack.making.street_name import StreetName, write_title
from corredor.engines.citypack.model import EdgeFlag

MARK_FIELD = "l_f_add"
"""Identifies a centre-line file: no other file has this field."""
REQUIRED = ("pre_dir", "street_nam", "street_typ", "l_f_add", "l_t_add", "r_f_add", "r_t_add")
EXPRESSWAY, ARTERIAL, RAMP, EXTENT, RIVER, SIDEWALK = "1", "2", "9", "E", "RIV", "S"
NOT_THERE = {"UC", "V"}
"""STATUS values of lines that are not built yet or no longer exist."""
NODE_M = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    """One record: a piece of one street between two nodes."""

    row: Row
    name: StreetName
    line: Points
    ends: tuple[Hashable, Hashable]
    numbers: tuple[int, int]  # house number of the corner at either end, 0 if unknown
    class_code: str


def is_centreline_file(path: Path) -> bool:
    """Return whether a CSV or GeoJSON file has the City's centre-line fields."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            if path.suffix.lower() == ".csv":
                header = next(csv.reader([stream.readline()]), [])
                return MARK_FIELD in (column.strip().lower() for column in header)
            return f'"{MARK_FIELD}"' in stream.read(20_000).lower()
    except OSError:
        return False


def read_centreline_city(
    folder: SourceFolder, path: Path, recipe: Recipe, report: Callable[[str, int, int], None]
) -> tuple[StreetLayer, Plane]:
    """Return streets, crossings with house numbers, and network of a centre-line file; raise SourceError."""
    report("Reading centre lines", 0, 1)
    records = list(_records(folder, path))
    if not records:
        raise SourceError("has no lines", file=folder.label(path))
    plane = Plane(round(float(np.median([part[0, 1] for _, part in records])), 2))
    segments = [segment for row, part in records if (segment := _segment(row, part, plane))]
    report("Reading centre lines", 1, 1)
    layer = StreetLayer()
    rows = _add_streets(layer, segments, recipe)
    graph = WayGraph()
    for segment in segments:
        keys: list[Hashable] = [segment.ends[0], *((id(segment), i) for i in range(1, len(segment.line) - 1))]
        way = Way([*keys, segment.ends[1]], segment.line, rows[segment.name], _flags(segment))
        if segment.class_code in (EXPRESSWAY, RAMP):
            graph.named.append(way)
        elif segment.class_code not in (EXTENT, RIVER) and segment.row.text("status", "").upper() not in NOT_THERE:
            graph.walked.append(way)
    graph.fill(layer, plane)
    _number_crossings(layer, segments, rows)
    _mark_barriers(layer, segments)
    return layer, plane


def _records(folder: SourceFolder, path: Path) -> Iterator[tuple[Row, Any]]:
    """Yield (row with field names in small letters, lon/lat points) of every line."""
    if path.suffix.lower() == ".csv":
        for row in folder.csv_rows(path):
            plain = _plain(row)
            text = plain.text("the_geom")
            try:
                yield from ((plain, part) for part in _parts(shapely.from_wkt(text)))
            except shapely.GEOSException as error:
                raise plain.error(f"is not a line: {error}", "the_geom") from error
    else:
        for feature in folder.features(path):
            plain = _plain(feature.row)
            try:
                parts = _parts(shape(feature.geometry))
            except (ValueError, TypeError, KeyError, json.JSONDecodeError) as error:
                raise plain.error(f"is not a line: {error}", "geometry") from error
            yield from ((plain, part) for part in parts)


def _plain(row: Row) -> Row:
    """Return the row with lower-case field names, long and truncated names unified."""
    data = {str(key).strip().lower(): value for key, value in row.data.items()}
    for long, cut in (("street_name", "street_nam"), ("street_type", "street_typ")):
        if long in data:
            data.setdefault(cut, data[long])
    for name in REQUIRED:
        if name not in data:
            raise SourceError("is missing", file=row.file, line=row.line, field=name.upper())
    return Row(row.file, row.line, data)


def _parts(geometry: Any) -> list[Any]:
    """Return the lon/lat points of each line of a geometry."""
    if geometry.geom_type not in ("LineString", "MultiLineString"):
        raise ValueError(f"a {geometry.geom_type}")
    lines = getattr(geometry, "geoms", [geometry])
    return [np.asarray(line.coords)[:, :2] for line in lines if len(line.coords) > 1]


def _segment(row: Row, part: Any, plane: Plane) -> Segment | None:
    """Return one record as a segment; None for a line without length."""
    line = plane.to_xy(part[:, 1], part[:, 0])
    if float(np.abs(np.diff(line, axis=0)).sum()) < NODE_M:
        return None
    parts = (row.text(name, "").upper() for name in ("pre_dir", "street_nam", "street_typ", "suf_dir"))
    name = StreetName(*parts)
    first = _node(row, "fnode_id", "f_zlev", line[0])
    last = _node(row, "tnode_id", "t_zlev", line[-1])
    begin = [row.whole("l_f_add"), row.whole("r_f_add")]
    end = [row.whole("l_t_add"), row.whole("r_t_add")]
    numbers = min((n for n in begin if n > 0), default=0), max(end)
    return Segment(row, name, line, (first, last), numbers, row.text("class", "4").upper())


def _node(row: Row, id_field: str, level_field: str, point: Points) -> Hashable:
    """Return a key of an end: the City's node number, else its position and level."""
    if row.has(id_field) and row.whole(id_field) > 0:
        return row.whole(id_field)
    level = row.text(level_field, "0") or "0"
    return round(float(point[0]) / NODE_M), round(float(point[1]) / NODE_M), level


def _add_streets(layer: StreetLayer, segments: list[Segment], recipe: Recipe) -> dict[StreetName, int]:
    """Add each street once with its address range; return their rows, -1 for records without a name."""
    rows: dict[StreetName, int] = {}
    for segment in segments:
        name = segment.name
        if not name.name:
            rows[name] = -1
            continue
        if name not in rows:
            rows[name] = len(layer.streets)
            layer.streets.append(StreetDraft(name, write_title(name, recipe.titles)))
        street = layer.streets[rows[name]]
        begin, end = segment.numbers
        street.low = min((n for n in (street.low, begin) if n > 0), default=0)
        street.high = max(street.high, end)
    return rows


def _flags(segment: Segment) -> int:
    """Return the EdgeFlag bits of the record's class."""
    return int({ARTERIAL: EdgeFlag.BUSY, SIDEWALK: EdgeFlag.PATH}.get(segment.class_code, EdgeFlag(0)))


def _number_crossings(layer: StreetLayer, segments: list[Segment], rows: dict[StreetName, int]) -> None:
    """Set each crossing's house numbers: where a block begins, else one past where the last one ends."""
    begins: dict[tuple[int, int], int] = {}
    ends: dict[tuple[int, int], int] = defaultdict(int)
    node_at = {(round(x, 1), round(y, 1)): i for i, (x, y) in enumerate(layer.nodes)}
    for segment in segments:
        row = rows[segment.name]
        for point, number, table in (
            (segment.line[0], segment.numbers[0], begins),
            (segment.line[-1], segment.numbers[1], ends),
        ):
            node = node_at.get((round(float(point[0]), 1), round(float(point[1]), 1)))
            if node is not None and number > 0:
                table[row, node] = min(begins.get((row, node), number), number) if table is begins else number
    for crossing in layer.crossings:
        for side in ("a", "b"):
            key = getattr(crossing, side), crossing.node
            number = begins.get(key) or (ends[key] + 1 if ends.get(key) else 0)
            setattr(crossing, f"number_{side}", _corner(number))


def _corner(number: int) -> int:
    """Round to the corner's own number: blocks begin at 3900 or 3901, and both mean 3900."""
    return number - 1 if number % 100 == 1 else number


def _mark_barriers(layer: StreetLayer, segments: list[Segment]) -> None:
    """Set the flags of edges that meet expressways and rivers (the file has no railways)."""
    lines = {
        EdgeFlag.EXPRESSWAY: [s.line for s in segments if s.class_code == EXPRESSWAY],
        EdgeFlag.WATER: [s.line for s in segments if s.class_code == RIVER],
    }
    flags = Barriers(lines).flags_of_lines([shapely.LineString(edge.line) for edge in layer.edges])
    for edge, bits in zip(layer.edges, flags.tolist(), strict=True):
        edge.flags |= bits
