"""Read streets, areas, places and map shapes of a city from an OpenStreetMap extract (PBF) (kind b)."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.derive.barriers import Barriers
from corredor.engines.citypack.making.draft import AreaDraft, Layers, PlaceDraft, StreetDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.making.place_names import slug, unique
from corredor.engines.citypack.making.reading.areas import multipolygon
from corredor.engines.citypack.making.reading.way_graph import Way, WayGraph
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.street_name import StreetName, parse_spoken_name, spoken_title
from corredor.engines.citypack.model import AreaKind, EdgeFlag, PlaceKind

BUSY_KINDS = {"trunk", "primary", "secondary", "trunk_link", "primary_link", "secondary_link"}
PATH_KINDS = {"footway", "path", "pedestrian", "cycleway", "track", "bridleway", "corridor"}
STREET_KINDS = {"tertiary", "tertiary_link", "residential", "unclassified", "living_street", "service", "road"}
FAST_KINDS = {"motorway", "motorway_link"}
PRIVATE = {"no", "private"}
RAIL_KINDS = {"rail", "light_rail", "subway", "narrow_gauge"}
_NAME_IN_LANGUAGE = re.compile(r"name:(?!en$)[a-z]{2,3}")
ALIAS_TAGS = (
    "alt_name",
    "official_name",
    "short_name",
    "loc_name",
    "name_1",
    "name_2",
    "name:en",
    "name:sv",
    "name:fi",
)
_PLACE_TAGS: tuple[tuple[str, str, PlaceKind], ...] = (
    ("amenity", "school", PlaceKind.SCHOOL),
    ("amenity", "library", PlaceKind.LIBRARY),
    ("amenity", "hospital", PlaceKind.HOSPITAL),
    ("amenity", "clinic", PlaceKind.CLINIC),
    ("amenity", "doctors", PlaceKind.CLINIC),
    ("amenity", "fire_station", PlaceKind.FIRE_STATION),
    ("leisure", "park", PlaceKind.PARK),
    ("railway", "station", PlaceKind.STATION),
    ("railway", "halt", PlaceKind.STATION),
    ("tourism", "museum", PlaceKind.LANDMARK),
    ("historic", "monument", PlaceKind.LANDMARK),
)
_HOUSE = re.compile(r"\d+")


@dataclass
class OsmCity:
    """Result of reading an extract."""

    streets: StreetLayer = field(default_factory=StreetLayer)
    areas: list[AreaDraft] = field(default_factory=list)
    places: list[PlaceDraft] = field(default_factory=list)
    layers: Layers = field(default_factory=Layers)


def read_osm_city(path: Path, recipe: Recipe, report: Callable[[str, int, int], None]) -> tuple[OsmCity, Plane]:
    """Return everything a pack can take from an OpenStreetMap extract; raise SourceError if it is unreadable."""
    report("Reading OpenStreetMap", 0, 1)
    try:
        reader = _read(path, recipe)
    except RuntimeError as error:
        if "out of order" not in str(error):
            raise SourceError(f"is not a readable OpenStreetMap file: {error}", file=path.name) from error
        with tempfile.TemporaryDirectory() as folder:
            reader = _read(_sorted_copy(path, Path(folder)), recipe)
    report("Reading OpenStreetMap", 1, 1)
    if not reader.ways:
        raise SourceError("has no streets with positions", file=path.name)
    return reader.finish()


def _sorted_copy(path: Path, folder: Path) -> Path:
    """Return a copy of an extract sorted by object id, which polygons need."""
    import osmium

    copy = folder / "sorted.osm.pbf"
    merge = osmium.MergeInputReader()
    merge.add_file(str(path))
    with osmium.SimpleWriter(str(copy)) as writer:
        merge.apply(writer)
    return copy


def _read(path: Path, recipe: Recipe) -> _Reader:
    """Return what one pass over an extract collects; raise RuntimeError if it is unreadable."""
    import osmium  # only the builder needs it

    reader = _Reader(recipe)
    factory = osmium.geom.GeoJSONFactory()
    for item in osmium.FileProcessor(str(path)).with_areas():
        tags = {tag.k: tag.v for tag in item.tags}
        if not tags:
            continue
        if isinstance(item, osmium.osm.Node):
            reader.take_point(tags, item.location.lat, item.location.lon)
        elif isinstance(item, osmium.osm.Way):
            nodes = [(n.ref, n.location.lon, n.location.lat) for n in item.nodes if n.location.valid()]
            reader.take_way(tags, nodes)
        elif isinstance(item, osmium.osm.Area) and is_shown(tags):
            reader.take_area(tags, shape(json.loads(factory.create_multipolygon(item))))
    return reader


class _Reader:
    """Collector of one pass over a file; projects positions at the end, when the plane is known."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.city = OsmCity()
        self.ways: list[tuple[Mapping[str, str], list[tuple[int, float, float]]]] = []
        self.rail: list[Any] = []
        self.streams: list[Any] = []
        self.houses: dict[str, list[int]] = {}

    def take_point(self, tags: Mapping[str, str], lat: float, lon: float) -> None:
        """Take a node: a place, or an address that widens a street's range."""
        self._take_place(tags, lat, lon)
        number = _HOUSE.match(tags.get("addr:housenumber", ""))
        if number and "addr:street" in tags:
            self.houses.setdefault(tags["addr:street"], []).append(int(number[0]))

    def take_way(self, tags: Mapping[str, str], nodes: list[tuple[int, float, float]]) -> None:
        """Take a way: a street, a railway or a river."""
        if len(nodes) < 2:
            return
        if "highway" in tags:
            self.ways.append((tags, nodes))
        elif tags.get("railway") in RAIL_KINDS:
            self.rail.append(shapely.LineString([(lon, lat) for _, lon, lat in nodes]))
        elif tags.get("waterway") in ("river", "canal"):
            self.streams.append(shapely.LineString([(lon, lat) for _, lon, lat in nodes]))

    def take_area(self, tags: Mapping[str, str], geometry: Any) -> None:
        """Take a polygon: a park, water, a place with a building, or a named part of the city."""
        polygons = multipolygon(geometry)
        if polygons.is_empty:
            return
        if _is_water(tags):
            self.city.layers.water.append((polygons, {"name": tags.get("name", "")}))
        if tags.get("leisure") == "park":
            self.city.layers.parks.append((polygons, {"name": tags.get("name", "")}))
        if _is_place(tags):
            point = polygons.representative_point()
            self._take_place(tags, point.y, point.x)
        if _is_part(tags) and tags.get("name"):
            name = tags["name"]
            aliases = unique([tags.get(key, "") for key in ALIAS_TAGS if tags.get(key) != name])
            names = {key.removeprefix("name:"): said for key, said in tags.items() if _NAME_IN_LANGUAGE.fullmatch(key)}
            self.city.areas.append(AreaDraft(slug(name), AreaKind.NEIGHBOURHOOD, name, names, aliases, polygons))

    def finish(self) -> tuple[OsmCity, Plane]:
        """Return the city, its streets cut and crossed."""
        latitudes = [lat for _, nodes in self.ways for _, _, lat in nodes]
        plane = Plane(round(float(np.median(latitudes)), 2))
        graph, fast = WayGraph(), []
        rows: dict[StreetName, int] = {}
        layer = self.city.streets
        for tags, nodes in self.ways:
            points = plane.to_xy([lat for _, _, lat in nodes], [lon for _, lon, _ in nodes])
            way = Way([ref for ref, _, _ in nodes], points, self._street(tags, rows, layer), _flags(tags))
            if tags["highway"] in FAST_KINDS:
                fast.append(points)
                graph.named.append(way)
            elif is_walkable(tags):
                graph.walked.append(way)
        graph.fill(layer, plane)
        self._mark_barriers(layer, plane, fast)
        for line in self.rail:
            self.city.layers.rail.append((line, {}))
        return self.city, plane

    def _street(self, tags: Mapping[str, str], rows: dict[StreetName, int], layer: StreetLayer) -> int:
        """Return the row of a way's street, adding it and its aliases; -1 for a way without a name."""
        text = tags.get("name", "").strip()
        if not text:
            return -1
        name = parse_spoken_name(text, self.recipe)
        if name not in rows:
            rows[name] = len(layer.streets)
            draft = StreetDraft(name, spoken_title(text, name))
            numbers = self.houses.get(text, [])
            draft.low, draft.high = (min(numbers), max(numbers)) if numbers else (0, 0)
            layer.streets.append(draft)
        draft = layer.streets[rows[name]]
        others = [other for key in ALIAS_TAGS for other in tags.get(key, "").split(";")]
        own = {name.full, name.core, text.upper()}
        draft.aliases = unique([*draft.aliases, *(o.strip().upper() for o in others if o.strip().upper() not in own)])
        old = [other.strip().upper() for other in tags.get("old_name", "").split(";")]
        draft.honorary = unique([*draft.honorary, *(o for o in old if o not in own)])
        return rows[name]

    def _mark_barriers(self, layer: StreetLayer, plane: Plane, fast: list[Points]) -> None:
        """Set the flags of edges that meet railways, expressways and rivers."""

        def on_plane(lines: list[Any]) -> list[Points]:
            return [plane.to_xy(*np.asarray(line.coords).T[1::-1]) for line in lines]

        barriers = Barriers(
            {
                EdgeFlag.RAIL: on_plane(self.rail),
                EdgeFlag.EXPRESSWAY: fast,
                EdgeFlag.WATER: on_plane(self.streams),
            }
        )
        flags = barriers.flags_of_lines([shapely.LineString(edge.line) for edge in layer.edges])
        for edge, bits in zip(layer.edges, flags.tolist(), strict=True):
            edge.flags |= bits

    def _take_place(self, tags: Mapping[str, str], lat: float, lon: float) -> None:
        """Add a place if the tags name one."""
        kind = next((kind for key, value, kind in _PLACE_TAGS if tags.get(key) == value), None)
        name = tags.get("name", "").strip()
        if kind is None or not name:
            return
        street = f"{tags.get('addr:housenumber', '')} {tags.get('addr:street', '')}".strip()
        place = PlaceDraft(f"{kind.value}:{slug(name)}", kind, name, lat, lon, street)
        place.aliases = unique([tags.get(key, "") for key in ALIAS_TAGS if tags.get(key) != name])
        if "opening_hours" in tags:
            place.extra["hours"] = tags["opening_hours"]
        self.city.places.append(place)


def is_shown(tags: Mapping[str, str]) -> bool:
    """Return whether a polygon with these tags is used; building the shapes of the rest would take long."""
    return _is_water(tags) or _is_part(tags) or _is_place(tags)


def _is_water(tags: Mapping[str, str]) -> bool:
    return tags.get("natural") == "water" or tags.get("waterway") == "riverbank"


def _is_part(tags: Mapping[str, str]) -> bool:
    is_border = tags.get("boundary") == "administrative" and tags.get("admin_level") in ("9", "10")
    return is_border or tags.get("place") in ("suburb", "neighbourhood", "quarter")


def _is_place(tags: Mapping[str, str]) -> bool:
    return any(tags.get(key) == value for key, value, _ in _PLACE_TAGS)


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Return whether people may walk along a highway with these tags."""
    kind = tags["highway"]
    if kind not in BUSY_KINDS | PATH_KINDS | STREET_KINDS | {"steps"} or tags.get("foot") in PRIVATE:
        return False
    if tags.get("area") == "yes" or tags.get("service") in ("driveway", "parking_aisle", "drive-through"):
        return False
    return tags.get("access") not in PRIVATE or tags.get("foot") in ("yes", "designated", "permissive")


def _flags(tags: Mapping[str, str]) -> int:
    """Return the EdgeFlag bits of a highway's own tags."""
    kind, flags = tags["highway"], EdgeFlag(0)
    if kind in BUSY_KINDS:
        flags |= EdgeFlag.BUSY
    if kind in PATH_KINDS or kind == "steps":
        flags |= EdgeFlag.PATH
    if kind == "steps":
        flags |= EdgeFlag.STEPS
    return int(flags)
