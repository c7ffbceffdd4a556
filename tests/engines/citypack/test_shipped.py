"""The Chicago pack that ships: intact, complete, credited and small."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from corredor.engines.citypack.model import AreaKind, CityPack, EdgeFlag, PlaceKind
from corredor.engines.citypack.reader import read_pack, verify_pack
from corredor.packs import SHIPPED, find_pack, list_packs

from .conftest import crossing_row


@pytest.fixture(scope="module")
def chicago() -> CityPack:
    folder = find_pack("chicago")
    assert folder is not None
    return read_pack(folder)


def test_every_checksum_holds() -> None:
    assert verify_pack(SHIPPED / "chicago") == []


def test_it_holds_the_whole_city(chicago: CityPack) -> None:
    kinds = Counter(chicago.areas.kind)
    assert kinds[AreaKind.COMMUNITY_AREA] == 77
    assert kinds[AreaKind.NEIGHBOURHOOD] == 98
    places = Counter(chicago.places.kind)
    assert places[PlaceKind.SCHOOL] == 645
    assert places[PlaceKind.LIBRARY] == 81
    assert places[PlaceKind.PARK] == 571
    assert places[PlaceKind.FIRE_STATION] == 93
    assert min(places[kind] for kind in PlaceKind) > 30
    assert len(chicago.crossings) == 24_048
    assert len(set(chicago.places.id)) == len(chicago.places)
    codes = list(zip(chicago.areas.kind, chicago.areas.code, strict=True))
    assert len(set(codes)) == len(codes)


def test_most_schools_have_hours_a_program_can_read(chicago: CityPack) -> None:
    schools = [chicago.places.extra[row] for row, kind in enumerate(chicago.places.kind) if kind is PlaceKind.SCHOOL]
    timed = [extra for extra in schools if "opens" in extra]
    assert len(timed) >= 620
    assert all("06:00" <= extra["opens"] < "11:00" and "11:30" <= extra["closes"] < "18:31" for extra in timed)


def test_corners_of_the_story(chicago: CityPack) -> None:
    crossings = chicago.crossings
    for first, second, lat, lon in (
        ("S KEDZIE AVE", "W PERSHING RD", 41.8226, -87.7044),
        ("S ROCKWELL ST", "W CERMAK RD", 41.8520, -87.6905),
    ):
        row = crossing_row(chicago, first, second)
        assert (crossings.lat[row], crossings.lon[row]) == pytest.approx((lat, lon), abs=1e-4)


def test_house_numbers_follow_the_grid(chicago: CityPack) -> None:
    """Numbers grow away from State and Madison along every street, but for a few that bend."""
    crossings, streets = chicago.crossings, chicago.streets
    steps = wrong = 0
    for street in range(len(streets)):
        if streets.direction[street] not in ("N", "S") or streets.kind[street] not in ("AVE", "ST"):
            continue
        on_a, on_b = crossings.a == street, crossings.b == street
        lat = np.concatenate([crossings.lat[on_a], crossings.lat[on_b]])
        number = np.concatenate([crossings.number_a[on_a], crossings.number_b[on_b]])
        ordered = number[np.argsort(lat)] * (1 if streets.direction[street] == "N" else -1)
        steps += max(0, len(ordered) - 1)
        wrong += int((np.diff(ordered) < -20).sum())
    assert steps > 5_000
    assert wrong < 0.01 * steps


def test_network_hangs_together_and_leaves_out_expressways(chicago: CityPack) -> None:
    network = chicago.network
    assert 5_500 < network.length_m.sum() / 2000 < 6_500
    named = network.street[network.street >= 0]
    kinds = {chicago.streets.kind[row] for row in np.unique(named)}
    assert not kinds & {"EXPY", "ER", "XR", "SR", "TOLL"}
    assert ((network.flags & EdgeFlag.EXPRESSWAY) > 0).any()
    share = next(note for note in chicago.manifest.missing if note.startswith("network"))
    assert float(share.split()[1].rstrip("%")) > 98


def test_credits_and_size(chicago: CityPack) -> None:
    credits = " ".join(chicago.manifest.attribution)
    for source in ("City of Chicago", "Chicago Public Schools", "Chicago Transit Authority", "OpenStreetMap"):
        assert source in credits
    files = [chicago.root / name for name in chicago.manifest.files]
    assert sum(path.stat().st_size for path in files) < 15_000_000
    assert (chicago.root / "small-map.geojson").stat().st_size < 60_000
    assert chicago.basemap_path.is_file()
    drawn = json.loads((chicago.root / "small-map.geojson").read_text())["features"]
    assert Counter(feature["properties"]["layer"] for feature in drawn) == {"area": 77, "water": 1}


@pytest.mark.parametrize("name", ["", ".", "..", "../chicago", "chicago/..", ".hidden", "nowhere"])
def test_names_cannot_leave_the_folder_of_packs(name: str) -> None:
    assert find_pack(name) is None


def test_packs_of_an_installation_come_before_the_shipped_ones(tmp_path) -> None:
    (tmp_path / "chicago").mkdir()
    (tmp_path / "chicago" / "manifest.json").write_text("{}")
    assert find_pack("chicago", [tmp_path]) == tmp_path / "chicago"
    assert list_packs([tmp_path]) == [tmp_path / "chicago"]
    assert find_pack("chicago") == SHIPPED / "chicago"
