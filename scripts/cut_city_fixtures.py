"""Cut the small city fixtures of the tests from full raw files: corners of Chicago and of three OpenStreetMap cities.

    python scripts/cut_city_fixtures.py --from DIR --out tests/fixtures/city

Only the columns that the builder reads are kept, so that no person's name is included.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapefile
import shapely
from shapely.geometry import mapping, shape

BOX = (-87.7130, 41.8150, -87.6850, 41.8560)  # west, south, east, north in degrees: Brighton Park and Little Village
CITIES = {
    "portland": ("portland-central-filtered.osm.pbf", (-122.6600, 45.5110, -122.6480, 45.5190)),
    "columbus": ("columbus.osm.pbf", (-83.0080, 39.9560, -82.9960, 39.9660)),
    "helsinki": ("Helsinki.osm.pbf", (24.9380, 60.1660, 24.9500, 60.1730)),
}
PROFILE_FIELDS = (
    "School_ID", "Long_Name", "School_Hours", "Grades_Offered", "Student_Count_Total", "Bilingual_Services",
    "School_Year",
)  # fmt: skip
csv.field_size_limit(1 << 27)


def main() -> int:
    """Cut everything; return the exit code 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    cut_chicago(arguments.source, arguments.out / "corner")
    for name, (file, box) in CITIES.items():
        target = arguments.out / "osm" / f"{name}.osm.pbf"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        cut_osm(arguments.source / "cities" / file, target, box)
    return 0


def cut_chicago(source: Path, out: Path) -> None:
    """Cut the files of the Chicago layout to the box."""
    for name in ("streets", "areas", "schools", "places", "text"):
        (out / name).mkdir(parents=True, exist_ok=True)
    crossings = [
        row
        for row in _rows(source, "streets/chicago_intersections_*.csv")
        if _inside(row["longitude"], row["latitude"])
    ]
    _write(out / "streets/chicago_intersections_cut.csv", crossings)
    streets = {row[key] for row in crossings for key in ("street_1", "street_2")}
    names = [r for r in _rows(source, "streets/Chicago_Street_Names.csv") if r["Full Street Name"].strip() in streets]
    _write(out / "streets/Chicago_Street_Names.csv", names)
    moratoriums = [
        row
        for row in _rows(source, "streets/Roadway_Construction_Moratoriums_*.csv")
        if f"{row['STREET ADDRESS PREFIX']} {row['STREET NAME']} {row['STREET NAME SUFFIX']}" in streets
        and 2000 <= int(row["STREET ADDRESS BEGIN"] or 0) <= 4400
    ]
    _write(out / "streets/Roadway_Construction_Moratoriums_cut.csv", moratoriums[:400])
    zones = [
        row
        for row in _rows(source, "streets/Parking_Permit_Zones_*.csv")
        if f"{row['STREET DIRECTION']} {row['STREET NAME']} {row['STREET TYPE']}" in streets
    ]
    _write(out / "streets/Parking_Permit_Zones_cut.csv", zones[:100])
    _write(out / "streets/Snow_Route_Parking_Restrictions_cut.csv", list(_read_snow_routes(source)))
    _write_json(out / "streets/winter-ban-routes.json", list(_read_winter_bans(source)))
    _write_json(out / "streets/osd_Bikeroutes_2015.geojson", _features(source / "streets/osd_Bikeroutes_2015.geojson"))
    rail = json.loads((source / "streets/chicago-rail-corridor.json").read_text())
    lines = [line for line in rail["lines"] if any(_inside(lon, lat) for lat, lon in line)]
    _write_json(out / "streets/chicago-rail-corridor.json", {"lines": lines})
    _cut_text(source, out, streets)
    _cut_areas(source, out)
    _cut_places(source, out)


def _read_snow_routes(source: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(source, "streets/Snow_Route_Parking_Restrictions_*.csv"):
        part = shapely.from_wkt(row["the_geom"]).intersection(shapely.box(*BOX))
        if part.length > 0.001:
            lines = shapely.MultiLineString([line for line in getattr(part, "geoms", [part]) if line.length])
            yield {"the_geom": shapely.to_wkt(lines, rounding_precision=6), "ON_STREET": row["ON_STREET"]}


def _read_winter_bans(source: Path) -> Iterator[dict[str, Any]]:
    for record in json.loads((source / "streets/winter-ban-routes.json").read_text()):
        lines = shapely.MultiLineString([line for line in record["coordinates"] if len(line) > 1])
        part = lines.intersection(shapely.box(*BOX))
        if part.length > 0.001:
            points = [shapely.get_coordinates(line).round(6).tolist() for line in getattr(part, "geoms", [part])]
            yield {"street_name": record["street_name"], "coordinates": points}


def _cut_text(source: Path, out: Path, streets: set[str]) -> None:
    """Keep one year's lines that name a street in the box."""
    rows = [row for row in _rows(source, "text/aldermanic_menu_2022.csv") if any(s in row["location"] for s in streets)]
    _write(out / "text/aldermanic_menu_2022.csv", [{"location": row["location"]} for row in rows[:900]])


def _cut_areas(source: Path, out: Path) -> None:
    """Keep two community areas, simplified, and a shapefile of two neighbourhoods."""
    kept = []
    for feature in json.loads((source / "areas/community_areas_77.geojson").read_text())["features"]:
        if feature["properties"]["area_numbe"] in ("58", "30"):
            thin = shapely.simplify(shape(feature["geometry"]), 1e-4)
            names = {key: feature["properties"][key] for key in ("community", "area_numbe")}
            kept.append({"type": "Feature", "properties": names, "geometry": mapping(thin)})
    _write_json(out / "areas/community_areas_77.geojson", {"type": "FeatureCollection", "features": kept})
    path = out / "areas/neighbourhoods"
    with (
        shapefile.Reader(str(source / "areas/chicago_neighborhoods.zip")) as reader,
        shapefile.Writer(str(path)) as writer,
    ):
        writer.field("PRI_NEIGH", "C", 50)
        for item in reader.iterShapeRecords():
            if item.record["PRI_NEIGH"] in ("Little Village", "Brighton Park"):
                writer.record(item.record["PRI_NEIGH"])
                writer.shape(mapping(shapely.simplify(shape(item.shape.__geo_interface__), 40)))
    import zipfile

    with zipfile.ZipFile(source / "areas/chicago_neighborhoods.zip") as archive:
        prj = next(name for name in archive.namelist() if name.endswith(".prj"))
        path.with_suffix(".prj").write_bytes(archive.read(prj))
    with zipfile.ZipFile(out / "areas/chicago_neighborhoods.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(ending), path.name + ending)
            path.with_suffix(ending).unlink()


def _cut_places(source: Path, out: Path) -> None:
    """Keep the places in the box, one hospital outside it, and the columns that are read."""
    pattern = "schools/Chicago_Public_Schools_-_School_Locations_SY2526_*.geojson"
    schools = _features(next(iter(source.glob(pattern))))
    for feature in schools["features"]:
        feature["properties"] = {k: v for k, v in feature["properties"].items() if not k.startswith(":")}
    _write_json(out / "schools/Chicago_Public_Schools_-_School_Locations_SY2526_cut.geojson", schools)
    ids = {feature["properties"]["school_id"] for feature in schools["features"]}
    profiles = [
        {key: row[key] for key in PROFILE_FIELDS}
        for row in _rows(source, "schools/*School_Profile_Information_SY1819.csv")
        if row["School_ID"] in ids
    ]
    _write(out / "schools/Chicago_Public_Schools_-_School_Profile_Information_SY1819.csv", profiles)
    libraries = [
        r for r in _rows(source, "places/libraries.csv") if "Kedzie" in r["ADDRESS"] or "Archer" in r["ADDRESS"]
    ]
    _write(out / "places/libraries.csv", libraries)
    _write(
        out / "places/fire_stations.csv",
        [r for r in _rows(source, "places/fire_stations.csv") if _inside(r["lon"], r["lat"])],
    )
    stations = json.loads((source / "places/transit_stations.json").read_text())
    wanted = [
        s
        for s in stations
        if _inside(s["lon"], s["lat"]) or s["name"] in ("Cicero", "Evanston (Davis St.)", "Main St.")
    ]
    _write_json(out / "places/transit_stations.json", wanted)


def cut_osm(source: Path, target: Path, box: tuple[float, float, float, float]) -> None:
    """Write the ways that touch the box, their nodes, and the tagged nodes in it."""
    west, south, east, north = box
    inside: set[int] = set()
    tagged: set[int] = set()
    for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
        if west <= node.location.lon <= east and south <= node.location.lat <= north:
            inside.add(node.id)
            if len(node.tags):
                tagged.add(node.id)
    ways = {
        way.id: [node.ref for node in way.nodes]
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY)
        if any(node.ref in inside for node in way.nodes)
        and ("highway" in way.tags or "name" in way.tags or "railway" in way.tags)
    }
    needed = tagged | {node for nodes in ways.values() for node in nodes}
    with osmium.SimpleWriter(str(target)) as writer:
        for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
            if node.id in needed:
                writer.add_node(node.replace(user="", uid=0, changeset=0, version=1))
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
            if way.id in ways:
                writer.add_way(way.replace(user="", uid=0, changeset=0, version=1))


def _rows(source: Path, pattern: str) -> Iterator[dict[str, Any]]:
    path = next(iter(sorted(source.glob(pattern))))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _features(path: Path) -> dict[str, Any]:
    data = json.loads(path.read_text())
    frame = shapely.box(*BOX)
    kept = [feature for feature in data["features"] if shape(feature["geometry"]).intersects(frame)]
    for feature in kept:
        feature["geometry"] = mapping(shapely.set_precision(shape(feature["geometry"]), 1e-6, mode="pointwise"))
    return {"type": "FeatureCollection", "features": kept}


def _inside(lon: Any, lat: Any) -> bool:
    west, south, east, north = BOX
    return west <= float(lon) <= east and south <= float(lat) <= north


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
