"""Parse keyword replies (STOP, START, HELP, ...) in any language of the table; a sentence is never one."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from corredor.kit.languages import LANGUAGES, SOURCE, collect

_LONGEST = 60  # characters; anything longer is a sentence


class Keyword(StrEnum):
    """The request."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    REPORT = "REPORT"
    STATUS = "STATUS"
    WATER = "WATER"
    YES = "YES"
    NO = "NO"


def _by_word() -> dict[str, tuple[Keyword, str]]:
    """Return each word with its keyword and language. The source language's come last and win: carriers name them."""
    codes = sorted(LANGUAGES, key=lambda code: code == SOURCE)
    tables = ((code, LANGUAGES[code].group("keywords")) for code in codes)
    return {word: (keyword, code) for code, table in tables for keyword in Keyword for word in table.get(keyword, ())}


_BY_WORD = _by_word()
_POLITE = collect("keywords", "polite")


def parse_keyword(text: str) -> Keyword | None:
    """Return the keyword if the whole message is one, ignoring case, accents, signs and polite words; else None."""
    found = _BY_WORD.get(_find(text))
    return found[0] if found else None


def keyword_language(text: str) -> str:
    """Return the language of a keyword; the source language for any other text."""
    found = _BY_WORD.get(_find(text))
    return found[1] if found else SOURCE


def _find(text: str) -> str:
    """Return the words of the message, without polite words if only then they are a keyword."""
    if len(text) > _LONGEST:
        return ""
    words = simplify(text)
    return words if words in _BY_WORD else _without_courtesy(words)


def simplify(text: str) -> str:
    """Return lower-case words without accents, signs, pictures or invisible characters, separated by one blank."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    cleaned = "".join(c if c.isalnum() else "" if unicodedata.category(c) in ("Mn", "Cf") else " " for c in letters)
    return " ".join(cleaned.split())


def _without_courtesy(words: str) -> str:
    for polite in _POLITE:
        words = words.removesuffix(f" {polite}").removeprefix(f"{polite} ")
    return words
