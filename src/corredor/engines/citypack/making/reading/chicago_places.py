"""Readers of Chicago's own place files, each in its publisher's format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from corredor.engines.citypack.making.draft import AreaDraft, PlaceDraft
from corredor.engines.citypack.making.place_names import (
    park_names,
    parse_school_hours,
    school_names,
    slug,
    unique,
    write_words,
)
from corredor.engines.citypack.making.reading.areas import multipolygon
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.source import Row, SourceFolder
from corredor.engines.citypack.model import PlaceKind

_POINT = re.compile(r"(-?\d+\.\d+),\s*(-?\d+\.\d+)")
_COLOURS = re.compile(r"\b(Blue|Brown|Green|Orange|Pink|Purple|Red|Yellow)\b")
OUTSIDE_DEG = 0.03
"""About 3 km: a hospital this near is still used by people of the city."""
STATION_DEG = 0.004
LARGEST_PARK_ACRES = 1500.0
"""Areas above this are dropped: two parks have theirs in square feet."""


def read_schools(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the schools, with hours, grades and long names where the older profile file has them."""
    profiles = _profiles(folder, recipe)
    for feature in folder.features(path):
        row = feature.row
        identity = row.text("school_id")
        lon, lat = feature.geometry["coordinates"][:2]
        profile = profiles.get(identity)
        long = profile.text("Long_Name", "") if profile else ""
        level = row.text("grade_cat", "")
        name, aliases = school_names(row.text("short_name"), long, level)
        place = PlaceDraft(f"school:{identity}", PlaceKind.SCHOOL, name, lat, lon)
        place.address = write_words(row.text("address", ""))
        place.aliases = aliases
        place.extra["level"] = level
        if profile:
            place.extra.update(_profile(profile))
        yield place


def read_libraries(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the library branches."""
    for row in folder.csv_rows(path, ("NAME", "ADDRESS", "LOCATION")):
        lat, lon = _point(row, "LOCATION")
        branch = " ".join(reversed(row.text("NAME").split(", ")))  # "Daley, Richard J."
        name = branch if "Library" in branch else f"{branch} Library"
        place = PlaceDraft(f"library:{slug(branch)}", PlaceKind.LIBRARY, name, lat, lon, row.text("ADDRESS"))
        place.aliases = unique([alias for alias in (f"{branch} Branch Library", branch) if alias != name])
        if row.has("HOURS OF OPERATION"):
            place.extra["hours"] = row.text("HOURS OF OPERATION")
        yield place


def read_hospitals(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the hospitals; ``keep_near`` removes those far outside the city later."""
    for feature in folder.shapes(path):
        name = feature.row.text("Hospital")
        point = shape(feature.geometry).representative_point()
        place = PlaceDraft(f"hospital:{slug(name)}", PlaceKind.HOSPITAL, name, point.y, point.x)
        place.extra["city"] = feature.row.text("City")
        yield place


def read_clinics(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the community health centres whose address carries a position."""
    for row in folder.csv_rows(path, ("Facility", "Address")):
        if not _POINT.search(row.text("Address")):
            continue
        lat, lon = _point(row, "Address")
        name = row.text("Facility").replace("--", "-").replace("- -", "-")
        address = re.sub(r"\s*\d{5}\s*\(.*$", "", row.text("Address"))
        place = PlaceDraft(f"clinic:{slug(name)}", PlaceKind.CLINIC, name, lat, lon, address)
        if row.has("Phone"):
            place.extra["phone"] = row.text("Phone")
        yield place


def read_parks(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the parks, each at a point inside it."""
    for feature in folder.topology(path):
        row = feature.row
        name, aliases = park_names(row.text("PARK"))
        polygons = multipolygon(shape(feature.geometry))
        if polygons.is_empty:
            continue
        point = max(polygons.geoms, key=lambda part: part.area).representative_point()
        identity = f"park:{row.whole('PARK_NO')}"
        place = PlaceDraft(identity, PlaceKind.PARK, name, point.y, point.x, write_words(row.text("LOCATION")))
        place.aliases = aliases
        acres = row.number("ACRES") if row.has("ACRES") else 0.0
        if 0 < acres <= LARGEST_PARK_ACRES:
            place.extra["acres"] = round(acres, 2)
        yield place


def read_landmarks(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the designated landmarks."""
    for feature in folder.topology(path):
        row = feature.row
        official = row.text("LANDMARK NAME")
        name = re.sub(r"^\(Former\)\s*", "", official)
        lon, lat = feature.geometry["coordinates"][:2]
        identity = row.text("ID", "") or slug(name)
        place = PlaceDraft(f"landmark:{slug(identity)}", PlaceKind.LANDMARK, name, lat, lon)
        place.address = row.text("ADDRESS", "")
        yield place


def read_stations(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the CTA rail and Metra stations."""
    for number, record in enumerate(folder.json(path), start=1):
        row = Row(folder.label(path), number, record)
        raw = row.text("name").rstrip(".")
        lat, lon = row.position("lat", "lon")
        is_metra = row.text("type", "") == "metra"
        system = "Metra" if is_metra else "CTA"
        name = raw if is_metra else _line_names(raw)
        lines = [row.text("line", "")] if is_metra else list(record.get("lines", ()))
        lines = [line for line in lines if line and (is_metra or line.endswith(" Line"))]
        identity = f"station:{slug(system)}-{slug(raw)}" + (f"-{slug(lines[0])}" if is_metra and lines else "")
        place = PlaceDraft(identity, PlaceKind.STATION, f"{name} station ({system})", lat, lon)
        bare = re.sub(r"\s*\(.*?\)", "", raw).strip()
        spoken = [other for line in lines for other in (line, recipe.line_aliases.get(line, ""))]
        spoken = [f"{bare} {other}" for other in spoken if other]
        place.aliases = unique([name, f"{name} station", bare, f"{bare} {system}", *spoken])
        place.extra = {"system": system, "lines": lines}
        yield place


def read_fire_stations(folder: SourceFolder, recipe: Recipe, path: Path) -> Iterator[PlaceDraft]:
    """Yield the fire stations: "E1" is Engine 1."""
    for row in folder.csv_rows(path, ("name", "address", "lat", "lon")):
        lat, lon = row.position("lat", "lon")
        code = row.text("name")
        identity = f"fire_station:{slug(code)}"
        place = PlaceDraft(identity, PlaceKind.FIRE_STATION, f"Fire station {code}", lat, lon, row.text("address"))
        number = re.fullmatch(r"E(\d+)", code)
        place.aliases = [f"Engine {number[1]}", f"Estación de bomberos {number[1]}"] if number else []
        yield place


def keep_near(places: list[PlaceDraft], outline: AreaDraft | None, recipe: Recipe) -> list[PlaceDraft]:
    """Return places in or near the city, plus one TOWN for each neighbouring town that the rest names."""
    if outline is None:
        return places
    near = outline.shape.buffer(OUTSIDE_DEG)
    close = outline.shape.buffer(STATION_DEG)
    found: list[PlaceDraft] = []
    towns: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for place in places:
        point = shape({"type": "Point", "coordinates": (place.lon, place.lat)})
        inside = close.contains(point)
        if not inside:
            town = _town(place, recipe)
            if town:
                towns[town].append((place.lat, place.lon))
        if inside or (place.kind is PlaceKind.HOSPITAL and near.contains(point)):
            found.append(place)
    for town, positions in sorted(towns.items()):
        lat = sum(position[0] for position in positions) / len(positions)
        lon = sum(position[1] for position in positions) / len(positions)
        found.append(PlaceDraft(f"town:{slug(town)}", PlaceKind.TOWN, town, round(lat, 4), round(lon, 4)))
    return found


def _town(place: PlaceDraft, recipe: Recipe) -> str:
    """Return the town that a place outside the city belongs to, "" if its name is not a town's."""
    named = recipe.towns.get("named", {})
    if place.kind is PlaceKind.HOSPITAL:
        return str(place.extra.get("city", ""))
    if place.kind is not PlaceKind.STATION:
        return ""
    bare = place.aliases[0]
    if bare in named:
        return str(named[bare])
    others = [name.rstrip(".") for name in recipe.towns.get("not_towns", ())]
    is_town = place.extra["system"] == "Metra" and bare not in others
    return bare if is_town else ""


def _profiles(folder: SourceFolder, recipe: Recipe) -> dict[str, Row]:
    """Return the school profiles by school id; empty if the file is missing."""
    note = recipe.sources.get("school_profiles")
    path = folder.find(note.file) if note else None
    rows = folder.csv_rows(path, ("School_ID", "Long_Name", "School_Hours")) if path else ()
    return {row.text("School_ID"): row for row in rows}


def _profile(row: Row) -> dict[str, Any]:
    """Return a school profile's facts about the school, without names of people."""
    extra: dict[str, Any] = {}
    if row.has("Grades_Offered"):
        extra["grades"] = row.text("Grades_Offered")
    if row.has("Student_Count_Total"):
        extra["students"] = row.whole("Student_Count_Total")
    if row.text("Bilingual_Services", "").lower() == "true":
        extra["bilingual"] = True
    if row.has("School_Hours"):
        extra["hours"] = row.text("School_Hours")
        extra["hours_from"] = row.text("School_Year", "").replace("School Year ", "")
        times = parse_school_hours(extra["hours"])
        if times:
            extra["opens"], extra["closes"] = times
    return extra


def _point(row: Row, name: str) -> tuple[float, float]:
    """Return the "(lat, lon)" written in a field."""
    match = _POINT.search(row.text(name))
    if not match:
        raise row.error("has no (lat, lon)", name)
    return float(match[1]), float(match[2])


def _line_names(raw: str) -> str:
    """Return "Kedzie (Pink)" as "Kedzie (Pink Line)"; names without colours as they are."""
    head, mark, tail = raw.partition("(")
    if not mark or not _COLOURS.search(tail) or "Line" in tail:
        return raw
    coloured = _COLOURS.sub(lambda colour: f"{colour[0]} Line", tail)
    return f"{head}({coloured}"
