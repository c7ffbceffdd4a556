"""Descriptions of the children's cells on the settings page."""

from __future__ import annotations

from math import cos, radians
from types import SimpleNamespace

import pytest

from corredor.engines import hexgrid
from corredor.web.schools.settings import _say_cell


@pytest.mark.parametrize(("lat", "lon"), [(41.8226, -87.7044), (60.17, 24.94), (28.54, -81.38)])
def test_directions_hold_at_every_latitude(lat: float, lon: float) -> None:
    school = SimpleNamespace(lat=lat, lon=lon)
    degree_m = 111_195
    for east, north, wind in ((2000, 1200, "NE"), (2000, 600, "E"), (-600, 2000, "N"), (-2000, -1200, "SW")):
        cell = hexgrid.cell_of(lat + north / degree_m, lon + east / (degree_m * cos(radians(lat))))
        metres, found = _say_cell(school, cell)
        assert metres == pytest.approx((east**2 + north**2) ** 0.5, abs=250)
        assert found == wind
