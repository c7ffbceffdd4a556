"""Read the shapes used only by the base map: parks, railway lines, the lake next to the city."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from corredor.engines.citypack.making.draft import AreaDraft, Layers
from corredor.engines.citypack.making.geometry import Plane
from corredor.engines.citypack.making.place_names import park_names
from corredor.engines.citypack.making.reading.areas import multipolygon
from corredor.engines.citypack.making.reading.line_files import read_rail
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import SourceFolder

LAKE_WIDTH_DEG, LAKE_HEIGHT_DEG = 0.5, 0.4
BORDER_DEG = 3e-4
MARGIN_DEG = 0.05


def read_layers(folder: SourceFolder, recipe: Recipe, plane: Plane, outline: AreaDraft | None) -> Layers:
    """Return the base map's own shapes from the files of a recipe; raise SourceError if one is malformed."""
    layers = Layers()
    parks = recipe.sources.get("parks")
    path = folder.find(parks.file) if parks else None
    for feature in folder.topology(path) if path else ():
        polygons = multipolygon(shape(feature.geometry))
        if not polygons.is_empty:
            layers.parks.append((polygons, {"name": park_names(feature.row.text("PARK"))[0]}))
    frame = shapely.box(*outline.shape.bounds).buffer(MARGIN_DEG) if outline else None
    for line in read_rail(folder, recipe, plane):
        lat, lon = plane.to_lat_lon(line)
        track = shapely.LineString(np.column_stack([lon, lat]))
        inside = track if frame is None else shapely.intersection(track, frame)
        layers.rail.extend((part, {}) for part in shapely.get_parts([inside]) if part.length > 0)
    if recipe.lake_east and outline:
        layers.water.append((lake_east_of(outline.shape), dict(recipe.lake_east)))
    return layers


def lake_east_of(outline: Any) -> Any:
    """Return the water east of a city on the western shore of a lake, in lon, lat.

    The sources have no shoreline but the city's own outline, so the lake is what lies east of it: from the
    latitude where the eastern border leaves the state line (a straight meridian) northward, and above the
    city's north end only what lies east of its north-eastern corner.
    """
    west, _, east, north = outline.bounds
    points = shapely.get_coordinates(outline)
    on_border = points[points[:, 0] >= east - BORDER_DEG]
    shore_begins = float(on_border[:, 1].max())
    top = points[points[:, 1] >= north - BORDER_DEG]
    corner = float(top[:, 0].max())
    east_box = shapely.box(west, shore_begins, east + LAKE_WIDTH_DEG, north)
    above = shapely.box(corner, north, east + LAKE_WIDTH_DEG, north + LAKE_HEIGHT_DEG)
    open_side = shapely.difference(shapely.union(east_box, above), outline)
    far_east = shapely.Point(east + LAKE_WIDTH_DEG / 2, (shore_begins + north) / 2)
    parts = [part for part in shapely.get_parts([open_side]).tolist() if part.geom_type == "Polygon"]
    return multipolygon(next(part for part in parts if part.contains(far_east)))
