"""Stretches of streets: found by a tap, found by their ends, and matched again in a rebuilt pack."""

from __future__ import annotations

import hashlib
import json
import shutil

import numpy as np
import pytest

from corredor.places.pack import get_pack
from corredor.places.stretch import LONGEST_M, find_block, find_stretch

FAIRFIELD = (41.8160, -87.6935)  # a little west of Fairfield Ave, between 42nd and 43rd
KEDZIE_39, KEDZIE_43 = (41.82259, -87.70444), (41.8155, -87.7042)


def test_a_tap_means_the_block_of_the_nearest_street_from_corner_to_corner():
    found = find_block(*FAIRFIELD)
    assert (found.street, {found.start, found.end}) == ("Fairfield Ave", {"42nd St", "Pope John Paul II Dr"})
    assert found.length_m == pytest.approx(203, abs=1)
    assert len(found.pairs) == len(found.nodes) - 1


def test_where_no_street_is_near_nothing_is_found():
    assert find_block(41.90, -87.50) is None, "in the lake"


def test_two_corners_of_one_street_make_a_stretch_whichever_comes_first():
    found = find_stretch(KEDZIE_39, KEDZIE_43)
    assert (found.street, {found.start, found.end}) == ("Kedzie Ave", {"Pershing Rd", "43rd St"})
    assert find_stretch(KEDZIE_43, KEDZIE_39) == found
    assert find_stretch(*found.ends, found.street) == found
    network, streets = get_pack("chicago").network, get_pack("chicago").streets
    for here, there in found.pairs:
        arcs = range(int(network.indptr[here]), int(network.indptr[here + 1]))
        titles = [streets.title[network.street[arc]] for arc in arcs if network.indices[arc] == there]
        assert "Kedzie Ave" in titles


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (KEDZIE_39, (41.8155, -87.6935), "on two streets"),
        (KEDZIE_39, KEDZIE_39, "the same corner"),
        (KEDZIE_39, (41.90, -87.50), "no corner"),
        (KEDZIE_39, (41.8518, -87.7053), "further than anybody walks"),
    ],
)
def test_what_is_no_stretch(start, end, why):
    assert find_stretch(start, end) is None, why


def test_almost_every_block_of_the_city_is_found_again_by_its_ends():
    network = get_pack("chicago").network
    chance = np.random.default_rng(7)
    lost = 0
    for arc in chance.integers(0, len(network.indices), 120).tolist():
        line = network.line(arc)
        half = len(line) // 2
        middle = tuple((line[half - 1][axis] + line[half][axis]) / 2 for axis in (0, 1))
        found = find_block(*middle)
        if found is None:
            lost += float(network.length_m[arc]) <= LONGEST_M
            continue
        assert found.length_m <= LONGEST_M
        assert sorted(found.ends) == list(found.ends)
        again = find_stretch(*found.ends, found.street)
        lost += again is None or set(again.nodes) != set(found.nodes)
    assert lost <= 1


@pytest.fixture
def rebuild(tmp_path, monkeypatch):
    """Writes Chicago's pack anew as another folder: every row renumbered, corners 15 m north, streets renamed."""

    def write(name, rename):
        shipped, folder = get_pack("chicago").root, tmp_path / name
        shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("*.pmtiles"))
        net = dict(np.load(shipped / "network.npz"))
        crossings = dict(np.load(shipped / "crossings.npz"))
        size = len(net["node_lat"])
        new_row = np.random.default_rng(11).permutation(size).astype(np.int32)
        old_row = np.argsort(new_row)
        spans = [np.arange(net["indptr"][row], net["indptr"][row + 1]) for row in old_row]
        arcs = np.concatenate(spans)
        ends = np.concatenate(([0], np.cumsum([len(span) for span in spans]))).astype(np.int32)
        turned = {key: net[key][arcs] for key in ("length_m", "street", "flags")}
        turned |= {"node_lat": net["node_lat"][old_row] + 135, "node_lon": net["node_lon"][old_row]}
        turned |= {"indptr": ends, "indices": new_row[net["indices"][arcs]]}
        turned |= {"shape_ptr": np.zeros(len(arcs) + 1, np.int32)} | {k: net[k][:0] for k in ("shape_lat", "shape_lon")}
        np.savez(folder / "network.npz", **turned)
        known = crossings["node"] >= 0
        crossings["node"] = np.where(known, new_row[crossings["node"] * known], -1).astype(np.int32)
        np.savez(folder / "crossings.npz", **crossings)
        streets = (folder / "streets.json").read_text()
        for old, new in rename.items():
            streets = streets.replace(f'"{old}"', f'"{new}"')
        (folder / "streets.json").write_text(streets)
        manifest = json.loads((folder / "manifest.json").read_text())
        for file in ("network.npz", "crossings.npz", "streets.json"):
            manifest["files"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest | {"name": name}))
        monkeypatch.setenv("CORREDOR_PACKS", str(tmp_path))
        return name

    return write


@pytest.mark.parametrize(
    ("name", "rename"), [("rebuilt", {}), ("renamed", {"Kedzie Ave": "Avenida Zapatista"})], ids=["same", "renamed"]
)
def test_a_rebuilt_pack_still_knows_it(rebuild, name, rename):
    before = find_stretch(KEDZIE_39, KEDZIE_43)
    city = rebuild(name, rename)
    after = find_stretch(*before.ends, before.street, city)
    assert after.nodes != before.nodes
    assert after.length_m == pytest.approx(before.length_m, abs=1)
    for spot, was in zip(after.ends, before.ends, strict=True):
        assert spot == pytest.approx(was, abs=0.0002)
    assert (find_stretch(KEDZIE_39, KEDZIE_43, city=city).street == "Kedzie Ave") is not bool(rename)
