"""Added places and names are found at once, and no longer after removal."""

from __future__ import annotations

import pytest

from corredor.places import actions, errors, queries
from tests.factories import NOW, make_user

BAKERY = (41.8440, -87.7130)


@pytest.fixture
def steward(db):
    return make_user("Steward")


def add_bakery(steward):
    name, others = "Panadería El Trigal Dorado", ["El Trigal Dorado"]
    lat, lon = BAKERY
    return actions.add_place(city="chicago", name=name, other_names=others, lat=lat, lon=lon, by=steward, now=NOW)


def find(text: str) -> list[str]:
    return [located.label["en"] for located in queries.get_live_locator("chicago").locate(text)]


def test_added_place_is_found_until_it_is_removed(steward) -> None:
    text = "estan afuera de la panaderia el trigal dorado"
    assert find(text) == []
    place = add_bakery(steward)
    assert find(text) == ["Panadería El Trigal Dorado"]
    assert actions.remove_place(place_id=place.pk, now=NOW)
    assert find(text) == []
    assert not actions.remove_place(place_id=place.pk, now=NOW)


def test_alias_of_a_street_until_it_is_removed(steward) -> None:
    alias = actions.add_alias(city="chicago", street="S KEDZIE AVE", alias="Avenida Zapatista", by=steward, now=NOW)
    assert find("avenida zapatista y la 26") == ["Kedzie Ave and 26th St"]
    assert actions.remove_alias(alias_id=alias.pk, now=NOW)
    assert find("avenida zapatista y la 26") != ["Kedzie Ave and 26th St"]


def test_refusals(steward) -> None:
    with pytest.raises(errors.UnknownTarget, match="Nowhere"):
        actions.add_alias(city="chicago", street="Nowhere Blvd", alias="La Nada", by=steward, now=NOW)
    with pytest.raises(errors.OutsideTheCity):
        actions.add_place(city="chicago", name="Lejos", other_names=[], lat=42.5, lon=-88.5, by=steward, now=NOW)
    for name in ("", "   ", "-", "x"):
        with pytest.raises(errors.NamelessPlace):
            actions.add_place(
                city="chicago", name=name, other_names=[], lat=BAKERY[0], lon=BAKERY[1], by=steward, now=NOW
            )
    assert queries.list_added_places(city="chicago") == []
    assert queries.list_aliases(city="chicago") == []


def test_other_cities_do_not_see_it(steward) -> None:
    actions.add_alias(city="chicago", street="S KEDZIE AVE", alias="La Kedz", by=steward, now=NOW)
    assert queries.list_aliases(city="portland") == []
