"""A network's own places and names added to a city."""

from __future__ import annotations

from corredor.engines.textlocate import ExtraAlias, ExtraPlace, Kind, Locator

from .small_city import point


def test_added_place_is_found_and_the_city_stays_as_it_was(locator: Locator) -> None:
    shop = ExtraPlace("added:1", "site", "Panadería Nuevo León", *point(3000, 2600), aliases=("la Nuevo León",))
    extended, unknown = locator.with_extra(places=[shop])
    found = extended.locate("están afuera de la panaderia nuevo leon")
    assert [located.label["en"] for located in found] == ["Panadería Nuevo León"]
    assert extended.locate("frente a la nuevo leon")
    assert unknown == []
    assert locator.locate("están afuera de la panaderia nuevo leon") == []


def test_added_street_alias(locator: Locator) -> None:
    extended, unknown = locator.with_extra(
        aliases=[ExtraAlias("Paseo del Sur", "S KEDZIE AVE"), ExtraAlias("La Cali", "California")]
    )
    assert extended.locate("paseo del sur y la 26")[0].label["en"] == "Kedzie Ave and 26th St"
    assert extended.locate("la cali y la 26")[0].label["en"] == "California Ave and 26th St"
    assert unknown == []


def test_misspelt_added_alias_is_mended(locator: Locator) -> None:
    extended, _ = locator.with_extra(aliases=[ExtraAlias("Robinson", "S KEDZIE AVE")])
    assert extended.locate("robnson & 26th")[0].label["en"] == "Kedzie Ave and 26th St"


def test_alias_of_an_area_and_of_a_place(locator: Locator) -> None:
    extended, unknown = locator.with_extra(
        aliases=[ExtraAlias("El Pueblito", "Little Village"), ExtraAlias("La Benito", "Benito Juarez High School")]
    )
    assert extended.locate("en el pueblito")[0].kind is Kind.AREA
    assert extended.locate("afuera de la benito")[0].label["en"] == "Benito Juarez High School"
    assert unknown == []


def test_alias_of_nothing_is_reported(locator: Locator) -> None:
    _, unknown = locator.with_extra(aliases=[ExtraAlias("x", "Nonexistent Rd")])
    assert unknown == ["Nonexistent Rd"]
