"""Cities from a centre-line file in the City of Chicago's schema, as GeoJSON and as CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from corredor.engines.citypack.errors import SourceError
from corredor.engines.citypack.making.build import build_city, find_streets
from corredor.engines.citypack.making.recipe import read_recipe
from corredor.engines.citypack.making.source import SourceFolder
from corredor.engines.citypack.model import CityPack, EdgeFlag

from .conftest import build, crossing_row, quiet, street_row

# Pershing from 3200 to 3300 west of Kedzie, Kedzie from 3800 to 4000, an expressway over both, a river, a ramp.
WEST, KEDZIE, EAST = -87.7069, -87.7044, -87.7020
NORTH, PERSHING, SOUTH = 41.8244, 41.8226, 41.8208


def _segment(
    direction: str, name: str, kind: str, numbers: tuple[int, int], line: list[tuple[float, float]], **more: Any
) -> dict[str, Any]:
    low, high = numbers
    fields = {
        "PRE_DIR": direction,
        "STREET_NAM": name,
        "STREET_TYP": kind,
        "SUF_DIR": "",
        "L_F_ADD": low,
        "L_T_ADD": high,
        "R_F_ADD": low + 1 if low else 0,
        "R_T_ADD": high + 1 if high else 0,
        "CLASS": "4",
        "STATUS": "N",
        "FNODE_ID": "",
        "TNODE_ID": "",
        "F_ZLEV": 0,
        "T_ZLEV": 0,
    }
    return {"fields": {**fields, **more}, "line": line}


SEGMENTS = [
    _segment("S", "KEDZIE", "AVE", (3800, 3898), [(KEDZIE, NORTH), (KEDZIE, 41.8235), (KEDZIE, PERSHING)], CLASS="2"),
    _segment("S", "KEDZIE", "AVE", (3900, 3998), [(KEDZIE, PERSHING), (KEDZIE, SOUTH)], CLASS="2"),
    _segment("W", "PERSHING", "RD", (3200, 3298), [(KEDZIE, PERSHING), (WEST, PERSHING)]),
    _segment("W", "PERSHING", "RD", (3100, 3198), [(EAST, PERSHING), (KEDZIE, PERSHING)]),
    _segment("", "STEVENSON", "EXPY", (0, 0), [(WEST, 41.8230), (EAST, 41.8230)], CLASS="1", F_ZLEV=1, T_ZLEV=1),
    _segment("N", "S BRANCH CHICAGO", "RIVER", (0, 0), [(WEST, 41.8215), (EAST, 41.8215)], CLASS="RIV"),
    _segment("S", "GHOST", "ST", (0, 0), [(KEDZIE, PERSHING), (EAST, SOUTH)], STATUS="V"),
    _segment("", "", "", (0, 0), [(WEST, PERSHING), (WEST, SOUTH)], CLASS="S"),
]


def _geojson(folder: Path, segments: list[dict[str, Any]]) -> Path:
    features = [
        {"type": "Feature", "properties": s["fields"], "geometry": {"type": "LineString", "coordinates": s["line"]}}
        for s in segments
    ]
    path = folder / "centerlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _csv(folder: Path, segments: list[dict[str, Any]]) -> Path:
    path = folder / "Street_Center_Lines.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["the_geom", *segments[0]["fields"]])
        writer.writeheader()
        for segment in segments:
            points = ", ".join(f"{lon} {lat}" for lon, lat in segment["line"])
            writer.writerow({"the_geom": f"MULTILINESTRING (({points}))", **segment["fields"]})
    return path


@pytest.fixture(params=["geojson", "csv"])
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> CityPack:
    raw = tmp_path / "raw"
    raw.mkdir()
    {"geojson": _geojson, "csv": _csv}[request.param](raw, SEGMENTS)
    return build("sample", raw, tmp_path / "pack")


def test_streets_ranges_and_the_crossing_with_its_numbers(pack: CityPack) -> None:
    kedzie, pershing = street_row(pack, "S KEDZIE AVE"), street_row(pack, "W PERSHING RD")
    assert (pack.streets.low[kedzie], pack.streets.high[kedzie]) == (3800, 3999)
    assert (pack.streets.low[pershing], pack.streets.high[pershing]) == (3100, 3299)
    row = crossing_row(pack, "S KEDZIE AVE", "W PERSHING RD")
    assert pack.crossings.lat[row] == pytest.approx(PERSHING, abs=1e-6)
    assert {pack.crossings.number_a[row], pack.crossings.number_b[row]} == {3900, 3200}
    assert pack.crossings.node[row] >= 0
    assert pack.manifest.kind == "centreline"


def test_what_is_walked_and_what_is_not(pack: CityPack) -> None:
    network = pack.network
    walked = {pack.streets.full_name(row) for row in set(network.street.tolist()) if row >= 0}
    assert walked == {"S KEDZIE AVE", "W PERSHING RD"}  # no expressway, no river, no vacated street
    kedzie = network.flags[network.street == street_row(pack, "S KEDZIE AVE")]
    assert ((kedzie & EdgeFlag.BUSY) > 0).all()
    assert ((kedzie & EdgeFlag.EXPRESSWAY) > 0).any()
    assert ((kedzie & EdgeFlag.WATER) > 0).any()
    assert (network.flags & EdgeFlag.PATH > 0).any()
    assert (network.flags & EdgeFlag.DERIVED == 0).all()
    assert network.length_m[network.flags & EdgeFlag.EXPRESSWAY > 0].max() == pytest.approx(200, abs=2)


def test_the_bend_of_a_street_is_kept(pack: CityPack) -> None:
    network = pack.network
    north = [e for e in range(len(network.indices)) if len(network.line(e)) == 3]
    assert len(north) in (0, 2)  # one metre of bend may be thinned away, but never on one side only


def test_streets_that_pass_at_another_level_do_not_meet(tmp_path: Path) -> None:
    over = _segment("W", "HIGH", "ST", (1, 99), [(KEDZIE, PERSHING), (EAST, NORTH)], F_ZLEV=2, T_ZLEV=0)
    _geojson(tmp_path, [SEGMENTS[0], SEGMENTS[2], over])
    pack = build("sample", tmp_path, tmp_path / "pack")
    assert len(pack.crossings) == 1


def test_long_field_names_and_node_numbers_are_understood(tmp_path: Path) -> None:
    segments = []
    for number, segment in enumerate(SEGMENTS[:4]):
        fields = dict(segment["fields"])
        fields["street_name"], fields["street_type"] = fields.pop("STREET_NAM"), fields.pop("STREET_TYP")
        fields |= {"FNODE_ID": [11, 10, 10, 13][number], "TNODE_ID": [10, 12, 14, 10][number]}
        segments.append({"fields": fields, "line": segment["line"]})
    _geojson(tmp_path, segments)
    pack = build("sample", tmp_path, tmp_path / "pack")
    assert pack.network.node_count == 5
    assert len(pack.crossings) == 1


def test_a_centre_line_file_replaces_the_crossings_of_a_folder(corner: Path) -> None:
    _geojson(corner / "streets", SEGMENTS)
    kind, path = find_streets(SourceFolder(corner), read_recipe("chicago", corner), corner)
    assert (kind, path.name) == ("centreline", "centerlines.geojson")
    draft = build_city("chicago", corner, quiet)
    assert len(draft.streets.crossings) == 1
    assert "39TH" in next(s for s in draft.streets.streets if s.name.name == "PERSHING").aliases
    assert len([place for place in draft.places if place.id.startswith("school:")]) == 21


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"L_F_ADD": "low"}, r"field 'l_f_add': 'low' is not a number"),
        ({"F_ZLEV": None, "FNODE_ID": "x1"}, r"field 'fnode_id': 'x1' is not a number"),
    ],
)
def test_a_broken_record_names_line_and_field(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    broken = {"fields": {**SEGMENTS[1]["fields"], **change}, "line": SEGMENTS[1]["line"]}
    _geojson(tmp_path, [SEGMENTS[0], broken])
    with pytest.raises(SourceError, match=rf"centerlines\.geojson, line 2, {message}"):
        build_city("sample", tmp_path, quiet)


def test_a_missing_field_is_named_as_the_manual_spells_it(tmp_path: Path) -> None:
    fields = {key: value for key, value in SEGMENTS[0]["fields"].items() if key != "R_T_ADD"}
    _geojson(tmp_path, [{"fields": fields, "line": SEGMENTS[0]["line"]}])
    with pytest.raises(SourceError, match=r"line 1, field 'R_T_ADD': is missing"):
        build_city("sample", tmp_path, quiet)


def test_a_line_that_is_a_point(tmp_path: Path) -> None:
    path = _csv(tmp_path, SEGMENTS[:1])
    path.write_text(path.read_text().replace("MULTILINESTRING ((", "POINT (", 1).replace("))", ")", 1))
    with pytest.raises(SourceError, match=r"Street_Center_Lines\.csv, line 2, field 'the_geom': is not a line"):
        build_city("sample", tmp_path, quiet)
