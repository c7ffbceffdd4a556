"""Read line files: centre lines of arterials and bike routes, and railways."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from corredor.engines.citypack.making.derive.real_lines import RealLine
from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import SourceFolder
from corredor.engines.citypack.model import EdgeFlag

TRAIL_KINDS = ("5", "7")
"""Bike route types that run off the street: off-street trail and access path."""


def read_real_lines(folder: SourceFolder, recipe: Recipe, plane: Plane) -> list[RealLine]:
    """Return all centre lines of the folder, the best source first; raise SourceError if a file is malformed."""
    return [
        *_snow_routes(folder, recipe, plane),
        *_winter_ban(folder, recipe, plane),
        *_bike_routes(folder, recipe, plane),
    ]


def read_rail(folder: SourceFolder, recipe: Recipe, plane: Plane) -> list[Points]:
    """Return the railway lines, each (n, 2) metres on the plane; raise SourceError if a file is malformed."""
    path = _path(folder, recipe, "rail")
    lines = folder.json(path)["lines"] if path else []
    return [_line(np.asarray(line)[:, ::-1], plane) for line in lines if len(line) > 1]


def _snow_routes(folder: SourceFolder, recipe: Recipe, plane: Plane) -> list[RealLine]:
    """Return the lines of the snow routes, pieces of one record joined end to end."""
    path = _path(folder, recipe, "snow_routes")
    lines: list[RealLine] = []
    for row in folder.csv_rows(path, ("the_geom", "ON_STREET")) if path else ():
        try:
            shape = shapely.from_wkt(row.text("the_geom"))
        except shapely.GEOSException as error:
            raise row.error(f"is not a line: {error}", "the_geom") from error
        name = row.text("ON_STREET").upper()
        lines.extend(RealLine(_line(part, plane), name, EdgeFlag.BUSY) for part in _parts(shape))
    return lines


def _winter_ban(folder: SourceFolder, recipe: Recipe, plane: Plane) -> list[RealLine]:
    """Return the lines of the winter parking ban."""
    path = _path(folder, recipe, "winter_ban")
    lines: list[RealLine] = []
    for record in folder.json(path) if path else ():
        name = str(record["street_name"]).upper()
        shape = shapely.MultiLineString([line for line in record["coordinates"] if len(line) > 1])
        lines.extend(RealLine(_line(part, plane), name, EdgeFlag.BUSY) for part in _parts(shape))
    return lines


def _bike_routes(folder: SourceFolder, recipe: Recipe, plane: Plane) -> list[RealLine]:
    """Return the lines of the bike routes; off-street trails are for walkers only."""
    path = _path(folder, recipe, "bike_routes")
    lines: list[RealLine] = []
    for feature in folder.features(path) if path else ():
        name = feature.row.text("STREET", "").upper()
        flags = int(EdgeFlag.PATH) if feature.row.text("TYPE", "") in TRAIL_KINDS else 0
        shape = shapely.geometry.shape(feature.geometry)
        lines.extend(RealLine(_line(part, plane), name, flags) for part in _parts(shape))
    return lines


def _path(folder: SourceFolder, recipe: Recipe, role: str) -> Any:
    """Return the file of a role, or None."""
    note = recipe.sources.get(role)
    return folder.find(note.file) if note else None


def _parts(shape: Any) -> list[Any]:
    """Return the coordinates of each line of a shape, after joining pieces that meet end to end."""
    merged = shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape
    parts = getattr(merged, "geoms", [merged])
    return [np.asarray(part.coords)[:, :2] for part in parts if part.length > 0]


def _line(lon_lat: Any, plane: Plane) -> Points:
    """Project a polyline of lon, lat to the plane."""
    return plane.to_xy(lon_lat[:, 1], lon_lat[:, 0])
