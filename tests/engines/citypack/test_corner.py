"""The pack of a corner of Chicago, built from crossings and evidence."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from corredor.engines.citypack.making.build import build_city
from corredor.engines.citypack.making.writer import write_pack
from corredor.engines.citypack.model import AreaKind, CityPack, EdgeFlag, PlaceKind

from .conftest import CORNER, build, crossing_row, quiet, street_row


def test_corner_where_the_story_begins(corner_pack: CityPack) -> None:
    row = crossing_row(corner_pack, "S KEDZIE AVE", "W PERSHING RD")
    crossings = corner_pack.crossings
    assert crossings.lat[row] == pytest.approx(41.8226, abs=2e-4)
    assert crossings.lon[row] == pytest.approx(-87.7044, abs=2e-4)
    numbers = dict(
        zip((crossings.a[row], crossings.b[row]), (crossings.number_a[row], crossings.number_b[row]), strict=True)
    )
    assert numbers[street_row(corner_pack, "S KEDZIE AVE")] == 3900
    assert numbers[street_row(corner_pack, "W PERSHING RD")] == pytest.approx(3200, abs=12)


def test_walk_between_the_two_corners_of_the_story(corner_pack: CityPack) -> None:
    network, crossings = corner_pack.network, corner_pack.crossings
    size = network.node_count
    graph = csr_matrix((network.length_m, network.indices, network.indptr), shape=(size, size))
    start = crossings.node[crossing_row(corner_pack, "S KEDZIE AVE", "W PERSHING RD")]
    goal = crossings.node[crossing_row(corner_pack, "S ROCKWELL ST", "W CERMAK RD")]
    assert dijkstra(graph, indices=start)[goal] == pytest.approx(4400, rel=0.06)


def test_streets_have_the_names_people_use(corner_pack: CityPack) -> None:
    streets = corner_pack.streets
    pershing = street_row(corner_pack, "W PERSHING RD")
    assert streets.title[pershing] == "Pershing Rd"
    assert streets.label(pershing) == "W Pershing Rd"
    assert {"39TH", "39TH ST"} <= set(streets.aliases[pershing])
    assert "22ND" in streets.aliases[street_row(corner_pack, "W CERMAK RD")]
    assert streets.high[pershing] > streets.low[pershing] >= 0


def test_areas_in_both_languages(corner_pack: CityPack) -> None:
    areas = corner_pack.areas
    by_kind = {kind: [row for row in range(len(areas)) if areas.kind[row] is kind] for kind in AreaKind}
    assert len(by_kind[AreaKind.CITY]) == 1
    village = next(row for row in by_kind[AreaKind.NEIGHBOURHOOD] if areas.name[row] == "Little Village")
    assert areas.names[village]["es"] == "La Villita"
    lawndale = next(row for row in by_kind[AreaKind.COMMUNITY_AREA] if areas.code[row] == "30")
    assert areas.name[lawndale] == "South Lawndale"
    assert "La Villita" in areas.aliases[lawndale]
    # the shapefile is in feet of another projection: 26th and Kedzie must lie in La Villita
    assert areas.shape(village).contains(_point(-87.7052, 41.8441))
    assert areas.shape(village).contains(_point(areas.label_lon[village], areas.label_lat[village]))


def _point(lon: float, lat: float) -> object:
    from shapely import Point

    return Point(lon, lat)


def test_schools_with_hours_and_short_names(corner_pack: CityPack) -> None:
    places = corner_pack.places
    kelly = places.id.index("school:609715")
    assert places.name[kelly] == "Thomas Kelly High School"
    assert "Kelly HS" in places.aliases[kelly]
    assert places.extra[kelly]["level"] == "HS"
    assert places.extra[kelly]["opens"] < "09:30"
    assert "14:00" < places.extra[kelly]["closes"] < "17:00"
    assert places.extra[kelly]["hours_from"] == "2018-2019"


def test_stations_and_neighbouring_towns(corner_pack: CityPack) -> None:
    places = corner_pack.places
    stations = [row for row in range(len(places)) if places.kind[row] is PlaceKind.STATION]
    assert "35th/Archer" not in {places.name[row] for row in stations}  # outside the box of the fixture
    aliases = {alias for row in stations for alias in places.aliases[row]}
    assert {"Kedzie Pink Line", "Kedzie Línea Rosa"} <= aliases
    towns = {places.name[row] for row in range(len(places)) if places.kind[row] is PlaceKind.TOWN}
    assert towns == {"Cicero", "Evanston"}  # "Main St." is a station, not a town


def test_network_uses_real_lines_and_says_what_is_derived(corner_pack: CityPack) -> None:
    network = corner_pack.network
    flags = network.flags
    assert ((flags & EdgeFlag.BUSY) > 0).any()
    assert ((flags & EdgeFlag.RAIL) > 0).any()
    derived = (flags & EdgeFlag.DERIVED) > 0
    assert 0.2 < derived.mean() < 0.9
    kedzie = np.flatnonzero((network.street == street_row(corner_pack, "S KEDZIE AVE")) & ~derived)
    assert len(kedzie) > 10
    line = network.line(int(kedzie[0]))
    assert line[0] != line[-1]


def test_network_is_symmetric(corner_pack: CityPack) -> None:
    network = corner_pack.network
    starts = np.repeat(np.arange(network.node_count), np.diff(network.indptr))
    there = {
        (u, v): m for u, v, m in zip(starts.tolist(), network.indices.tolist(), network.length_m.tolist(), strict=True)
    }
    assert len(there) == 2 * network.edge_count  # no doubles, no loops
    assert all(there[v, u] == m for (u, v), m in there.items())


def test_no_derived_link_crosses_a_railway_without_proof(corner_pack: CityPack, corner: Path, tmp_path: Path) -> None:
    for pattern in ("Roadway*", "Parking*"):
        for path in (corner / "streets").glob(pattern):
            path.write_text(path.read_text().splitlines()[0] + "\n")
    (corner / "text" / "aldermanic_menu_2022.csv").write_text("location\n")
    bare = build("chicago", corner, tmp_path / "bare")

    def risky(pack: CityPack) -> int:
        both = EdgeFlag.RAIL | EdgeFlag.DERIVED
        named = pack.network.street >= 0
        return int((named & ((pack.network.flags & both) == both)).sum())

    assert risky(corner_pack) > 0
    assert risky(bare) == 0


def test_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_pack(build_city("chicago", CORNER, quiet), tmp_path / name, {"basemap.pmtiles": b"x"})
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert "basemap.pmtiles" in names
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_missing_files_are_named_and_not_fatal(corner: Path, tmp_path: Path) -> None:
    (corner / "streets" / "chicago-rail-corridor.json").unlink()
    for path in (corner / "schools").glob("*SY1819*"):
        path.unlink()
    pack = build("chicago", corner, tmp_path / "pack")
    text = "\n".join(pack.manifest.missing)
    assert "rail: no file fits streets/chicago-rail-corridor.json" in text
    assert "school profiles" in text
    assert "not known for 21 of 21 schools" in text


def test_sources_page_names_every_file_with_its_checksum(corner_pack: CityPack) -> None:
    page = (corner_pack.root / "SOURCES.md").read_text()
    for source in corner_pack.manifest.sources:
        assert source.sha256 in page
        assert source.licence, source.file
    assert "streets/chicago_intersections_*.csv" in page
    assert "OpenStreetMap contributors" in page


def test_small_map_is_small_and_covers_the_official_areas(corner_pack: CityPack) -> None:
    import json

    data = json.loads((corner_pack.root / "small-map.geojson").read_text())
    layers = [feature["properties"]["layer"] for feature in data["features"]]
    assert layers.count("area") == 2


def test_a_city_toml_among_the_files_replaces_the_shipped_names(corner: Path, tmp_path: Path) -> None:
    recipe = Path(build_city.__code__.co_filename).parent / "recipes" / "chicago.toml"
    text = recipe.read_text().replace('["39TH ST", "39TH"]', '["LA TREINTA Y NUEVE"]')
    (corner / "city.toml").write_text(text)
    pack = build("chicago", corner, tmp_path / "pack")
    assert pack.streets.aliases[street_row(pack, "W PERSHING RD")] == ("LA TREINTA Y NUEVE",)


def test_no_school_profile_brings_a_person_along() -> None:
    path = next((CORNER / "schools").glob("*SY1819*"))
    with path.open() as stream:
        assert not {"Administrator", "Phone"} & set(next(csv.reader(stream)))
