"""What an operator reads aloud on the telephone: wording/call_script.toml of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corredor.kit import languages


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of a receipt code, and the word that tells it from its neighbours ("Q de queso")."""

    character: str
    word: str  # empty for digits


def load(language: str) -> Mapping[str, Any]:
    """Return the script in one language."""
    return languages.wording("call_script", language)


def lines_for(name: str) -> dict[str, str]:
    """One line of the script in each language; empty for a field that nothing is read out for."""
    scripts = {language: load(language) for language in languages.CODES}
    return {language: str(script[name]) for language, script in scripts.items() if name in script}


def spell(code: str, *, language: str) -> list[list[Sign]]:
    """A receipt code in its groups, sign by sign, as it is read aloud."""
    words: Mapping[str, str] = load(language)["spelling"]
    return [[Sign(sign, words.get(sign, "")) for sign in group] for group in code.split("-")]
