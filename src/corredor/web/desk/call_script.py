"""What an operator reads aloud on the telephone: data in call_script.toml, no words in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of a receipt code, and the word that tells it from its neighbours ("Q de queso")."""

    character: str
    word: str  # empty for digits


@cache
def load() -> Mapping[str, Any]:
    """The script as it stands in its file."""
    text = resources.files(__package__).joinpath("call_script.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def lines_for(name: str) -> dict[str, str]:
    """One line of the script in each language; empty for a field that nothing is read out for."""
    table = load().get(name, {})
    return {language: table[language] for language in LANGUAGES if language in table}


def spell(code: str, *, language: str) -> list[list[Sign]]:
    """A receipt code in its groups, sign by sign, as it is read aloud."""
    words: Mapping[str, str] = load()["spelling"][language]
    return [[Sign(sign, words.get(sign, "")) for sign in group] for group in code.split("-")]
