"""A made-up corner of a grid city, small enough to check by hand, for the tests of textlocate.

North-south streets every half mile, east-west streets by number; one diagonal; one boulevard beside its avenue;
one street with an offset; schools, a park, two areas and a neighbouring town.
"""

from __future__ import annotations

import numpy as np

from corredor.engines.textlocate import AreaTable, CrossingTable, Gazetteer, PlaceTable, StreetTable

LAT0, LON0 = 41.88205, -87.62779
NORTH_M, EAST_M = 111_195.0, 111_195.0 * 0.7444
PER_NUMBER_M = 2.0117  # 800 house numbers to the mile

NORTH_SOUTH = {
    "ASHLAND": 1600,
    "DAMEN": 2000,
    "WESTERN": 2400,
    "CALIFORNIA": 2800,
    "KEDZIE": 3200,
    "HOMAN": 3400,
    "CENTRAL PARK": 3600,
    "PULASKI": 4000,
    "CICERO": 4800,
    "ST LOUIS": 3500,
    "CARMEN": 3000,
}
EAST_WEST = {
    "CERMAK": 2200,
    "26TH": 2600,
    "31ST": 3100,
    "35TH": 3500,
    "38TH": 3800,
    "PERSHING": 3900,
    "43RD": 4300,
    "47TH": 4700,
    "51ST": 5100,
    "VICTORIA": 4500,
}
KINDS = {"CERMAK": "RD", "PERSHING": "RD", "PULASKI": "RD", "VICTORIA": "ST"}
ALIASES = {"PERSHING": ("39TH", "39TH ST"), "CERMAK": ("22ND", "22ND ST"), "CALIFORNIA": ("CALI",)}


def point(west: float, south: float) -> tuple[float, float]:
    """Return (lat, lon) of a place by its grid numbers."""
    return LAT0 - south * PER_NUMBER_M / NORTH_M, LON0 - west * PER_NUMBER_M / EAST_M


class _Builder:
    def __init__(self) -> None:
        self.streets: list[tuple[str, str, str, int, int]] = []
        self.crossings: list[tuple[int, int, float, float, int, int]] = []

    def street(self, direction: str, name: str, kind: str, low: int, high: int) -> int:
        self.streets.append((direction, name, kind, low, high))
        return len(self.streets) - 1

    def cross(self, a: int, b: int, west: float, south: float, number_a: int, number_b: int) -> None:
        self.crossings.append((a, b, *point(west, south), number_a, number_b))


def build_small_city() -> Gazetteer:
    """Return the gazetteer of the small city."""
    b = _Builder()
    down = {name: b.street("S", name, KINDS.get(name, "AVE"), 2100, 5200) for name in NORTH_SOUTH}
    over = {name: b.street("W", name, KINDS.get(name, "ST"), 1500, 4900) for name in EAST_WEST}
    places = {("38TH", "PL"): 3850}
    over_pl = {key: b.street("W", *key, 1500, 4900) for key in places}
    for name, west in NORTH_SOUTH.items():
        for other, south in EAST_WEST.items():
            if (name, other) not in {("CICERO", "51ST"), ("HOMAN", "43RD")}:
                b.cross(down[name], over[other], west, south, south, west)
        if west <= 2400:
            b.cross(down[name], over_pl["38TH", "PL"], west, 3850, 3850, west)
    archer = b.street("S", "ARCHER", "AVE", 2000, 5200)
    for south in range(3100, 5101, 200):  # a diagonal: 2 west for every south
        west = 1600 + (south - 3100) * 1.2
        nearest = min(EAST_WEST, key=lambda name: abs(EAST_WEST[name] - south))
        b.cross(archer, over[nearest], west, EAST_WEST[nearest], south, int(west))
    north = b.street("N", "KEDZIE", "AVE", 1, 6000)
    for number, name in ((800, "CHICAGO"), (1600, "NORTH"), (2400, "FULLERTON")):
        row = b.street("W", name, "AVE", 1, 6000)
        b.cross(north, row, 3200, -number, number, 3200)
    return Gazetteer(
        city="Smallville",
        streets=_street_table(b),
        crossings=_crossing_table(b),
        areas=_areas(),
        places=_places(),
        towns=_table([("town:cicero", "town", "Cicero", point(5600, 2600))]),
        outline=_box(1400, 5000, -3000, 5400),
    )


def _street_table(b: _Builder) -> StreetTable:
    direction, name, kind, low, high = zip(*b.streets, strict=True)
    return StreetTable(
        direction=direction,
        name=name,
        kind=kind,
        suffix=[""] * len(name),
        title=[_title(f"{street[1]} {street[2]}") for street in b.streets],
        aliases=[ALIASES.get(street[1], ()) if street[0] != "N" else () for street in b.streets],
        low=np.array(low, dtype=np.int32),
        high=np.array(high, dtype=np.int32),
    )


def _title(name: str) -> str:
    return " ".join(word.lower() if word[0].isdigit() else word.capitalize() for word in name.split())


def _crossing_table(b: _Builder) -> CrossingTable:
    columns = list(zip(*b.crossings, strict=True))
    ints = [np.array(columns[k], dtype=np.int32) for k in (0, 1, 4, 5)]
    return CrossingTable(ints[0], ints[1], np.array(columns[2]), np.array(columns[3]), ints[2], ints[3])


def _box(east: float, west: float, north: float, south: float) -> list[list[np.ndarray]]:
    corners = [(east, north), (west, north), (west, south), (east, south), (east, north)]
    return [[np.array([point(w, s)[::-1] for w, s in corners])]]


def _areas() -> AreaTable:
    rows = [
        ("1", "Brighton Park", "Brighton Park", ("Brighton",), (2400, 3600, 3700, 4800)),
        ("2", "Little Village", "La Villita", ("South Lawndale", "La 26"), (2800, 4600, 2100, 3600)),
    ]
    middle = [point((east + west) / 2, (north + south) / 2) for *_, (east, west, north, south) in rows]
    return AreaTable(
        code=[row[0] for row in rows],
        name=[row[1] for row in rows],
        names=[{"en": row[1], "es": row[2]} for row in rows],
        aliases=[row[3] for row in rows],
        rank=[0, 0],
        lat=np.array([lat for lat, _ in middle]),
        lon=np.array([lon for _, lon in middle]),
        rings=[_box(*row[4]) for row in rows],
    )


def _places() -> PlaceTable:
    return _table(
        [
            ("school:1", "school", "Benito Juarez High School", point(1600, 2300)),
            ("school:2", "school", "Shields Elementary School", point(2700, 4350)),
            ("school:3", "school", "Hamilton Elementary School", point(1700, 3300)),
            ("school:4", "school", "Hamilton High School", point(4500, 4900)),
            ("park:1", "park", "Piotrowski Park", point(4200, 3100)),
            ("station:1", "station", "Pulaski (Orange) station", point(4000, 5050)),
        ]
    )


def _table(rows: list[tuple[str, str, str, tuple[float, float]]]) -> PlaceTable:
    return PlaceTable(
        id=[row[0] for row in rows],
        kind=[row[1] for row in rows],
        name=[row[2] for row in rows],
        aliases=[()] * len(rows),
        lat=np.array([row[3][0] for row in rows]),
        lon=np.array([row[3][1] for row in rows]),
    )
