"""Broken raw files are refused with the file, the line and the field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.build import build_city
from corredor.engines.citypack.making.source import SourceFolder

from .conftest import quiet

CROSSINGS = "streets/chicago_intersections_cut.csv"


def _refusal(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        build_city("chicago", folder, quiet)
    return str(caught.value)


def _replace(path: Path, line: int, pattern: str, by: str) -> None:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[line - 1], count = re.subn(pattern, by, lines[line - 1], count=1)
    assert count == 1, lines[line - 1]
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("line", "pattern", "by", "message"),
    [
        (1, "latitude", "lat", "line 1, field 'latitude': is missing"),
        (7, r",41\.\d+", ",forty-one", "line 7, field 'latitude': 'forty-one' is not a number"),
        (7, r",41\.\d+", ",", "line 7, field 'latitude': '' is not a number"),
        (7, r",41\.\d+", ",nan", "line 7, field 'latitude': 'nan' is not a number"),
        (9, r",-87\.\d+", ",-870.1", "line 9, field 'longitude': -870.1 is not in degrees"),
        (9, r"$", ",one,two", "line 9: has more values than the header"),
        (9, r"^[^,]*,[^,]*", "x,", "line 9, field 'street_1': a street has no name"),
    ],
)
def test_a_broken_crossing_file(corner: Path, line: int, pattern: str, by: str, message: str) -> None:
    _replace(corner / CROSSINGS, line, pattern, by)
    assert message in _refusal(corner)
    assert CROSSINGS in _refusal(corner)


def test_an_empty_crossing_file(corner: Path) -> None:
    (corner / CROSSINGS).write_text("")
    assert "field 'latitude': is missing; the file has no header" in _refusal(corner)


def test_a_file_in_another_encoding(corner: Path) -> None:
    (corner / "places" / "fire_stations.csv").write_bytes("name,address,lat,lon\nE1,Peñá,41,-87\n".encode("latin-1"))
    assert "places/fire_stations.csv: is not UTF-8 text" in _refusal(corner)


def test_a_line_that_is_not_wkt(corner: Path) -> None:
    _replace(corner / "streets" / "Snow_Route_Parking_Restrictions_cut.csv", 2, "MULTILINESTRING", "SQUIGGLE")
    assert re.search(r"Snow_Route.*, line 2, field 'the_geom': is not a line", _refusal(corner))


def test_json_that_breaks_off(corner: Path) -> None:
    path = corner / "areas" / "community_areas_77.geojson"
    path.write_text('{"type": "FeatureCollection",\n"features": [\n{')
    assert "areas/community_areas_77.geojson, line 3: is not JSON" in _refusal(corner)


def test_geojson_without_features(corner: Path) -> None:
    (corner / "areas" / "community_areas_77.geojson").write_text("{}")
    assert "field 'features': is missing or not a list" in _refusal(corner)


def test_an_area_without_a_name(corner: Path) -> None:
    path = corner / "areas" / "community_areas_77.geojson"
    path.write_text(path.read_text().replace('"community"', '"comunidad"', 1))
    assert "line 1: has none of the name fields" in _refusal(corner)


def test_a_damaged_shapefile(corner: Path) -> None:
    (corner / "areas" / "chicago_neighborhoods.zip").write_bytes(b"not a zip")
    assert "areas/chicago_neighborhoods.zip: is not a shapefile" in _refusal(corner)


@pytest.mark.parametrize(("text", "message"), [("title = \n", "is not TOML"), ('nickname = "x"\n', "field 'nickname'")])
def test_a_broken_recipe(corner: Path, text: str, message: str) -> None:
    (corner / "city.toml").write_text(text)
    refusal = _refusal(corner)
    assert refusal.startswith("city.toml")
    assert message in refusal


def test_a_folder_without_streets_says_what_it_wants(tmp_path: Path) -> None:
    assert "give a centre-line file (CSV or GeoJSON), an .osm.pbf, or streets/" in _refusal(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist" in _refusal(tmp_path / "nowhere")


def test_topojson_with_and_without_a_transform(tmp_path: Path) -> None:
    plain = {
        "type": "Topology",
        "arcs": [[[0, 0], [1, 0], [1, 1]], [[0, 0], [0, 1], [1, 1]]],
        "objects": {
            "shapes": {"geometries": [{"type": "Polygon", "arcs": [[0, -2]], "properties": {"NAME": "square"}}]}
        },
    }
    packed = {
        **plain,
        "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        "arcs": [[[0, 0], [2, 0], [0, 2]], [[0, 0], [0, 2], [2, 0]]],
    }
    corners = {}
    for name, data in (("plain", plain), ("packed", packed)):
        path = tmp_path / f"{name}.topojson"
        path.write_text(json.dumps(data))
        (feature,) = SourceFolder(tmp_path).topology(path)
        assert feature.row.text("NAME") == "square"
        corners[name] = feature.geometry["coordinates"][0]
    assert corners["plain"] == [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    assert corners["packed"] == [(10, 20), (11, 20), (11, 21), (10, 21), (10, 20)]
