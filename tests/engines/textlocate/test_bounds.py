"""No text crashes the geocoder, takes too long, or gives confidence in what was not said."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.engines.textlocate import Locator
from corredor.engines.textlocate.tokens import MAX_CHARS

from .small_city import build_small_city

LOCATOR = Locator(build_small_city())
PIECES = [
    "kedzie",
    "39",
    "39th",
    "y",
    "la",
    "and",
    "26th",
    "(",
    ")",
    "block",
    "de",
    "to",
    "from",
    "between",
    "pershing",
    "north",
    "street",
    "ave",
    "x",
    "zzkq",
    "1234",
    "&",
    "/",
    "@",
    ",",
    ".",
    "\n",
    "entre",
    "cuadra",
    "heading",
    "norte",
    "escuela",
    "Hamilton",
    "Carmen",
    "en",
    "Cicero",
    "La Villita",
    "thirty",
    "nine",
    "treinta",
    "blocks",
    "behind",
    "#",
    "773-555-0101",
    "ABC1234",
    "é",
    "你",
    "🙏",
    "'",
    "-",
    "kedzi",
    "pershng",
    "hundred",
    "cien",
]


@given(st.text(max_size=400))
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    for located in LOCATOR.locate(text):
        assert 0 <= located.confidence < 1
        start, end = located.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == located.words


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
@settings(max_examples=400)
def test_any_row_of_known_words(text: str) -> None:
    for located in LOCATOR.locate(text):
        assert located.has_point or located.confidence == 0
        assert located.label["en"]
        assert located.label["es"]
        if located.confidence < 0.5:
            assert located.question is not None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=200)
def test_text_before_a_corner_does_not_hide_it(noise: str) -> None:
    """Letters glued to the name may; a line of their own may not."""
    text = f"{noise}\n.\n39 y kedzie"
    labels = [located.label["en"] for located in LOCATOR.locate(text)]
    assert any("Pershing Rd and Kedzie Ave" in label for label in labels), labels


def _noises() -> dict[str, str]:
    chance = random.Random(1)
    return {
        "one letter": "a" * 10_000,
        "known words": " ".join(chance.choice(PIECES) for _ in range(2_000)),
        "street": "kedzie " * 1_500,
        "number": "39 " * 3_400,
        "signs": "& " * 5_000,
        "mail": "a@" * 5_000,
        "at": "@" * 10_000,
        "brackets": "(" * 10_000,
        "lines": "\n" * 10_000,
        "from": "de " * 3_300 + "39 y kedzie",
        "near": "near " * 2_000 + "39 y kedzie",
        "misspelt": "pershng kedzi " * 700,
        "phones": "773-555-" * 1_250,
        "plates": "AB1" * 3_300,
        "scripts": "".join(chr(chance.randrange(32, 0x3000)) for _ in range(10_000)),
    }


NOISES = _noises()


@pytest.mark.parametrize("name", NOISES)
def test_work_is_bounded(name: str) -> None:
    """Ten thousand characters take no more than a hundred times the work of a hundred, and some slack."""
    text = NOISES[name]
    started = time.process_time()
    found = LOCATOR.locate(text)
    took = time.process_time() - started
    assert took < 3.0, took  # measured at 0.02 to 0.2 s: what must not happen is minutes
    assert len(found) <= 40


def test_text_past_the_limit_is_not_read() -> None:
    assert LOCATOR.locate(" " * MAX_CHARS + "39 y kedzie") == []
    assert LOCATOR.locate(" " * (MAX_CHARS - 100) + "39 y kedzie")
