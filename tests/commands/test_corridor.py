"""`corredor corridor plan`, and the comparisons with people and peers of `corredor bench corridors`."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from corredor.bench.corridors.gallery import write_gallery
from corredor.bench.corridors.peers import nearest_posts, shortest_path_tree, straight_corridors, tree_by_post
from corredor.bench.corridors.planner import _compare, _sum_up, _sum_up_peers
from corredor.bench.corridors.sets import match_route, read_routes
from corredor.bench.places.sets import SetError
from corredor.commands.corridor import AreaFileError, read_areas
from corredor.commands.main import main
from corredor.engines.corridors import Hazard, Ring
from corredor.engines.corridors.shed import cut_shed
from corredor.engines.geo.plane import LocalPlane
from tests.engines.corridors.networks import CENTRE
from tests.engines.corridors.test_planner import town

ROUTES = read_routes()


def test_a_plan_in_words(capsys):
    assert main(["corridor", "plan", "609791", "--posts", "6"]) == 0
    printed = capsys.readouterr().out
    assert "6 adults along" in printed
    assert "corridor 1:" in printed
    assert "(end)" in printed


def test_a_plan_as_json_and_geojson(capsys):
    assert main(["corridor", "plan", "609791", "--posts", "4", "--children", "80", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert len(plain["plan"]["posts"]) == 4
    assert plain["plan"]["children"] == pytest.approx(80)
    assert all(post["es"] for post in plain["plan"]["posts"])
    assert plain["plan"]["gap"] < 0.1
    assert main(["corridor", "plan", "609791", "--posts", "4", "--geojson"]) == 0
    features = json.loads(capsys.readouterr().out)["features"]
    assert {feature["geometry"]["type"] for feature in features} == {"LineString", "Point"}


def test_no_plan_is_said_and_fails(capsys, tmp_path):
    assert main(["corridor", "plan", "609791", "--posts", "0"]) == 1
    assert "nobody to stand" in capsys.readouterr().out
    area = tmp_path / "area.geojson"
    area.write_text(
        '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [-87.6535, 41.7742]},'
        ' "properties": {"radius_m": 80}}'
    )
    assert main(["corridor", "plan", "609791", "--posts", "4", "--avoid", str(area), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "gate_in_hazard"


@pytest.mark.parametrize("words", [["nowhere at all"], ["brighton park"]])
def test_a_school_that_is_not_one_is_said(words, capsys):
    assert main(["corridor", "plan", *words, "--posts", "4"]) == 2
    assert "school" in capsys.readouterr().err


def test_areas_are_read_from_geojson(tmp_path):
    path = tmp_path / "areas.geojson"
    ring = [[-87.7, 41.8], [-87.6, 41.8], [-87.6, 41.9], [-87.7, 41.8]]
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}, "properties": None},
                    {
                        "geometry": {"type": "Point", "coordinates": [-87.7, 41.8]},
                        "properties": {"radius_m": 90, "wind_to_deg": 45},
                    },
                ],
            }
        )
    )
    first, _, point = read_areas(path)
    assert first == Ring(tuple((lat, lon) for lon, lat in ring))
    assert point == Hazard(41.8, -87.7, 90.0, 45.0)


@pytest.mark.parametrize(
    "words", ["", "[]", "{}", '{"type": "Point", "coordinates": [1, 2]}', '{"type": "LineString", "coordinates": []}']
)
def test_what_is_no_area_is_said(words, tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_text(words)
    with pytest.raises(AreaFileError):
        read_areas(path)


def test_all_routes_are_there_and_none_guards_more_than_it_has():
    assert len(ROUTES) == 127
    route = replace(
        ROUTES[0],
        lines=(tuple(LocalPlane.around(*CENTRE).to_degrees(x, y) for x, y in ((0, 404), (300, 396))),),
    )
    shed = cut_shed(town(5))
    guarded = match_route(route, shed, LocalPlane.around(*LocalPlane.around(*CENTRE).to_degrees(400, 400)))
    metres = float((guarded * shed.length_m).sum()) / 2  # each street stands there twice
    assert metres == pytest.approx(300, abs=3)
    assert guarded.max() <= 1


def test_a_folder_without_routes_is_said(tmp_path):
    with pytest.raises(SetError):
        read_routes(tmp_path)


@pytest.mark.parametrize("lay", [nearest_posts, tree_by_post, lambda shed, budget: straight_corridors(shed, budget)[2]])
def test_peers_keep_to_the_posts_and_hang_together(lay):
    shed = cut_shed(town(6))
    blocks = lay(shed, 6)
    rows = shed.rows()
    assert 0 < sum(int(shed.posts[rows[block]]) for block in blocks) <= 6
    led = {0}
    for tail, head in blocks:
        assert tail in led
        led.add(head)


def test_the_peer_of_greedy_length_keeps_to_its_metres():
    shed = cut_shed(town(6))
    rows = shed.rows()
    assert 500 < sum(float(shed.length_m[rows[block]]) for block in shortest_path_tree(shed, 6)) <= 600


def test_some_schools_against_their_routes_and_peers(tmp_path):
    found = [_compare(route) for route in ROUTES[::20]]
    against = _sum_up(found)
    assert against["n"] == 7
    assert against["least"] >= 1
    assert against["median"] >= 1.3
    lead, peers = _sum_up_peers(found)
    assert lead > 1
    assert set(peers["lead_over"]) == {"shortest_path_tree", "nearest_posts", "straight_corridor", "tree_by_post"}
    page = write_gallery([one.picture for one in found], tmp_path / "new").read_text()
    assert page.count("<svg") == 14
    assert "http" not in page
    assert np.isfinite([one.ours for one in found]).all()
