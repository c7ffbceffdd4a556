"""Broken packs are refused with the file, the line and the field."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corredor.engines.citypack.errors import PackError
from corredor.engines.citypack.model import CityPack
from corredor.engines.citypack.reader import read_pack, verify_pack


@pytest.fixture
def copy(corner_pack: CityPack, tmp_path: Path) -> Path:
    target = tmp_path / "pack"
    shutil.copytree(corner_pack.root, target)
    return target


def _edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text())
    data.update(changes)
    path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}))


def _allow(folder: Path, name: str) -> None:
    """Write the checksum of a changed file into the manifest, as a careless editor would."""
    import hashlib

    files = json.loads((folder / "manifest.json").read_text())["files"]
    files[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    _edit_manifest(folder, files=files)


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"manifest\.json: is missing"):
        read_pack(tmp_path)


def test_another_format(copy: Path) -> None:
    _edit_manifest(copy, format=99)
    with pytest.raises(PackError, match=r"manifest\.json, field 'format': is 99.*Build the pack again"):
        read_pack(copy)


@pytest.mark.parametrize("field", ["name", "bbox", "files", "sources"])
def test_a_manifest_without_a_field(copy: Path, field: str) -> None:
    _edit_manifest(copy, **{field: None})
    with pytest.raises(PackError, match=field):
        read_pack(copy)


def test_a_manifest_that_is_not_json_names_the_line(copy: Path) -> None:
    (copy / "manifest.json").write_text('{\n "format": 1,\n oops\n}')
    with pytest.raises(PackError, match=r"manifest\.json, line 3: is not JSON"):
        read_pack(copy)


@pytest.mark.parametrize("name", ["streets.json", "crossings.npz", "areas.geojson", "places.json"])
def test_a_damaged_table(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 0xFF
    (copy / name).write_bytes(bytes(data))
    with pytest.raises(PackError, match=f"{name}: its sha256"):
        read_pack(copy)


def test_a_missing_table(copy: Path) -> None:
    (copy / "places.json").unlink()
    with pytest.raises(PackError, match=r"places\.json: is missing"):
        read_pack(copy)


def test_a_row_with_too_few_values_names_its_line(copy: Path) -> None:
    lines = (copy / "places.json").read_text().splitlines()
    lines[4] = '["school:1","school"],'
    (copy / "places.json").write_text("\n".join(lines))
    _allow(copy, "places.json")
    with pytest.raises(PackError, match=r"places\.json, line 5: has 2 values, not 8"):
        read_pack(copy)


def test_a_kind_of_place_that_is_not_known(copy: Path) -> None:
    text = (copy / "places.json").read_text()
    (copy / "places.json").write_text(text.replace('"school",', '"castle",', 1))
    _allow(copy, "places.json")
    with pytest.raises(PackError, match=r"places\.json.*castle"):
        read_pack(copy)


def test_an_array_file_without_a_column(copy: Path) -> None:
    shutil.copy(copy / "network.npz", copy / "crossings.npz")
    _allow(copy, "crossings.npz")
    with pytest.raises(PackError, match=r"crossings\.npz, field 'a': is missing"):
        read_pack(copy)


def test_an_area_without_a_name(copy: Path) -> None:
    text = (copy / "areas.geojson").read_text()
    (copy / "areas.geojson").write_text(text.replace('"aliases":', '"nombres":', 1))
    _allow(copy, "areas.geojson")
    with pytest.raises(PackError, match=r"areas\.geojson.*aliases"):
        read_pack(copy)


def test_the_network_is_read_only_when_asked_for(copy: Path) -> None:
    (copy / "network.npz").unlink()
    pack = read_pack(copy)
    assert len(pack.streets) > 0
    with pytest.raises(PackError, match=r"network\.npz: is missing"):
        _ = pack.network


def test_verify_lists_every_damaged_file(copy: Path) -> None:
    assert verify_pack(copy) == []
    (copy / "SOURCES.md").write_text("changed")
    (copy / "network.npz").unlink()
    problems = [str(problem) for problem in verify_pack(copy)]
    assert len(problems) == 2
    assert any("SOURCES.md" in problem for problem in problems)
