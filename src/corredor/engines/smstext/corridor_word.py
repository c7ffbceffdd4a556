"""Parse the SMS commands of a school's volunteers and leads.

Tried only after ``parse_keyword`` found nothing: STOP and ALTO keep their meaning wherever they stand alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corredor.kit.languages import collect

from .keyword import simplify

_LONGEST = 60
_MOST_DIGITS = 5
_SEND_DIGITS = 6  # digits of the code sent with the question


class CorridorWord(StrEnum):
    """The command."""

    POST = "POST"  # I am at post 4
    READY = "READY"
    COUNT = "COUNT"  # 12 children passed me
    HOME = "HOME"  # 5 went home from here
    LEAVE = "LEAVE"
    TROUBLE = "TROUBLE"
    AGREE = "AGREE"
    CODE = "CODE"  # a guardian's code
    OUT = "OUT"  # 40 came out of the gate
    OPEN = "OPEN"
    HOLD = "HOLD"
    DIVERT = "DIVERT"
    INSIDE = "INSIDE"
    REOPEN = "REOPEN"
    KEEP = "KEEP"
    CLOSE = "CLOSE"
    FOUND = "FOUND"
    SEND = "SEND"
    DAY = "DAY"


@dataclass(frozen=True, slots=True)
class CorridorText:
    """One command, its number if any, and for CODE the code as typed."""

    word: CorridorWord
    number: int | None = None
    code: str = ""


_CODE_WORDS = collect("corridor_words", CorridorWord.CODE)
_BY_WORD = {said: word for word in CorridorWord for said in collect("corridor_words", word) if said not in _CODE_WORDS}
_MINUS = "|".join(collect("corridor_words", "minus"))
_PARTS = re.compile(rf"(?P<word>\D+?)(?: (?P<minus>(?:{_MINUS}) )?(?P<number>\d{{1,{_SEND_DIGITS}}}))?")


def parse_corridor_text(text: str) -> CorridorText | None:
    """Parse "Puesto 4", "LISTO", "cuenta 12", "casa menos 1": one word with an optional number; None for a sentence."""
    if len(text) > _LONGEST:
        return None
    words = simplify(text)
    first, _, rest = words.partition(" ")
    if first in _CODE_WORDS and rest:
        return CorridorText(CorridorWord.CODE, code=rest.replace(" ", ""))
    found = _PARTS.fullmatch(words)
    if found is None or found["word"] not in _BY_WORD:
        return None
    word, digits = _BY_WORD[found["word"]], found["number"] or ""
    if len(digits) > _MOST_DIGITS and word is not CorridorWord.SEND:
        return None
    number = int(digits) if digits else None
    if number is not None and found["minus"]:
        number = -number
    return CorridorText(word, number)
