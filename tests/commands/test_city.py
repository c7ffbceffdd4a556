"""`corredor city`: build, info, and errors with a remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corredor.commands.main import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "city"


@pytest.fixture(autouse=True)
def _own_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORREDOR_PACKS", str(tmp_path / "packs"))


def test_a_pack_is_built_with_its_map_and_told_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "build", "chicago", "--from", str(FIXTURES / "corner"), "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert built["pack"] == str(tmp_path / "packs" / "chicago")
    assert built["counts"]["crossings"] == 364
    assert any("parks" in gap for gap in built["missing"])
    assert main(["city", "info", "chicago", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == built["counts"]
    assert told["problems"] == []
    assert told["sizes"]["basemap.pmtiles"] > 10_000
    assert told["attribution"]
    assert len(told["files"]["basemap.pmtiles"]) == 64


def test_a_single_extract_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = FIXTURES / "osm" / "portland.osm.pbf"
    assert main(["city", "build", "portland", "--from", str(extract), "--no-map", "--out", str(tmp_path / "p")]) == 0
    out = capsys.readouterr().out
    assert "crossings" in out
    assert "Not known:" in out
    assert main(["city", "info", str(tmp_path / "p")]) == 0
    assert "whole: every checksum holds" in capsys.readouterr().out


def test_a_broken_file_is_named_and_the_old_pack_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(FIXTURES / "corner", raw)
    out = tmp_path / "pack"
    assert main(["city", "build", "chicago", "--from", str(raw), "--out", str(out), "--no-map"]) == 0
    before = (out / "manifest.json").read_bytes()
    crossings = raw / "streets" / "chicago_intersections_cut.csv"
    crossings.write_text(crossings.read_text().replace(",41.", ",north", 1))
    capsys.readouterr()
    assert main(["city", "build", "chicago", "--from", str(raw), "--out", str(out), "--no-map"]) == 1
    message = capsys.readouterr().err
    assert "streets/chicago_intersections_cut.csv, line 2, field 'latitude'" in message
    assert "Traceback" not in message
    assert (out / "manifest.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pack", "raw"]


def test_a_folder_that_is_not_a_pack_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "holiday"
    out.mkdir()
    (out / "photo.jpg").write_bytes(b"x")
    extract = FIXTURES / "osm" / "portland.osm.pbf"
    assert main(["city", "build", "portland", "--from", str(extract), "--no-map", "--out", str(out)]) == 1
    assert "not a city pack; nothing was changed" in capsys.readouterr().err
    assert (out / "photo.jpg").is_file()


def test_names_and_folders_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "build", "../x", "--from", str(FIXTURES)]) == 2
    assert main(["city", "build", "x", "--from", str(tmp_path / "nowhere")]) == 1
    assert "nowhere: does not exist" in capsys.readouterr().err
    assert main(["city", "info", "atlantis"]) == 1
    assert "atlantis: is not a pack; there is chicago" in capsys.readouterr().err


def test_a_damaged_pack_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = FIXTURES / "osm" / "portland.osm.pbf"
    assert main(["city", "build", "portland", "--from", str(extract), "--no-map"]) == 0
    pack = tmp_path / "packs" / "portland"
    (pack / "places.json").write_text("{}")
    capsys.readouterr()
    assert main(["city", "info", "portland"]) == 1
    assert "damaged:" in capsys.readouterr().out


def test_every_pack_is_listed_without_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "info", "--json"]) == 0
    assert [pack["name"] for pack in json.loads(capsys.readouterr().out)["packs"]] == ["chicago"]


def test_a_city_that_has_no_recipe_is_built_from_its_crossings_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "streets").mkdir()
    raw = FIXTURES / "corner" / "streets" / "chicago_intersections_cut.csv"
    shutil.copy(raw, tmp_path / "streets" / "some_intersections.csv")
    assert main(["city", "build", "somewhere", "--from", str(tmp_path), "--no-map", "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert built["counts"]["crossings"] == 364
    assert built["counts"]["network_km"] > 70
    assert any("house numbers: not known at 364 of 364" in gap for gap in built["missing"])
