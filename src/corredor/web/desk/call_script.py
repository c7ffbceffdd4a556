"""The operator's telephone script: wording/call_script.toml of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corredor.kit import languages


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of a tracking code, and its spelling word ("Q de queso")."""

    character: str
    word: str  # empty for digits


def load(language: str) -> Mapping[str, Any]:
    """Return the script in one language."""
    return languages.wording("call_script", language)


def lines_for(name: str) -> dict[str, str]:
    """Return one line of the script in each language; empty for a field without one."""
    scripts = {language: load(language) for language in languages.CODES}
    return {language: str(script[name]) for language, script in scripts.items() if name in script}


def spell(code: str, *, language: str) -> list[list[Sign]]:
    """Return a tracking code in its groups, spelt character by character."""
    words: Mapping[str, str] = load(language)["spelling"]
    return [[Sign(sign, words.get(sign, "")) for sign in group] for group in code.split("-")]
