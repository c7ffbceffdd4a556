"""Reverse geocoding: from a point to words."""

from __future__ import annotations

from corredor.engines.textlocate import Locator

from .small_city import point


def test_corner_and_area_in_both_languages(locator: Locator) -> None:
    described = locator.describe(*point(3200, 3905))
    assert described is not None
    assert described.label["en"] == "Pershing Rd and Kedzie Ave, Brighton Park"
    assert described.label["es"] == "Pershing Rd y Kedzie Ave, Brighton Park"
    assert described.area_code == "1"


def test_area_has_its_spanish_name(locator: Locator) -> None:
    described = locator.describe(*point(4000, 2605))
    assert described is not None
    assert described.label["es"] == "26th St y Pulaski Rd, La Villita"


def test_between_corners_is_near(locator: Locator) -> None:
    described = locator.describe(*point(3800, 3300))
    assert described is not None
    assert described.label["en"].startswith("near ")
    assert described.label["es"].startswith("cerca de ")


def test_outside_is_none(locator: Locator) -> None:
    assert locator.describe(*point(9000, 3900)) is None


def test_nearest_school(locator: Locator) -> None:
    school = locator.nearest_school(*point(2800, 4300))
    assert school is not None
    assert school.name == "Shields Elementary School"
    assert 150 < school.distance_m < 300
