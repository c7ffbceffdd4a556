"""Typical texts and their expected places, in a city small enough to check by hand."""

from __future__ import annotations

import pytest

from corredor.engines.textlocate import Context, Kind, Located, Locator, OpenSpot

from .small_city import point


def one(locator: Locator, text: str) -> Located:
    found = locator.locate(text)
    assert len(found) == 1, [located.label["en"] for located in found]
    return found[0]


def apart_m(located: Located, west: float, south: float) -> float:
    lat, lon = point(west, south)
    assert located.lat is not None
    assert located.lon is not None
    return float(((located.lat - lat) ** 2 + ((located.lon - lon) * 0.7444) ** 2) ** 0.5 * 111_195)


CORNERS = [
    ("agentes en la 39 y kedzie, echaron gas", 3200, 3900),
    ("Kedzie & Pershing", 3200, 3900),
    ("PERSHING AND KEDZIE", 3200, 3900),
    ("kedzie/39th", 3200, 3900),
    ("39th @ Kedzie", 3200, 3900),
    ("la esquina de Kedzie con Pershing", 3200, 3900),
    ("Kedzie esquina con la 39", 3200, 3900),
    ("thirty ninth and kedzie", 3200, 3900),
    ("la treinta y nueve y kedzie", 3200, 3900),
    ("la veintiséis y california", 2800, 2600),
    ("la 26 con la california", 2800, 2600),
    ("calle 26 y avenida California", 2800, 2600),
    ("twenty-sixth and California Avenue", 2800, 2600),
    ("26th and Cali", 2800, 2600),
    ("S Kedzie Ave & W 43rd St", 3200, 4300),
    ("W. 43rd St. and S. Kedzie Ave.", 3200, 4300),
    ("22nd y western", 2400, 2200),
    ("Cermak on the corner of Western", 2400, 2200),
    ("on Pulaski right by 47th street there are three vans", 4000, 4700),
    ("central park y la 31", 3600, 3100),
    ("st louis and 26th", 3500, 2600),
    ("saint louis & 26th", 3500, 2600),
    ("kedsie y la 39", 3200, 3900),
    ("quedsi con 43", 3200, 4300),
    ("calfornia and 26th", 2800, 2600),
    ("pulasky & 31st", 4000, 3100),
    ("guestern y pershin", 2400, 3900),
    ("Kedzi e& Pershing", 3200, 3900),
    ("39th kedzie agents", 3200, 3900),
    ("um they are like at uh 43rd and and kedzie", 3200, 4300),
    ("esté o sea ahí en la 47 pues y california", 2800, 4700),
    ("hay migra at 26th con Ashland bro", 1600, 2600),
]


@pytest.mark.parametrize(("text", "west", "south"), CORNERS)
def test_corner(locator: Locator, text: str, west: float, south: float) -> None:
    located = one(locator, text)
    assert located.kind is Kind.CROSSING
    assert apart_m(located, west, south) < 60
    assert located.confidence > 0.8


def test_answer_says_where_in_the_text_and_in_both_languages(locator: Locator) -> None:
    text = "agentes en la 39 y kedzie, echaron gas"
    located = one(locator, text)
    assert located.label == {"en": "Pershing Rd and Kedzie Ave", "es": "Pershing Rd y Kedzie Ave"}
    assert text[slice(*located.span)] == located.words
    assert "39 y kedzie" in located.words


@pytest.mark.parametrize(
    ("text", "west", "south"),
    [
        ("4300 S Kedzie", 3200, 4300),
        ("4450 south kedzie ave", 3200, 4450),
        ("frente al 2600 sur california", 2800, 2600),
        ("avenida Ashland número 4700 sur", 1600, 4700),
        ("Kedzie #4300 sur", 3200, 4300),
        ("3200 W 26th St", 3200, 2600),
        ("2640 west twenty sixth", 2640, 2600),
    ],
)
def test_house_number(locator: Locator, text: str, west: float, south: float) -> None:
    located = one(locator, text)
    assert located.kind in (Kind.HOUSE, Kind.RELATIVE)
    assert apart_m(located, west, south) < 60


def test_house_number_that_the_street_lacks_is_asked_for(locator: Locator) -> None:
    located = one(locator, "9900 S Kedzie")
    assert not located.has_point
    assert located.question is not None
    assert "9900" in located.question["es"]


def test_number_without_direction_on_both_sides_asks_which(locator: Locator) -> None:
    located = one(locator, "cuadra 2200 de Kedzie")
    assert located.kind is Kind.BLOCK
    assert located.confidence < 0.6
    assert located.question is not None
    assert len(located.alternatives) == 1


@pytest.mark.parametrize("text", ["4300 block of S Kedzie", "cuadra 4300 sur de Kedzie", "el bloque 4300 de la kedzie"])
def test_block(locator: Locator, text: str) -> None:
    located = one(locator, text)
    assert located.kind is Kind.BLOCK
    assert apart_m(located, 3200, 4350) < 60
    assert located.radius_m >= 100


@pytest.mark.parametrize(
    "text",
    [
        "Kedzie between 43rd and 47th",
        "entre la 43 y la 47 en la Kedzie",
        "between 43rd and 47th on Kedzie",
        "ON S KEDZIE AVE FROM W 43RD ST (4300 S) TO W 47TH ST (4700 S)",
    ],
)
def test_stretch(locator: Locator, text: str) -> None:
    located = one(locator, text)
    assert located.kind is Kind.STRETCH
    assert apart_m(located, 3200, 4500) < 60
    assert located.label["es"] == "Kedzie Ave entre 43rd St y 47th St"


@pytest.mark.parametrize(
    ("text", "west", "south"),
    [
        ("two blocks south of 39th and Kedzie", 3200, 4060),
        ("a dos cuadras al sur de la 39 y kedzie", 3200, 4060),
        ("one block west of 26th & Western", 2480, 2600),
        ("a una cuadra de la 26 y Western", 2400, 2600),
    ],
)
def test_blocks_away(locator: Locator, text: str, west: float, south: float) -> None:
    located = one(locator, text)
    assert located.kind is Kind.RELATIVE
    assert apart_m(located, west, south) < 40
    assert located.radius_m > 100
    assert located.question is not None


@pytest.mark.parametrize("text", ["behind the church on 26th and Western", "cerca de la 26 y western"])
def test_beside(locator: Locator, text: str) -> None:
    located = one(locator, text)
    assert apart_m(located, 2400, 2600) < 40


def test_heading(locator: Locator) -> None:
    for text in (
        "heading north on Kedzie from 38th",
        "38th and Kedzie heading north",
        "van hacia el norte por la Kedzie desde la 38",
    ):
        located = one(locator, text)
        assert located.kind is Kind.MOVEMENT, text
        assert located.movement is not None
        assert located.movement.heading == "N"
        assert apart_m(located, 3200, 3800) < 60


def test_from_one_corner_to_another(locator: Locator) -> None:
    for text in (
        "they moved from 39th and Kedzie to 26th and California",
        "se fueron de la 39 y kedzie a la 26 y california",
    ):
        located = one(locator, text)
        assert located.kind is Kind.MOVEMENT, text
        assert apart_m(located, 3200, 3900) < 60
        assert located.movement is not None
        assert located.movement.end is not None
        assert located.movement.end_label == {"en": "26th St and California Ave", "es": "26th St y California Ave"}


def test_two_places_come_in_the_order_of_the_text(locator: Locator) -> None:
    found = locator.locate("first at 47th and Western, now at 26th and Kedzie")
    assert [located.label["en"] for located in found] == ["47th St and Western Ave", "26th St and Kedzie Ave"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("afuera de la escuela Benito Juárez", "Benito Juarez High School"),
        ("agents outside Juarez high school", "Benito Juarez High School"),
        ("la escuela Shields", "Shields Elementary School"),
        ("parque Piotrowski", "Piotrowski Park"),
        ("en la estacion Pulaski", "Pulaski (Orange) station"),
    ],
)
def test_named_place(locator: Locator, text: str, label: str) -> None:
    located = one(locator, text)
    assert located.kind in (Kind.PLACE, Kind.RELATIVE)
    assert label in located.label["en"]


def test_two_schools_of_one_name_ask_which(locator: Locator) -> None:
    located = one(locator, "outside Hamilton school")
    assert located.confidence < 0.7
    assert len(located.alternatives) == 1
    assert located.question is not None
    assert "Hamilton High School" in located.question["en"]


def test_area_is_wide_and_asks_where(locator: Locator) -> None:
    located = one(locator, "hay mucha migra en la villita")
    assert located.kind is Kind.AREA
    assert located.label == {"en": "Little Village", "es": "La Villita"}
    assert located.radius_m > 1000
    assert located.question is not None


def test_area_beside_a_corner_is_one_place(locator: Locator) -> None:
    located = one(locator, "39 y kedzie en Brighton Park")
    assert located.kind is Kind.CROSSING


@pytest.mark.parametrize("text", ["hay agentes en la Kedzie", "on 26th street", "por la Western", "I am on Pulaski Rd"])
def test_single_street_is_never_a_point(locator: Locator, text: str) -> None:
    located = one(locator, text)
    assert located.kind is Kind.STREET
    assert not located.has_point
    assert located.question is not None
    assert "?" in located.question["es"]


@pytest.mark.parametrize("text", ["they are in Cicero", "hay migra en Cicero", "en cicero, illinois"])
def test_neighbouring_town_is_named(locator: Locator, text: str) -> None:
    located = one(locator, text)
    assert located.kind is Kind.OUTSIDE
    assert located.outside == "Cicero"
    assert not located.has_point


def test_town_and_avenue_of_one_name(locator: Locator) -> None:
    assert one(locator, "Cicero and 26th").kind is Kind.CROSSING


def test_streets_that_run_side_by_side_do_not_meet(locator: Locator) -> None:
    found = locator.locate("agents on Kedzie Ave and Western Ave")
    assert all(not located.has_point or located.confidence < 0.5 for located in found)


def test_corner_the_city_does_not_list_is_given_with_doubt(locator: Locator) -> None:
    located = one(locator, "Homan & 43rd")
    assert located.has_point
    assert located.confidence < 0.8
    assert located.question is not None
    assert apart_m(located, 3400, 4300) < 60


NO_PLACE = [
    "",
    "   ",
    "hola buenas tardes",
    "is this the hotline?",
    "call me at 773-555-0139",
    "mi número es (312) 555 0188",
    "black Tahoe plate AB 39 201",
    "placas BK47 882",
    "there were 39 people and 26 cars",
    "llegaron 47 agentes",
    "mi prima Carmen ya está en casa",
    "my friend Victoria and Carmen are safe",
    "se llama Carmen, tiene 26 años",
    "la reunión es a las 3 y media",
    "the meeting is on 10/4 at 7pm",
    "nos vemos el 26 de octubre",
    "ruta 47, no pasa",
    "room 26 on the second floor",
    "fue a dos cuadras de mi casa",
    "se fueron para el norte",
    "Привет, где они?",
    "帮助我们",
    "مرحبا هل هناك خطر",
    "🙏🙏🙏",
    "26",
    "555",
    "https://example.org/map?x=41.8&y=-87.7",
    "41.8226, -87.7044",
]


@pytest.mark.parametrize("text", NO_PLACE)
def test_no_place(locator: Locator, text: str) -> None:
    assert [located for located in locator.locate(text) if located.has_point and located.confidence >= 0.3] == []


def test_ten_places(locator: Locator) -> None:
    corners = [f"{a} and {b}" for a in ("26th", "31st", "35th", "43rd", "47th") for b in ("Kedzie", "Western")]
    found = locator.locate("; ".join(corners))
    assert len(found) == 10


def test_context_raises_one_reading_and_says_so(locator: Locator) -> None:
    text = "cuadra 2200 de Kedzie"
    for context in (
        Context(point=point(3200, 2450)),
        Context(open_spots=(OpenSpot(*point(3200, 2500), {"en": "25th", "es": "la 25"}),)),
        Context(area="La Villita"),
    ):
        located = locator.locate(text, context=context)[0]
        assert located.label["en"] == "2200 block of S Kedzie Ave"
        assert located.because is not None
        assert located.confidence > 0.6
    north = locator.locate(text, context=Context(point=point(3200, -2450)))[0]
    assert north.label["en"] == "2200 block of N Kedzie Ave"


def test_context_never_invents_a_place(locator: Locator) -> None:
    assert locator.locate("hola", context=Context(point=point(3200, 3900), area="La Villita")) == []


def test_short_way_and_long_way_agree(locator: Locator) -> None:
    for text, _, _ in CORNERS:
        assert locator.locate(text) == locator.read(text)


def test_same_text_same_answer(locator: Locator) -> None:
    text = "two blocks south of kedsie and 39th, then heading north, 4300 S Western"
    assert locator.locate(text) == locator.locate(text)


def test_batch_gives_the_surest_point_of_each(locator: Locator) -> None:
    found = locator.locate_batch(["hola", "en la villita, 26th and Kedzie", "on Kedzie"])
    assert found[0] is None
    assert found[1] is not None
    assert found[1].kind is Kind.CROSSING
    assert found[2] is None


def test_to_dict_is_plain(locator: Locator) -> None:
    plain = one(locator, "39 y kedzie").to_dict()
    assert plain["kind"] == "CROSSING"
    assert plain["label"] == {"en": "Pershing Rd and Kedzie Ave", "es": "Pershing Rd y Kedzie Ave"}
    assert plain["question"] is None
