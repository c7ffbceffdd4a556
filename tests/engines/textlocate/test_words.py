"""Tokens, numbers and non-places: the stages before any street is looked up."""

from __future__ import annotations

import pytest

from corredor.engines.textlocate.fuzzy import build_near_names, find_longer, find_near
from corredor.engines.textlocate.mask import mask
from corredor.engines.textlocate.numerals import other_ordinal, spell_number
from corredor.engines.textlocate.sound import sound_key
from corredor.engines.textlocate.tokens import fold, key_words, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("39th", ["39"]),
        ("la 39ª", ["la", "39"]),
        ("thirty ninth", ["39"]),
        ("thirty-nine", ["39"]),
        ("treinta y nueve y kedzie", ["39", "y", "kedzie"]),
        ("la veinte y seis", ["la", "26"]),
        ("la veintiséis", ["la", "26"]),
        ("dieciocho", ["18"]),
        ("one hundred and third", ["103"]),
        ("one oh three", ["103"]),
        ("one eleventh", ["111"]),
        ("ciento tres", ["103"]),
        ("forty one hundred", ["4100"]),
        ("tres mil doscientos", ["3200"]),
        ("twenty six forty", ["2640"]),
        ("once they left one of them", ["once", "they", "left", "one", "of", "them"]),
        ("forty seven and ashland", ["47", "and", "ashland"]),
        ("Avenida Kedzie", ["ave", "kedzie"]),
        ("S. Kedzie Ave.", ["s", "kedzie", "ave"]),
        ("St. Louis", ["st", "louis"]),
        ("O'Hare", ["ohare"]),
        ("ÁRBOL ñandú", ["arbol", "nandu"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokenize(text).word == words


def test_words_remember_where_they_stood() -> None:
    text = "en la treinta y nueve, ¡ya!"
    tokens = tokenize(text)
    number = tokens.word.index("39")
    assert text[tokens.start[number] : tokens.end[number]] == "treinta y nueve"


def test_key_words_are_the_words_of_a_text_without_signs() -> None:
    for name in (
        "63rd St.",
        "Dr. Martin Luther King, Jr. Dr",
        "O'Hare (Blue)",
        "Twenty-Second",
        "Śródmieście 5º",
        "100º",
    ):
        assert key_words(name) == [word for word in tokenize(name).word if word[0].isalnum()], name


def test_fold() -> None:
    assert fold("Peña ÄÖ Øst") == "pena ao ost"


@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        (7, {"seventh", "siete"}),
        (12, {"twelfth", "doce"}),
        (20, {"twentieth", "veinte"}),
        (26, {"twentysixth", "veintiseis", "veinteyseis"}),
        (39, {"thirtyninth", "treintaynueve"}),
        (111, set()),
    ],
)
def test_spelt_numbers(number: int, spelt: set[str]) -> None:
    assert set(spell_number(number)) == spelt


def test_first_to_ninth_both_ways() -> None:
    assert other_ordinal("fifth") == "5"
    assert other_ordinal("5") == "fifth"
    assert other_ordinal("kedzie") == other_ordinal("15") == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 773-555-9139 now", "7735559139"),
        ("(312) 555 1188", "3125551188"),
        ("at 3:15 pm", "315pm"),
        ("el 26 de octubre", "26"),
        ("October 18", "18"),
        ("39 people", "39"),
        ("26 agentes", "26"),
        ("plate FP 120 443", "120443"),
        ("placa CM 31", "31"),
        ("ABC1234", "abc1234"),
        ("Officer Jackson said", "jackson"),
        ("se llama Carmen", "carmen"),
        ("$39", "$39"),
        ("tiene 47 años", "47"),
    ],
)
def test_what_is_no_place_is_masked(text: str, masked: str) -> None:
    tokens = tokenize(text)
    mask(tokens)
    hidden = "".join(word for word, hide in zip(tokens.plain, tokens.masked, strict=True) if hide)
    assert masked.strip("$") in "".join(c for c in hidden if c.isalnum())


@pytest.mark.parametrize(
    "text", ["la 39 y kedzie", "26th and California", "a la 47", "calle 18", "W 39TH ST", "AT 47TH AND ASHLAND"]
)
def test_streets_are_not_masked(text: str) -> None:
    tokens = tokenize(text)
    mask(tokens)
    assert not any(tokens.masked)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("kedsie", "kedzie"),
        ("quedsi", "kedzie"),
        ("guestern", "western"),
        ("pulasky", "pulaski"),
        ("milwaki", "milwaukee"),
        ("jalsted", "jalsted"),
    ],
)
def test_same_sound(written: str, name: str) -> None:
    assert sound_key(written) == sound_key(name)


def test_near_names_best_first() -> None:
    near = build_near_names(["kedzie", "kenzie", "pershing", "63rd", "33rd", "cottagegrove"])
    assert [name for name, _ in find_near(near, "kedzei", 1)] == ["kedzie"]
    assert [name for name, _ in find_near(near, "6rd", 1)] == ["63rd"]
    assert find_near(near, "cotagegrve", 2)[0][0] == "cottagegrove"
    assert find_near(near, "kedzie", 1)[0] == ("kedzie", 0.0)
    assert find_near(near, "zzzz", 1) == []


def test_longer_names() -> None:
    near = build_near_names(["california", "calumet", "cal", "kedzie"])
    assert find_longer(near, "cal", 5) == ["california", "calumet"]
    assert find_longer(near, "cal", 1) == []
