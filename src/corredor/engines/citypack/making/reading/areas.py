"""Read the areas of a city: official divisions, neighbourhoods, and the overall outline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from corredor.engines.citypack.making.draft import AreaDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane
from corredor.engines.citypack.making.place_names import slug, unique, write_words
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import Feature, Row, SourceFolder
from corredor.engines.citypack.model import AreaKind
from corredor.kit.languages import SOURCE

NAME_FIELDS = ("community", "PRI_NEIGH", "name", "NAME", "Name", "neighborhood", "neighbourhood", "label")
CODE_FIELDS = ("area_numbe", "area_num_1", "code", "CODE", "id")
SIMPLIFY_DEG = 3e-5
"""About 3 m: smaller details are invisible at the scales drawn."""


def read_areas(folder: SourceFolder, recipe: Recipe) -> list[AreaDraft]:
    """Return the city's outline, its official areas and its neighbourhoods; raise SourceError if a file is malformed.

    Files of the recipe's roles come first; in a folder without them, every file in ``areas/`` is read: those
    named community_areas* or districts* as official areas, any other as neighbourhoods.
    """
    official: list[AreaDraft] = []
    spoken: list[AreaDraft] = []
    for path, kind in _files(folder, recipe):
        features = _features(folder, path)
        drafts = [_draft(feature, kind, recipe) for feature in features]
        (official if kind is AreaKind.COMMUNITY_AREA else spoken).extend(drafts)
    _simplify(official, is_coverage=True)
    _simplify(spoken, is_coverage=False)
    official.sort(key=lambda area: (area.code.zfill(8), area.name))
    spoken.sort(key=lambda area: area.code)
    _make_codes_unique(official)
    _make_codes_unique(spoken)
    outline = _outline(official or spoken, recipe)
    return [*outline, *official, *spoken]


def multipolygon(geometry: Any) -> Any:
    """Return the polygons of any geometry as a valid MultiPolygon."""
    valid = shapely.make_valid(geometry)
    polygons = [part for part in shapely.get_parts(shapely.get_parts([valid])) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons)


def label_point(polygons: Any) -> tuple[float, float]:
    """Return (lon, lat) of the middle of the widest part, where a label has most space."""
    widest = max(polygons.geoms, key=lambda part: part.area)
    lon, lat = shapely.get_coordinates(shapely.maximum_inscribed_circle(widest, tolerance=1e-4))[0]
    return float(lon), float(lat)


def _files(folder: SourceFolder, recipe: Recipe) -> list[tuple[Path, AreaKind]]:
    """Return the area files and the kind of area in each."""
    roles = (("community_areas", AreaKind.COMMUNITY_AREA), ("neighbourhoods", AreaKind.NEIGHBOURHOOD))
    named = [(folder.find(recipe.sources[role].file), kind) for role, kind in roles if role in recipe.sources]
    found = [(path, kind) for path, kind in named if path]
    if found:
        return found
    for path in folder.find_all("areas/*"):
        if path.suffix.lower() in (".geojson", ".json", ".zip", ".shp"):
            is_official = path.name.lower().startswith(("community_area", "district"))
            found.append((path, AreaKind.COMMUNITY_AREA if is_official else AreaKind.NEIGHBOURHOOD))
    return found


def _features(folder: SourceFolder, path: Path) -> list[Feature]:
    """Return the features of a GeoJSON file or of a shapefile, in lon, lat."""
    if path.suffix.lower() in (".geojson", ".json"):
        return list(folder.features(path))
    features = list(folder.shapes(path))
    to_degrees = _projection(path)
    return [Feature(item.row, to_degrees(item.geometry)) for item in features]


def _projection(path: Path) -> Any:
    """Return a function that projects a shapefile's geometries to WGS 84, from its .prj."""
    import zipfile

    import pyproj  # only the builder needs it

    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            name = next((n for n in archive.namelist() if n.lower().endswith(".prj")), None)
            text = archive.read(name).decode("utf-8", "replace") if name else ""
    else:
        prj = path.with_suffix(".prj")
        text = prj.read_text(encoding="utf-8") if prj.is_file() else ""
    if not text:
        return lambda geometry: geometry
    change = pyproj.Transformer.from_crs(pyproj.CRS.from_wkt(text), "EPSG:4326", always_xy=True).transform
    return lambda geometry: mapping(shapely.transform(shape(geometry), change, interleaved=False))


def _draft(feature: Feature, kind: AreaKind, recipe: Recipe) -> AreaDraft:
    """Return one area with the names that the recipe adds."""
    raw = _first(feature.row, NAME_FIELDS)
    if not raw:
        raise feature.row.error(f"has none of the name fields {', '.join(NAME_FIELDS)}")
    extra = recipe.areas.get(raw.upper(), {})
    name = str(extra.get("name", write_words(raw)))
    code = _first(feature.row, CODE_FIELDS) if kind is AreaKind.COMMUNITY_AREA else ""
    geometry = multipolygon(shape(feature.geometry))
    if geometry.is_empty:
        raise feature.row.error("is not a polygon", "geometry")
    aliases = unique([alias for alias in extra.get("aliases", ()) if alias != name])
    names = {code: str(extra.get(code, name)) for code in recipe.languages if code != SOURCE}
    return AreaDraft(code or slug(name), kind, name, names, aliases, geometry)


def _first(row: Row, names: Sequence[str]) -> str:
    """Return the first non-blank field."""
    return next((row.text(name) for name in names if row.has(name)), "")


def _simplify(areas: list[AreaDraft], *, is_coverage: bool) -> None:
    """Simplify the outlines; areas that share borders still share them."""
    if not areas:
        return
    shapes = [area.shape for area in areas]
    if is_coverage:
        thin = shapely.coverage_simplify(shapes, SIMPLIFY_DEG)
    else:
        thin = shapely.simplify(shapes, SIMPLIFY_DEG, preserve_topology=True)
    for area, geometry in zip(areas, thin, strict=True):
        area.shape = multipolygon(geometry)


def _make_codes_unique(areas: list[AreaDraft]) -> None:
    """Append a number to repeated area codes, in order."""
    seen: dict[str, int] = {}
    for area in areas:
        seen[area.code] = seen.get(area.code, 0) + 1
        if seen[area.code] > 1:
            area.code = f"{area.code}-{seen[area.code]}"


def _outline(areas: Sequence[AreaDraft], recipe: Recipe) -> list[AreaDraft]:
    """Return the union of all areas as one more area, with the slivers between them closed."""
    if not areas:
        return []
    sliver = 5e-5  # 5 m
    union = shapely.union_all([area.shape.buffer(sliver, join_style="mitre") for area in areas])
    outline = multipolygon(shapely.simplify(union.buffer(-sliver, join_style="mitre"), SIMPLIFY_DEG))
    return [AreaDraft("city", AreaKind.CITY, recipe.title, {}, [], outline)]


def hull_area(layer: StreetLayer, plane: Plane, recipe: Recipe) -> list[AreaDraft]:
    """Return the hull of the street network as the city's outline, for a city without area files."""
    if not layer.nodes:
        return []
    lat, lon = plane.to_lat_lon(np.array(layer.nodes))
    hull = shapely.MultiPoint(np.column_stack([lon, lat])).convex_hull.buffer(1e-3)
    return [AreaDraft("city", AreaKind.CITY, recipe.title, {}, [], multipolygon(hull))]
