"""The shipped pack is found by name; an unknown name gives an error that lists the existing ones."""

from __future__ import annotations

import pytest

from corredor.places.pack import UnknownCityError, build_gazetteer, get_locator, get_pack


def test_shipped_city() -> None:
    locator = get_locator("chicago")
    assert locator.city == "Chicago"
    described = locator.describe(41.8226, -87.7044)
    assert described is not None
    assert described.label["es"] == "Pershing Rd y Kedzie Ave, Brighton Park"
    assert described.area_code == "58"
    assert locator.nearest_school(41.8226, -87.7044) is not None


def test_towns_are_kept_apart_from_places() -> None:
    gazetteer = build_gazetteer(get_pack("chicago"))
    assert "town" not in gazetteer.places.kind
    assert "Cicero" in gazetteer.towns.name
    assert len(gazetteer.outline) >= 1


@pytest.mark.parametrize("name", ["atlantis", "../chicago", "", ".."])
def test_unknown_city(name: str) -> None:
    with pytest.raises(UnknownCityError, match="chicago"):
        get_pack(name)
