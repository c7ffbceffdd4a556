"""The component gallery as a fixture."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tests.servers.deadline import wait_until
from tests.servers.process import running

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def small_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base map of one tile: a street from west to east over the whole world."""
    path = tmp_path_factory.mktemp("tiles") / "city.pmtiles"
    street = {"geometry": "LINESTRING(0 2048, 4096 2048)", "properties": {"name": "Pershing Rd", "class": "major"}}
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(
            zxy_to_tileid(0, 0, 0), mapbox_vector_tile.encode([{"name": "streets", "features": [street]}])
        )
        writer.finalize(
            {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.NONE,
                "min_zoom": 0,
                "max_zoom": 0,
                "min_lon_e7": -1800000000,
                "min_lat_e7": -850000000,
                "max_lon_e7": 1800000000,
                "max_lat_e7": 850000000,
                "center_zoom": 0,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {"vector_layers": [{"id": "streets", "fields": {}}]},
        )
    return path


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory, small_map: Path) -> Iterator[str]:
    """The address of a running gallery, without the last slash."""
    log = tmp_path_factory.mktemp("gallery") / "log"
    environment = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "GALLERY_TILES": str(small_map)}
    environment["DJANGO_SETTINGS_MODULE"] = ""
    with running([sys.executable, "-m", "tests.web.gallery.serve"], log=log, environment=environment):
        yield wait_until(lambda: log.read_text().strip(), "the gallery's address").rstrip("/")
