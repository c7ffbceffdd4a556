"""Plates, names and numbers are redacted; places and times are kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.redact import find_private, redact


@pytest.mark.parametrize(
    ("text", "gone", "why"),
    [
        ("white van plate IL AB 12345 heading north", "AB 12345", "PLATE"),
        ("placas BXK 4471, camioneta gris", "BXK 4471", "PLATE"),
        ("license plate number is 7GH221", "7GH221", "PLATE"),
        ("llame a mi hermana 773-555-0188", "773-555-0188", "PHONE"),
        ("call (312) 555 0143 now", "(312) 555 0143", "PHONE"),
        ("write to vecina.lopez@example.org", "vecina.lopez@example.org", "EMAIL"),
        ("lo subió @vecino_real", "@vecino_real", "HANDLE"),
        ("agente Ramirez me gritó", "Ramirez", "NAME"),
        ("an officer Tom Smith said so", "Tom Smith", "NAME"),
        ("se llevaron a un señor llamado Juan de la Cruz", "Juan de la Cruz", "NAME"),
        ("badge number 48213", "48213", "BADGE"),
    ],
)
def test_what_points_at_a_person_goes(text, gone, why):
    clean, found = redact(text, language="en")

    assert [(text[one.start : one.end], one.why) for one in found] == [(gone, why)]
    assert gone not in clean
    assert "left out]" in clean


@pytest.mark.parametrize(
    "text",
    [
        "agentes en la 39 y Kedzie, echaron gas",
        "4100 block of S Archer Ave at 11:05",
        "5 SUVs, about 20 agents, black vests, Border Patrol",
        "entre Rockwell y Cermak, cuadra 2600 W",
        "3 vans since 7:30, near school at 3231 S Springfield Ave 60623",
        "",
    ],
)
def test_places_sizes_and_times_stay(text):
    assert redact(text, language="es") == (text, [])


def test_a_street_with_a_persons_name_stays():
    assert redact("officer near Don Sloan Park", language="en", places={"Sloan Park"})[1] == []


def test_marks_are_in_the_readers_language():
    assert redact("placa AB 12345", language="es")[0] == "placa [placa omitida]"


@given(st.text(max_size=400))
def test_any_text_keeps_its_order_and_length_outside_the_marks(text):
    found = find_private(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_long_hostile_text_is_read_in_linear_work():
    find_private("plate " * 2000 + "A" * 20_000 + " @" * 5000)


# -- every word and every form, one by one -----------------------------------------------------------------------------


def gone(text):
    return [(text[one.start : one.end], one.why) for one in find_private(text)]


@pytest.mark.parametrize(
    "said",
    "license plate|license plates|licence plate|lic plate|lic. plate|lic plates|plate|plates|tag|tags|placa|placas|"
    "matricula|matrícula|matrículas|tablilla|tablillas|Placa|PLATE".split("|"),
)
def test_words_before_a_plate(said):
    for text in (f"van {said} 7GHK2", f"van {said}: #7GHK2", f"van {said} es 7GHK2"):
        assert gone(text) == [("7GHK2", "PLATE")], text


@pytest.mark.parametrize(
    "between",
    "número|numero|number|no.|no|num.|num|is|es|de|del|IL|Illinois|number is|no. IL|número: es|no.".split("|"),
)
def test_words_between_a_plate_and_its_word(between):
    assert gone(f"plate {between} 7GHK2 went north") == [("7GHK2", "PLATE")]


@pytest.mark.parametrize(
    "plate",
    [
        "A 1",
        "A-1",
        "A1",
        "ABC 12345",
        "ABC-12345XY",
        "1234AB",
        "1A",
        "1234 ABC",
        "1234-ABC-4321",
        "1ABC 4",
        "AB1",
        "A1234567",
        "ABCDEFG1",
        "XY1Z",
    ],
)
def test_plates_after_their_word_in_any_form(plate):
    assert gone(f"plate {plate}, a van") == [(plate, "PLATE")]
    assert gone(f"placa {plate.lower()}") == [(plate.lower(), "PLATE")]


@pytest.mark.parametrize(
    "plate",
    [
        "AB 12345",
        "AB-12345",
        "AB12345",
        "ABC 123",
        "ABC-1234",
        "ABC1234",
        "123 ABC",
        "123-ABC",
        "123ABC",
        "A12 3456",
        "A12-3456",
        "A123456",
        "G12 3456",
        "G12-34567",
        "G1234567Q",
        "G12 34567Q",
    ],
)
def test_plates_without_a_word(plate):
    assert gone(f"seen {plate} twice") == [(plate, "PLATE")]


@pytest.mark.parametrize(
    "title",
    "agente|agent|officer|oficial|ofc|ofc.|sgt|sgt.|sargento|sergeant|lt|lt.|detective|deputy|señor|senor|señora|"
    "señorita|senora|sr|sr.|sra|sra.|srta|srta.|mr|mr.|mrs|mrs.|ms|ms.|don|doña|dona|named|called|name is|se llama|"
    "llamado|llamada|nombre es|de nombre|badge name|AGENT|Se Llama".split("|"),
)
def test_words_before_a_name(title):
    assert gone(f"un {title} Ramirez ahí") == [("Ramirez", "NAME")]


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "Tom Smith",
        "Juan de la Cruz",
        "Juan del Valle",
        "Juan de Leon",
        "Ana-Maria Ñúñez",
        "Óscar Güell",
        "Juan Carlos Perez Lopez",
        "Maria de la Luz Perez del Rio",
        "Li",
    ],
)
def test_names_are_taken_whole(name):
    assert gone(f"agent {name} said so") == [(name, "NAME")]


@pytest.mark.parametrize(
    "phone",
    [
        "773-555-0188",
        "773.555.0188",
        "773 555 0188",
        "7735550188",
        "(773)555-0188",
        "(773) 555 0188",
        "+1 773 555 0188",
        "1-773-555-0188",
        "+17735550188",
        "1.773.555.0188",
    ],
)
def test_telephone_numbers_in_any_spelling(phone):
    assert gone(f"call {phone} now") == [(phone, "PHONE")]


@pytest.mark.parametrize(
    "email", ["a@b.mx", "first.last+tag@mail.example.co.uk", "a@x.aa.bb.cc.dd", "a_b-c@ex-ample.org", "A@B.COM"]
)
def test_mail_addresses(email):
    assert gone(f"write {email} today") == [(email, "EMAIL")]


@pytest.mark.parametrize("handle", ["@abc", "@_vecina", "@a.b.c", "@vecino_99", "@" + "a" * 31])
def test_handles(handle):
    assert gone(f"by {handle} today") == [(handle, "HANDLE")]


@pytest.mark.parametrize(
    "said", ["badge", "insignia", "chapa", "placa de agente", "placa de policía", "placa de policia"]
)
@pytest.mark.parametrize("number", ["12", "4821", "12345678", "ABC12345678", "A4821"])
def test_badge_numbers(said, number):
    for between in (" ", " #", ": ", " number ", " número ", " numero ", " no ", " no. "):
        assert gone(f"{said}{between}{number} there") == [(number, "BADGE")]


def test_what_only_looks_like_it_stays():
    for text in (
        "go @ab",
        "number 773-555-01888",
        "#7735550188",
        "plates are dirty",
        "tags hang",
        "AB 123456",
        "3 agents",
    ):
        assert gone(text) == [], text


def test_every_kind_has_its_mark_in_both_languages():
    text = "plate 7GHK2, 773-555-0188, a@b.mx, @vecina, agent Ramirez, badge 4821"
    assert redact(text, language="en")[0] == (
        "plate [plate left out], [phone left out], [e-mail left out], [account left out], agent [name left out], "
        "badge [number left out]"
    )
    assert redact(text, language="es")[0] == (
        "plate [placa omitida], [teléfono omitido], [correo omitido], [cuenta omitida], agent [nombre omitido], "
        "badge [número omitido]"
    )
