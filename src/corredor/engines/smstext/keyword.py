"""The one-word answers people send, in any language of the table; a sentence is never one of them."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from corredor.kit.languages import LANGUAGES, SOURCE, collect

_LONGEST = 60  # characters; anything longer is a sentence


class Keyword(StrEnum):
    """What the sender asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    REPORT = "REPORT"
    STATUS = "STATUS"
    WATER = "WATER"
    YES = "YES"
    NO = "NO"


def _by_word() -> dict[str, tuple[Keyword, str]]:
    """Each word with its meaning and language. The source language's come last and win: carriers name them."""
    codes = sorted(LANGUAGES, key=lambda code: code == SOURCE)
    tables = ((code, LANGUAGES[code].group("keywords")) for code in codes)
    return {word: (keyword, code) for code, table in tables for keyword in Keyword for word in table.get(keyword, ())}


_BY_WORD = _by_word()
_POLITE = collect("keywords", "polite")


def parse_keyword(text: str) -> Keyword | None:
    """The keyword if the whole message is one, whatever its case, accents, signs or courtesy; else None."""
    found = _BY_WORD.get(_find(text))
    return found[0] if found else None


def keyword_language(text: str) -> str:
    """The language in which a keyword was sent; the source language for what is none."""
    found = _BY_WORD.get(_find(text))
    return found[1] if found else SOURCE


def _find(text: str) -> str:
    """The words of the message, without courtesy if only then they are a keyword."""
    if len(text) > _LONGEST:
        return ""
    words = simplify(text)
    return words if words in _BY_WORD else _without_courtesy(words)


def simplify(text: str) -> str:
    """Lower case words without accents, signs, pictures or anything unseen, one blank between them."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else "" if unicodedata.category(c) in ("Mn", "Cf") else " " for c in letters)
    return " ".join(kept.split())


def _without_courtesy(words: str) -> str:
    for polite in _POLITE:
        words = words.removesuffix(f" {polite}").removeprefix(f"{polite} ")
    return words
