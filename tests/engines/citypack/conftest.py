"""A corner of Chicago and three OpenStreetMap cities, built once for all tests of city packs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corredor.engines.citypack.making.build import build_city
from corredor.engines.citypack.making.writer import write_pack
from corredor.engines.citypack.model import CityPack
from corredor.engines.citypack.reader import read_pack

FIXTURES = Path(__file__).parents[2] / "fixtures" / "city"
CORNER = FIXTURES / "corner"


def quiet(step: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


def build(name: str, source: Path, out: Path) -> CityPack:
    """Build a pack without its base map and read it back."""
    write_pack(build_city(name, source, quiet), out, {})
    return read_pack(out)


@pytest.fixture(scope="session")
def corner_pack(tmp_path_factory: pytest.TempPathFactory) -> CityPack:
    """Brighton Park and Little Village, from crossings and evidence."""
    return build("chicago", CORNER, tmp_path_factory.mktemp("packs") / "chicago")


@pytest.fixture(scope="session")
def osm_pack(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], CityPack]:
    """A function that builds one of the OpenStreetMap cities."""
    built: dict[str, CityPack] = {}

    def get(name: str) -> CityPack:
        if name not in built:
            built[name] = build(name, FIXTURES / "osm" / f"{name}.osm.pbf", tmp_path_factory.mktemp("packs") / name)
        return built[name]

    return get


@pytest.fixture
def corner(tmp_path: Path) -> Path:
    """A copy of the corner's raw files, to be changed by a test."""
    copy = tmp_path / "corner"
    shutil.copytree(CORNER, copy)
    return copy


def street_row(pack: CityPack, full_name: str) -> int:
    """Return the row of a street by its official name."""
    return next(row for row in range(len(pack.streets)) if pack.streets.full_name(row) == full_name)


def crossing_row(pack: CityPack, first: str, second: str) -> int:
    """Return the row of the first crossing of two streets."""
    pair = {street_row(pack, first), street_row(pack, second)}
    rows = zip(pack.crossings.a.tolist(), pack.crossings.b.tolist(), strict=True)
    return next(row for row, both in enumerate(rows) if set(both) == pair)
