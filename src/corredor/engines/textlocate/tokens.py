"""Tokenizer: split a text into folded words with their positions, in time proportional to its length."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from .numerals import STARTERS, read_numerals
from .vocabulary import CANONICAL, ORDINAL_ENDINGS

MAX_CHARS = 12_000
"""Text beyond this is not read: no report needs more, and the work stays bounded."""
MAX_WORD = 32

_TOKEN = re.compile(r"(\d+)(?:(?<=\d)\.?([ªº]|[^\W\d_]+))?|([^\W\d_]+(?:['’`´][^\W\d_]+)*)|(\n|[^\w\s])")
_KEY_WORD = re.compile(r"(\d+)(?:\.?(?:[ªº]|[^\W\d_]+))?|[^\W\d_]+(?:['`´][^\W\d_]+)*")


@dataclass(slots=True)
class Tokens:
    """Parallel columns, one row per word or sign.

    ``word`` is the folded, canonical form ("avenue" and "avenida" are both "ave"; "39th" is "39");
    ``plain`` the folded form before that. ``value`` is the number a word stands for or -1; ``ordinal`` if it
    was written as one; ``masked`` marks words that cannot be part of a place (a phone number, a plate).
    """

    text: str
    word: list[str]
    plain: list[str]
    start: list[int]
    end: list[int]
    value: list[int]
    ordinal: list[bool]
    glued: list[bool]
    masked: list[bool]

    def __len__(self) -> int:
        return len(self.word)


def fold(text: str) -> str:
    """Return *text* in lower case without accents."""
    low = text.lower()
    if low.isascii():
        return low
    low = low.replace("ø", "o").replace("æ", "ae").replace("ß", "ss").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))


def key_words(name: str) -> list[str]:
    """Return the canonical words of a name, as used in keys, without signs.

    Equal to the words of ``tokenize``, but faster: a city has ten thousand names.
    """
    plain = fold(name)
    words: list[str] = []
    for match in _KEY_WORD.finditer(plain):
        word = match[0]
        if match.lastindex != 1:
            word = word.replace("'", "").replace("`", "").replace("´", "")
            words.append(CANONICAL.get(word, word)[:MAX_WORD])
            continue
        words.append(str(int(match[1])) if len(match[1]) <= 6 else match[1][:MAX_WORD])
        tail = word[len(match[1]) :].lstrip(".")
        if tail and tail not in ORDINAL_ENDINGS:
            words.append(CANONICAL.get(tail, tail)[:MAX_WORD])
    if STARTERS.isdisjoint(words):
        return words
    return [word for word in tokenize(name).word if word[0].isalnum()]


def tokenize(text: str) -> Tokens:
    """Return the tokens of the first MAX_CHARS characters of *text*, with spoken numbers parsed."""
    tokens = Tokens(text, [], [], [], [], [], [], [], [])
    for match in _TOKEN.finditer(text[:MAX_CHARS]):
        kind = match.lastindex
        if kind == 3:
            _add_word(tokens, match[3], match.start(), match.end())
        elif kind == 4:
            if not (match[4] == "." and _is_abbreviation(tokens, match.end())):
                _add(tokens, match[4], match.start(), match.end())
        else:
            _add_number(tokens, match)
    read_numerals(tokens)
    tokens.masked = [False] * len(tokens.word)
    return tokens


def _add(tokens: Tokens, word: str, start: int, end: int, value: int = -1, ordinal: bool = False) -> None:
    tokens.glued.append(bool(tokens.end) and tokens.end[-1] == start)
    tokens.plain.append(word)
    tokens.word.append(CANONICAL.get(word, word))
    tokens.start.append(start)
    tokens.end.append(end)
    tokens.value.append(value)
    tokens.ordinal.append(ordinal)


def _add_word(tokens: Tokens, raw: str, start: int, end: int) -> None:
    word = fold(raw)
    if not word.isalpha():
        word = "".join(c for c in word if c.isalpha())
    if word in ("jr", "junior") and tokens.word and tokens.word[-1] == ",":
        _drop_last(tokens)  # "King, Jr."
    _add(tokens, word[:MAX_WORD] or "?", start, end)


def _drop_last(tokens: Tokens) -> None:
    columns: tuple[list[Any], ...] = (
        tokens.word,
        tokens.plain,
        tokens.start,
        tokens.end,
        tokens.value,
        tokens.ordinal,
        tokens.glued,
    )
    for column in columns:
        column.pop()


def _is_abbreviation(tokens: Tokens, end: int) -> bool:
    """Return whether a full stop at *end* abbreviates the word before it ("S.", "St.", "Ave. &")."""
    if not tokens.word or tokens.end[-1] != end - 1 or tokens.plain[-1] not in CANONICAL:
        return False
    if len(tokens.plain[-1]) <= 2:
        return True
    return not tokens.text[end : end + 2].strip()[:1].isupper()


def _add_number(tokens: Tokens, match: re.Match[str]) -> None:
    digits = match[1]
    value = int(digits) if len(digits) <= 6 else -1
    word = str(value) if value >= 0 else digits[:MAX_WORD]
    tail = fold(match[2]) if match[2] else ""
    if tail in ORDINAL_ENDINGS:
        _add(tokens, word, match.start(), match.end(), value, True)
        tokens.plain[-1] = digits + tail
        return
    _add(tokens, word, match.start(), match.end(1), value)
    if tail:
        _add_word(tokens, match[2], match.start(2), match.end(2))
