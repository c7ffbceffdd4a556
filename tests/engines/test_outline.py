"""User-supplied outlines: any common GeoJSON wrapping is read; others are refused with one clear reason."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.outline import (
    FARTHEST_CORNER_M,
    LONGEST_TEXT,
    MOST_CORNERS,
    OutlineWrong,
    Wrong,
    read_outline,
    write_outline,
)

LAT, LON = 41.8141, -87.7012
SQUARE = [[-87.705, 41.812], [-87.697, 41.812], [-87.697, 41.818], [-87.705, 41.818]]
CLOSED = [*SQUARE, SQUARE[0]]
RING = tuple((lat, lon) for lon, lat in CLOSED)


def read(document, **more):
    text = document if isinstance(document, str) else json.dumps(document)
    return read_outline(text, **{"lat": LAT, "lon": LON, "within_m": 1600.0, **more})


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def shifted(corners, east=0.0, north=0.0):
    return [[lon + east, lat + north] for lon, lat in corners]


@pytest.mark.parametrize(
    "document",
    [
        polygon(CLOSED),
        polygon(SQUARE),
        polygon([[*corner, 182.5] for corner in CLOSED]),
        polygon([corner for corner in CLOSED for _ in range(2)]),
        {"type": "Feature", "properties": {"school_nm": "SHIELDS"}, "geometry": polygon(CLOSED)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(CLOSED)}]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0, 0]}, polygon(CLOSED)]},
        {"type": "MultiPolygon", "coordinates": [[CLOSED]]},
    ],
    ids=["polygon", "not-closed", "heights", "doubled", "feature", "collection", "geometries", "multi"],
)
def test_the_same_area_in_every_wrapping_is_the_same_ring_and_nothing_else(document):
    assert read(document) == (RING,)


def test_two_parts_stay_two_and_come_out_as_they_went_in():
    parts = [[CLOSED], [shifted(CLOSED, east=0.01)]]
    rings = read({"type": "MultiPolygon", "coordinates": parts})
    assert len(rings) == 2
    assert read(write_outline(rings)) == rings
    assert read(write_outline(rings[:1])) == rings[:1]


def circle(corners, metres):
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    narrow = math.cos(math.radians(LAT))
    return [
        [LON + metres * math.cos(turn) / (111_195 * narrow), LAT + metres * math.sin(turn) / 111_195] for turn in turns
    ]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("", Wrong.EMPTY),
        ("   \n", Wrong.EMPTY),
        (" " * LONGEST_TEXT + "{}", Wrong.TOO_LONG),
        ("41.8, -87.7", Wrong.NOT_JSON),
        ("[" * 60_000, Wrong.NOT_JSON),
        ("null", Wrong.NO_AREA),
        ([], Wrong.NO_AREA),
        ({"type": "Point", "coordinates": [LON, LAT]}, Wrong.NO_AREA),
        ({"type": "FeatureCollection", "features": []}, Wrong.NO_AREA),
        ({"type": "Feature", "geometry": None}, Wrong.NO_AREA),
        ({"type": "Polygon", "coordinates": []}, Wrong.NOT_NUMBERS),
        ({"type": "Polygon"}, Wrong.NOT_NUMBERS),
        ({"type": "MultiPolygon", "coordinates": [[]]}, Wrong.NOT_NUMBERS),
        (polygon("ring"), Wrong.NOT_NUMBERS),
        (polygon([["a", "b"], *SQUARE]), Wrong.NOT_NUMBERS),
        (polygon([[True, False], *SQUARE]), Wrong.NOT_NUMBERS),
        (polygon([[10**400, 41.8], *SQUARE]), Wrong.NOT_NUMBERS),
        (polygon([[-87.7], *SQUARE]), Wrong.NOT_NUMBERS),
        ('{"type": "Polygon", "coordinates": [[[NaN, 41.8], [-87.7, 41.8], [-87.7, 41.81]]]}', Wrong.NOT_NUMBERS),
        ('{"type": "Polygon", "coordinates": [[[Infinity, 41.8], [-87.7, 41.8], [-87.7, 41.81]]]}', Wrong.NOT_NUMBERS),
        (polygon(SQUARE[:2]), Wrong.TOO_FEW_CORNERS),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0]]), Wrong.TOO_FEW_CORNERS),
        (polygon(circle(MOST_CORNERS + 1, 900)), Wrong.TOO_MANY_CORNERS),
        ({"type": "MultiPolygon", "coordinates": [[CLOSED]] * 11}, Wrong.TOO_MANY_PARTS),
        (polygon(CLOSED, [[-87.702, 41.814], [-87.700, 41.814], [-87.700, 41.816], [-87.702, 41.814]]), Wrong.HOLE),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[3], SQUARE[2]]), Wrong.CROSSES_ITSELF),
        ({"type": "MultiPolygon", "coordinates": [[CLOSED], [shifted(CLOSED, east=0.004)]]}, Wrong.PARTS_OVERLAP),
        (polygon([[lat, lon] for lon, lat in CLOSED]), Wrong.SWAPPED),
        (polygon(shifted(CLOSED, north=0.2)), Wrong.TOO_FAR),
        (polygon(shifted(CLOSED, east=0.03)), Wrong.TOO_FAR),
        (polygon(circle(30, FARTHEST_CORNER_M + 100)), Wrong.TOO_LARGE),
        (polygon(circle(6, 20)), Wrong.TOO_SMALL),
        (polygon([SQUARE[0], SQUARE[1], [-87.701, 41.812]]), Wrong.CROSSES_ITSELF),
    ],
)
def test_what_is_wrong_is_said_by_one_reason(document, why):
    with pytest.raises(OutlineWrong) as refused:
        read(document)
    assert refused.value.why is why


def test_as_many_corners_as_are_allowed_are_taken():
    (ring,) = read(polygon(circle(MOST_CORNERS, 900)))
    assert len(ring) == MOST_CORNERS + 1


def test_every_reason_is_met_above():
    (table,) = test_what_is_wrong_is_said_by_one_reason.pytestmark
    assert {why for _, why in table.args[1]} == set(Wrong)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.just(SQUARE),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "features", "geometries"]),
            inner | st.sampled_from(["Polygon", "MultiPolygon", "Feature"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_anything_else_is_an_area_or_one_of_the_reasons(document):
    try:
        rings = read(json.dumps(document))
    except OutlineWrong:
        return
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
