"""Build a city draft: find the files in a folder, read them, and assemble the draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.aliases import add_aliases
from corredor.engines.citypack.making.draft import CityDraft, Layers, StreetLayer
from corredor.engines.citypack.making.geometry import Plane
from corredor.engines.citypack.making.reading.areas import hull_area, read_areas
from corredor.engines.citypack.making.reading.base_layers import read_layers
from corredor.engines.citypack.making.reading.centreline_city import is_centreline_file, read_centreline_city
from corredor.engines.citypack.making.reading.chicago_places import keep_near
from corredor.engines.citypack.making.reading.crossing_city import read_crossing_city
from corredor.engines.citypack.making.reading.osm_city import OsmCity, read_osm_city
from corredor.engines.citypack.making.reading.places import finish_places, read_places
from corredor.engines.citypack.making.recipe import Recipe, SourceNote, read_recipe
from corredor.engines.citypack.making.source import SourceFolder, file_sha256
from corredor.engines.citypack.model import AreaKind, PlaceKind, Source

Report = Callable[[str, int, int], None]
OSM_CREDIT = "© OpenStreetMap contributors (ODbL 1.0)"


def build_city(name: str, given: Path, report: Report) -> CityDraft:
    """Return the draft of city *name* from *given*: a folder of raw files, or one OpenStreetMap extract.

    Streets come from the best source available: a centre-line file, else an OpenStreetMap extract (in the
    folder or in ``streets/``), else a file of crossings. Raise SourceError naming file, line and field.
    """
    folder = SourceFolder(given if given.is_dir() else given.parent)
    if not folder.root.is_dir() or not given.exists():
        raise SourceError("does not exist", file=str(given))
    recipe = read_recipe(name, folder.root)
    kind, path = find_streets(folder, recipe, given)
    osm = OsmCity()
    if kind == "osm":
        folder.used[folder.label(path)] = path
        recipe = replace(recipe, attribution=(*recipe.attribution, *_osm_credit(recipe)))
        osm, plane = read_osm_city(path, recipe, report)
        streets = osm.streets
    elif kind == "centreline":
        streets, plane = read_centreline_city(folder, path, recipe, report)
    else:
        plane = _plane_of_crossings(folder, path)
        streets = read_crossing_city(folder, path, recipe, plane, report)
    notes = add_aliases(streets.streets, recipe)
    report("Areas and places", 0, 1)
    alone = given.is_file()  # one extract: neighbouring files are other cities
    areas = (read_areas(folder, recipe) if not alone else []) or [*hull_area(streets, plane, recipe), *osm.areas]
    places = (read_places(folder, recipe) if not alone else []) or finish_places(osm.places)
    outline = next((area for area in areas if area.kind is AreaKind.CITY), None)
    places = finish_places(keep_near(places, outline, recipe))
    layers = _merge(read_layers(folder, recipe, plane, outline) if not alone else Layers(), osm.layers)
    report("Areas and places", 1, 1)
    draft = CityDraft(name, kind, recipe, plane, streets, areas, places, layers)
    draft.sources = _sources(folder, recipe)
    draft.missing = [*_missing(folder, recipe, alone), *_gaps(draft), *notes]
    return draft


def _osm_credit(recipe: Recipe) -> list[str]:
    """Return the attribution that OpenStreetMap requires, unless the recipe has it already."""
    return [] if any("OpenStreetMap" in credit for credit in recipe.attribution) else [OSM_CREDIT]


def find_streets(folder: SourceFolder, recipe: Recipe, given: Path) -> tuple[str, Path]:
    """Return ("centreline" | "osm" | "crossings", file) of the folder's streets; raise SourceError without any."""
    if given.is_file():
        return ("centreline", given) if is_centreline_file(given) else ("osm", given)
    for pattern in ("*.csv", "*.geojson", "streets/*.csv", "streets/*.geojson"):
        for path in folder.find_all(pattern):
            if is_centreline_file(path):
                return "centreline", path
    for pattern in ("*.osm.pbf", "streets/*.osm.pbf"):
        found = folder.find(pattern)
        if found:
            return "osm", found
    note = recipe.sources.get("intersections", SourceNote("streets/*intersections*.csv"))
    crossings = folder.find(note.file)
    if crossings:
        return "crossings", crossings
    reason = "has no streets: give a centre-line file (CSV or GeoJSON), an .osm.pbf, or " + note.file
    raise SourceError(reason, file=str(folder.root))


def _plane_of_crossings(folder: SourceFolder, path: Path) -> Plane:
    """Return the projection plane for a file of crossings, at its middle latitude."""
    latitudes = [row.number("latitude") for row in folder.csv_rows(path, ("latitude",))]
    if not latitudes:
        raise SourceError("has no rows", file=folder.label(path), line=1)
    return Plane(round(float(np.median(latitudes)), 2))


def _merge(first: Layers, second: Layers) -> Layers:
    """Return the shapes of both layers."""
    return Layers(first.water + second.water, first.parks + second.parks, first.rail + second.rail)


def _sources(folder: SourceFolder, recipe: Recipe) -> list[Source]:
    """Return the origin of each file read, sorted by name.

    A file is listed by the recipe's own pattern, so that the personal name of a download is not published.
    """
    notes = {path: note for note in recipe.sources.values() for path in folder.find_all(note.file)}
    sources = []
    for label, path in sorted(folder.used.items()):
        is_osm = label.endswith(".osm.pbf")
        plain = SourceNote(label, "", "OpenStreetMap" if is_osm else "", OSM_CREDIT if is_osm else "")
        note = notes.get(path, plain)
        shown = note.file if "*" in note.file and len(folder.find_all(note.file)) == 1 else label
        sha256 = file_sha256(path)
        sources.append(Source(shown, note.title, note.origin, note.licence, note.as_of, sha256))
    return sources


def _missing(folder: SourceFolder, recipe: Recipe, alone: bool) -> list[str]:
    """Return a sentence for each file that the recipe lists and the folder lacks."""
    if alone:
        return []
    return [
        f"{role.replace('_', ' ')}: no file fits {note.file}"
        for role, note in recipe.sources.items()
        if folder.find(note.file) is None
    ]


def _gaps(draft: CityDraft) -> list[str]:
    """Return a sentence for each kind of data that the files lack."""
    gaps: list[str] = []
    schools = [place for place in draft.places if place.kind is PlaceKind.SCHOOL]
    without = sum("opens" not in place.extra for place in schools)
    if without:
        gaps.append(f"hours that a program can read: not known for {without} of {len(schools)} schools")
    if not any(area.kind is not AreaKind.CITY for area in draft.areas):
        gaps.append("areas: none; alerts can be subscribed to by circle only")
    crossed = {row for c in draft.streets.crossings for row in (c.a, c.b)}
    lonely = len(draft.streets.streets) - len(crossed)
    if lonely:
        gaps.append(f"crossings: {lonely} of {len(draft.streets.streets)} street names have none")
    unnumbered = sum(c.number_a == 0 or c.number_b == 0 for c in draft.streets.crossings)
    if unnumbered:
        gaps.append(f"house numbers: not known at {unnumbered} of {len(draft.streets.crossings)} crossings")
    share = largest_piece(draft.streets)
    gaps.append(f"network: {share:.1%} of nodes hang together in one piece")
    return gaps


def largest_piece(layer: StreetLayer) -> float:
    """Return the share, 0 to 1, of the nodes with an edge that lie in the largest connected component."""
    if not layer.edges:
        return 0.0
    rows = [edge.u for edge in layer.edges]
    columns = [edge.v for edge in layer.edges]
    size = len(layer.nodes)
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    used = np.unique([*rows, *columns])
    return float(np.bincount(label[used]).max() / len(used))
