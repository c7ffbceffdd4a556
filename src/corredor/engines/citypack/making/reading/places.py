"""Read the places of a city (schools, libraries, hospitals, parks, stations, others) from the files available."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from shapely.geometry import shape

from corredor.engines.citypack.making.draft import PlaceDraft
from corredor.engines.citypack.making.place_names import slug
from corredor.engines.citypack.making.reading import chicago_places
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import Row, SourceFolder
from corredor.engines.citypack.model import PlaceKind

Reader = Callable[[SourceFolder, Recipe, Path], Iterator[PlaceDraft]]

READERS: dict[str, Reader] = {
    "schools": chicago_places.read_schools,
    "libraries": chicago_places.read_libraries,
    "hospitals": chicago_places.read_hospitals,
    "clinics": chicago_places.read_clinics,
    "parks": chicago_places.read_parks,
    "landmarks": chicago_places.read_landmarks,
    "stations": chicago_places.read_stations,
    "fire_stations": chicago_places.read_fire_stations,
}
"""The reader of each recipe role."""

_LAT = ("lat", "latitude", "y")
_LON = ("lon", "lng", "long", "longitude", "x")
_PLURALS = {kind.value: kind for kind in PlaceKind} | {
    "schools": PlaceKind.SCHOOL,
    "libraries": PlaceKind.LIBRARY,
    "hospitals": PlaceKind.HOSPITAL,
    "clinics": PlaceKind.CLINIC,
    "parks": PlaceKind.PARK,
    "stations": PlaceKind.STATION,
    "landmarks": PlaceKind.LANDMARK,
    "fire_stations": PlaceKind.FIRE_STATION,
    "towns": PlaceKind.TOWN,
}


def read_places(folder: SourceFolder, recipe: Recipe) -> list[PlaceDraft]:
    """Return every place of the folder, sorted by kind and id; raise SourceError if a file is malformed.

    A file that matches a role of the recipe goes to that role's reader. Any other CSV or GeoJSON in ``places/`` or
    ``schools/`` is read by its columns: name, lat, lon, and optionally kind, address, hours, aliases (separated
    by ``|``), id; the kind defaults to the file's name.
    """
    places: list[PlaceDraft] = []
    taken: set[Path] = set()
    for role, reader in READERS.items():
        note = recipe.sources.get(role)
        path = folder.find(note.file) if note else None
        if path:
            taken.add(path)
            places.extend(reader(folder, recipe, path))
    if not taken:
        for path in (*folder.find_all("places/*"), *folder.find_all("schools/*")):
            if path.suffix.lower() in (".csv", ".geojson"):
                places.extend(read_plain_file(folder, path))
    return finish_places(places)


def finish_places(places: list[PlaceDraft]) -> list[PlaceDraft]:
    """Return places sorted by kind and id, with a number appended to repeated ids."""
    places.sort(key=lambda place: (place.kind.value, place.id, place.name, place.lat, place.lon))
    seen: dict[str, int] = {}
    for place in places:
        seen[place.id] = seen.get(place.id, 0) + 1
        if seen[place.id] > 1:
            place.id = f"{place.id}-{seen[place.id]}"
    return places


def read_plain_file(folder: SourceFolder, path: Path) -> Iterator[PlaceDraft]:
    """Yield the places of a plain CSV or GeoJSON file; raise SourceError if it is malformed."""
    if path.suffix.lower() == ".geojson":
        for feature in folder.features(path):
            point = shape(feature.geometry).representative_point()
            yield _plain_place(_lowered(feature.row), path, (point.y, point.x))
    else:
        for row in folder.csv_rows(path):
            plain = _lowered(row)
            lat = next((name for name in _LAT if name in plain.data), "lat")
            lon = next((name for name in _LON if name in plain.data), "lon")
            yield _plain_place(plain, path, plain.position(lat, lon))


def _plain_place(row: Row, path: Path, position: tuple[float, float]) -> PlaceDraft:
    """Return the place of one row whose columns have plain names."""
    kind_text = row.text("kind", "") or re.sub(r"[^a-z]+", "_", path.stem.lower()).strip("_")
    kind = _PLURALS.get(kind_text.lower().replace(" ", "_"))
    if kind is None:
        known = ", ".join(sorted(set(_PLURALS)))
        raise row.error(f"{kind_text!r} is not a kind of place; known are {known}", "kind")
    name = row.text("name")
    if not name:
        raise row.error("is blank", "name")
    identity = row.text("id", "") or slug(name)
    place = PlaceDraft(f"{kind.value}:{identity}", kind, name, *position, address=row.text("address", ""))
    place.aliases = [part.strip() for part in row.text("aliases", "").split("|") if part.strip()]
    for key in ("hours", "opens", "closes", "grades", "level", "lines", "acres"):
        if row.has(key):
            place.extra[key] = row.text(key)
    return place


def _lowered(row: Row) -> Row:
    """Return a row with lower-case field names."""
    return Row(row.file, row.line, {str(key).strip().lower(): value for key, value in row.data.items()})
