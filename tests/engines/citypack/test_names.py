"""Street names: parsing and display form; school hours from free text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.engines.citypack.making.place_names import park_names, parse_school_hours, school_names, slug, write_words
from corredor.engines.citypack.making.recipe import read_recipe
from corredor.engines.citypack.making.street_name import (
    StreetName,
    parse_city_name,
    parse_spoken_name,
    spoken_title,
    write_title,
)

CHICAGO = read_recipe("chicago", Path())
PLAIN = read_recipe("portland", Path())


@pytest.mark.parametrize(
    ("text", "parts", "title"),
    [
        ("W PERSHING RD", ("W", "PERSHING", "RD", ""), "Pershing Rd"),
        ("S DR MARTIN LUTHER KING JR DR", ("S", "DR MARTIN LUTHER KING JR", "DR", ""), "Dr Martin Luther King Jr Dr"),
        ("W 39TH PL", ("W", "39TH", "PL", ""), "39th Pl"),
        ("S DELANO CT E", ("S", "DELANO", "CT", "E"), "Delano Ct E"),
        ("N BROADWAY", ("N", "BROADWAY", "", ""), "Broadway"),
        ("S AVENUE O", ("S", "AVENUE O", "", ""), "Avenue O"),
        ("W ST HELEN ST", ("W", "ST HELEN", "ST", ""), "St Helen St"),
        ("N MCVICKER AVE", ("N", "MCVICKER", "AVE", ""), "McVicker Ave"),
        ("W FULTON MARKET", ("W", "FULTON MARKET", "", ""), "Fulton Market"),
        ("N ST JOHNS CT", ("N", "ST JOHNS", "CT", ""), "St Johns Ct"),
    ],
)
def test_city_names(text: str, parts: tuple[str, str, str, str], title: str) -> None:
    name = parse_city_name(text, CHICAGO)
    assert (name.direction, name.name, name.kind, name.suffix) == parts
    assert name.full == text
    assert write_title(name, CHICAGO.titles) == title


@pytest.mark.parametrize(
    ("text", "parts", "title"),
    [
        ("Southeast Hawthorne Boulevard", ("SE", "HAWTHORNE", "BLVD", ""), "Hawthorne Blvd"),
        ("North Street", ("", "NORTH", "ST", ""), "North St"),
        ("East Broad Street", ("E", "BROAD", "ST", ""), "Broad St"),
        ("Mannerheimintie", ("", "MANNERHEIMINTIE", "", ""), "Mannerheimintie"),
        ("Iso Roobertinkatu", ("", "ISO ROOBERTINKATU", "", ""), "Iso Roobertinkatu"),
        ("Eteläesplanadi", ("", "ETELÄESPLANADI", "", ""), "Eteläesplanadi"),
        ("Naito Parkway", ("", "NAITO", "PKWY", ""), "Naito Pkwy"),
        ("S.E. 12th Avenue", ("SE", "12TH", "AVE", ""), "12th Ave"),
    ],
)
def test_spoken_names(text: str, parts: tuple[str, str, str, str], title: str) -> None:
    name = parse_spoken_name(text, PLAIN)
    assert (name.direction, name.name, name.kind, name.suffix) == parts
    assert spoken_title(text, name) == title


@given(st.text(max_size=40))
def test_any_text_can_be_taken_apart(text: str) -> None:
    for name in (parse_city_name(text, CHICAGO), parse_spoken_name(text, PLAIN)):
        assert isinstance(name, StreetName)
        assert isinstance(write_title(name, CHICAGO.titles), str)
        assert isinstance(spoken_title(text, name), str)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00 AM-03:00 PM", ("08:00", "15:00")),
        ("8:45  AM - 3:45  PM", ("08:45", "15:45")),
        ("8:20 AM - 3:48 AM", ("08:20", "15:48")),
        ("M - R 7:30 AM - 4:00 PM; F 9:00 AM - 2:00 PM", ("07:30", "16:00")),
        ("Mon - Thur 8AM - 4PM Fri - 8AM - 1PM", ("08:00", "16:00")),
        ("9 am - 4 pm", ("09:00", "16:00")),
        ("7:45 a.m. - 2:45 p.m.", ("07:45", "14:45")),
        ("8:15-3:15", ("08:15", "15:15")),
        ("7:45--3:16; 7:45--1:31 Wednesday", ("07:45", "15:16")),
        ("08:30AM-03-30PM", ("08:30", "15:30")),
        ("8:00  AM to 3:16 PM", ("08:00", "15:16")),
        ("8:30 AM", None),
        ("8:00am", None),
        ("", None),
        ("by appointment", None),
        ("3:15 - 5:30 PM", None),
    ],
)
def test_school_hours(text: str, hours: tuple[str, str] | None) -> None:
    assert parse_school_hours(text) == hours


@given(st.text(max_size=60))
def test_hours_from_any_text_are_hours_of_a_school_day(text: str) -> None:
    hours = parse_school_hours(text)
    assert hours is None or "06:00" <= hours[0] <= "10:30" < "11:30" <= hours[1] <= "18:30"


def test_school_names() -> None:
    assert school_names("KELLY HS", "Thomas Kelly High School", "HS") == (
        "Thomas Kelly High School",
        ["Kelly HS", "Kelly High School", "Kelly"],
    )
    assert school_names("FISHER", "", "ES") == ("Fisher Elementary School", ["Fisher"])
    assert school_names("YCCS - WEST", "", "HS")[0] == "YCCS - West High School"


@pytest.mark.parametrize(
    ("official", "name", "alias"),
    [
        ("MARQUETTE (JACQUES)", "Marquette Park", "Jacques Marquette Park"),
        ("ARMOUR (PHILIP) SQUARE", "Armour Square Park", "Philip Armour Square Park"),
        ("MELLIN (CURTIS, SR.)", "Mellin Park", "Curtis Mellin Park"),
        ("BEILFUSS (A.W.)", "Beilfuss Park", "A.W. Beilfuss Park"),
        ("KENWOOD COMM.", "Kenwood Community Park", "Kenwood Community"),
        ("MIDWAY PLAISANCE", "Midway Plaisance", None),
        ("RAINBOW BEACH", "Rainbow Beach", None),
    ],
)
def test_park_names(official: str, name: str, alias: str | None) -> None:
    got, aliases = park_names(official)
    assert got == name
    assert alias in aliases if alias else aliases == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("LITTLE VILLAGE", "Little Village"),
        ("O'HARE", "O'Hare"),
        ("MCKINLEY PARK", "McKinley Park"),
        ("BACK OF THE YARDS", "Back of the Yards"),
        ("LITTLE ITALY, UIC", "Little Italy, UIC"),
        ("West Loop", "West Loop"),
        ("4015 S ASHLAND AVE", "4015 S Ashland Ave"),
        ("110 W 47TH ST", "110 W 47th St"),
    ],
)
def test_words(text: str, written: str) -> None:
    assert write_words(text) == written


def test_slugs_are_plain() -> None:
    assert slug("Centro Médico San Rafael #2") == "centro-medico-san-rafael-2"
