"""Circles on the desk's map have the radius used for matching."""

from __future__ import annotations

import pytest

from corredor.engines.geo.earth import distance_m
from corredor.web.desk.present.map import circle


@pytest.mark.parametrize("centre", [(41.8226, -87.7044), (60.17, 24.94), (-33.45, -70.67)])
@pytest.mark.parametrize("radius_m", [100, 800, 5000])
def test_a_circle_is_drawn_where_the_messages_go(centre: tuple[float, float], radius_m: int) -> None:
    shape = circle(*centre, radius_m, kind="reach")
    ring = shape["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 49
    for lon, lat in ring:
        assert distance_m(centre, (lat, lon)) == pytest.approx(radius_m, rel=0.001, abs=0.2)
    assert shape["properties"] == {"kind": "reach"}
