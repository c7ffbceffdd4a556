"""Plates, names and numbers leave a text before anybody else reads it; places and times stay."""

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
