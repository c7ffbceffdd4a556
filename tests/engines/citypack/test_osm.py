"""Cities from OpenStreetMap extracts: Portland, Columbus and Helsinki, and streets made up for the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.build import build_city
from corredor.engines.citypack.making.reading.osm_city import is_walkable
from corredor.engines.citypack.model import AreaKind, CityPack, EdgeFlag, PlaceKind

from .conftest import build, crossing_row, quiet, street_row

Packs = Callable[[str], CityPack]


@pytest.mark.parametrize(
    ("name", "first", "second", "lat", "lon"),
    [
        ("portland", "SE HAWTHORNE BLVD", "SE 12TH AVE", 45.5122, -122.6535),
        ("columbus", "S HIGH ST", "W BROAD ST", 39.9622, -83.0007),
        ("helsinki", "ALEKSANTERINKATU", "MIKONKATU", 60.1688, 24.9447),
    ],
)
def test_named_crossings(osm_pack: Packs, name: str, first: str, second: str, lat: float, lon: float) -> None:
    pack = osm_pack(name)
    row = crossing_row(pack, first, second)
    assert pack.crossings.lat[row] == pytest.approx(lat, abs=6e-4)
    assert pack.crossings.lon[row] == pytest.approx(lon, abs=9e-4)
    assert pack.crossings.node[row] >= 0
    node = pack.crossings.node[row]
    assert pack.network.node_lat[node] == pytest.approx(pack.crossings.lat[row], abs=4e-4)


@pytest.mark.parametrize("name", ["portland", "columbus", "helsinki"])
def test_every_city_has_a_network_a_frame_and_credit(osm_pack: Packs, name: str) -> None:
    pack = osm_pack(name)
    assert pack.network.edge_count > 250
    assert (pack.network.flags & EdgeFlag.DERIVED == 0).all()
    assert pack.areas.kind[0] is AreaKind.CITY
    assert any("OpenStreetMap" in credit for credit in pack.manifest.attribution)
    assert pack.manifest.kind == "osm"
    west, south, east, north = pack.manifest.bbox
    assert west < pack.manifest.center[1] < east
    assert south < pack.manifest.center[0] < north


def test_names_in_two_languages_are_aliases(osm_pack: Packs) -> None:
    pack = osm_pack("helsinki")
    assert "ALEXANDERSGATAN" in pack.streets.aliases[street_row(pack, "ALEKSANTERINKATU")]


def test_helsinki_has_places_and_footpaths(osm_pack: Packs) -> None:
    pack = osm_pack("helsinki")
    assert PlaceKind.STATION in pack.places.kind
    assert ((pack.network.flags & EdgeFlag.PATH) > 0).any()


def test_real_lines_are_kept_between_junctions(osm_pack: Packs) -> None:
    network = osm_pack("columbus").network
    assert (np.diff(network.shape_ptr) > 0).any()


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "residential", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "service", "service": "parking_aisle"}, False),
        ({"highway": "service", "service": "alley"}, True),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "steps"}, True),
    ],
)
def test_where_people_may_walk(tags: dict[str, str], walkable: bool) -> None:
    assert is_walkable(tags) is walkable


def _write(path: Path, ways: list[tuple[dict[str, str], list[int]]], nodes: dict[int, tuple[float, float]]) -> Path:
    import osmium

    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lon, lat) in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(lon, lat)))
        for number, (tags, refs) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=refs, tags=tags))
    return path


def test_two_carriageways_cross_once_and_a_bridge_does_not(tmp_path: Path) -> None:
    nodes = {
        n: (10.0 + x * 1e-4, 50.0 + y * 1e-4)
        for n, (x, y) in enumerate(
            [(0, 0), (3, 0), (6, 0), (3, -5), (3, 5), (0, 2), (3, 2), (6, 2), (5, -5), (5, 5)], start=1
        )
    }
    ways = [
        ({"highway": "primary", "name": "Main Street", "oneway": "yes"}, [1, 2, 3]),
        ({"highway": "primary", "name": "Main Street", "oneway": "yes"}, [8, 7, 6]),
        ({"highway": "residential", "name": "Oak Avenue"}, [4, 2, 7, 5]),
        ({"highway": "residential", "name": "High Bridge Road", "bridge": "yes", "layer": "1"}, [9, 10]),
    ]
    pack = build("town", _write(tmp_path / "town.osm.pbf", ways, nodes), tmp_path / "pack")
    names = [pack.streets.full_name(row) for row in range(len(pack.streets))]
    assert names == ["HIGH BRIDGE RD", "MAIN ST", "OAK AVE"]
    assert len(pack.crossings) == 1
    assert pack.crossings.lat[0] == pytest.approx(50.0001, abs=1e-6)
    busy = pack.network.street[(pack.network.flags & EdgeFlag.BUSY) > 0]
    assert set(busy.tolist()) == {1}


def test_a_file_that_is_not_openstreetmap(tmp_path: Path) -> None:
    path = tmp_path / "x.osm.pbf"
    path.write_bytes(b"not a pbf at all")
    with pytest.raises(SourceError, match=r"x\.osm\.pbf: is not a readable OpenStreetMap file"):
        build_city("x", path, quiet)


def test_an_extract_without_streets(tmp_path: Path) -> None:
    path = _write(tmp_path / "empty.osm.pbf", [], {1: (10.0, 50.0)})
    with pytest.raises(SourceError, match="has no streets"):
        build_city("x", path, quiet)


def test_plain_files_beside_an_extract_are_its_areas_and_places(tmp_path: Path) -> None:
    nodes = {1: (10.0, 50.0), 2: (10.001, 50.0), 3: (10.001, 50.001)}
    ways = [
        ({"highway": "residential", "name": "First Street"}, [1, 2]),
        ({"highway": "residential", "name": "Second Street"}, [2, 3]),
    ]
    _write(tmp_path / "town.osm.pbf", ways, nodes)
    (tmp_path / "areas").mkdir()
    (tmp_path / "areas" / "quarters.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"OLD TOWN"},'
        '"geometry":{"type":"Polygon","coordinates":[[[9.9,49.9],[10.1,49.9],[10.1,50.1],[9.9,50.1],[9.9,49.9]]]}}]}'
    )
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "libraries.csv").write_text(
        "Name,Lat,Lon,Aliases,Hours\nMain Library,50.0,10.0,The Stacks|Central,9-5\n"
    )
    pack = build("town", tmp_path, tmp_path / "out")
    assert [pack.areas.name[row] for row in range(len(pack.areas))] == ["Town", "Old Town"]
    assert pack.places.kind == (PlaceKind.LIBRARY,)
    assert pack.places.aliases == (("The Stacks", "Central"),)
    assert pack.places.extra[0]["hours"] == "9-5"


def test_a_place_file_of_an_unknown_kind_names_the_line(tmp_path: Path) -> None:
    _write(tmp_path / "town.osm.pbf", [({"highway": "residential"}, [1, 2])], {1: (10.0, 50.0), 2: (10.001, 50.0)})
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "castles.csv").write_text("name,lat,lon\nKeep,50.0,10.0\n")
    with pytest.raises(SourceError, match=r"places/castles\.csv, line 2, field 'kind': 'castles' is not a kind"):
        build_city("town", tmp_path, quiet)
