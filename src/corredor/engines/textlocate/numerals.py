"""Parse spoken numbers of both languages ("thirty ninth", "treinta y nueve", "one eleventh") into digits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

_UNITS_EN = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_UNITS_ES = {
    "uno": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
    "seis": 6,
    "siete": 7,
    "ocho": 8,
    "nueve": 9,
}
_UNIT_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
}
_TEENS_EN = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TEENS_ES = {
    "diez": 10,
    "once": 11,
    "doce": 12,
    "trece": 13,
    "catorce": 14,
    "quince": 15,
    "dieciseis": 16,
    "diecisiete": 17,
    "dieciocho": 18,
    "diecinueve": 19,
    "veintiuno": 21,
    "veintidos": 22,
    "veintitres": 23,
    "veinticuatro": 24,
    "veinticinco": 25,
    "veintiseis": 26,
    "veintisiete": 27,
    "veintiocho": 28,
    "veintinueve": 29,
}
_TEENS_MISSPELT = {
    "veintiuna": 21,
    "ventiuno": 21,
    "ventidos": 22,
    "ventitres": 23,
    "venticuatro": 24,
    "venticinco": 25,
    "ventiseis": 26,
    "ventisiete": 27,
    "ventiocho": 28,
}
_TEEN_ORDINALS = {
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
}
_TENS_EN = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_TENS_ES = {
    "veinte": 20,
    "treinta": 30,
    "cuarenta": 40,
    "cincuenta": 50,
    "sesenta": 60,
    "setenta": 70,
    "ochenta": 80,
    "noventa": 90,
}
_TENS_ORDINALS = {
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
    "ninetieth": 90,
}
_HUNDREDS = {
    "hundred": 100,
    "cien": 100,
    "ciento": 100,
    "doscientos": 200,
    "trescientos": 300,
    "cuatrocientos": 400,
    "quinientos": 500,
    "seiscientos": 600,
    "setecientos": 700,
    "ochocientos": 800,
    "novecientos": 900,
}
_UNITS = MappingProxyType({**_UNITS_EN, **_UNITS_ES, "una": 1})
_TEENS = MappingProxyType({**_TEENS_EN, **_TEENS_ES, **_TEENS_MISSPELT})
_TENS = MappingProxyType({**_TENS_EN, **_TENS_ES, "fourty": 40})
_ORDINAL_WORDS = MappingProxyType({**_UNIT_ORDINALS, **_TEEN_ORDINALS, **_TENS_ORDINALS, "hundredth": 100})
_LONE_UNITS = frozenset((*_UNITS, *_UNIT_ORDINALS, "once", "ten", "hundred", "cien"))
"""Too common as plain words to be numbers on their own ("one of them", "once they left")."""
STARTERS = frozenset((*_UNITS, *_TEENS, *_TENS, *_HUNDREDS, *_ORDINAL_WORDS))


class Words(Protocol):
    """The columns of Tokens that number parsing reads and changes."""

    word: list[str]
    plain: list[str]
    start: list[int]
    end: list[int]
    value: list[int]
    ordinal: list[bool]
    glued: list[bool]


def read_numerals(tokens: Words) -> None:
    """Replace every run of number words in *tokens* by one number token, in place."""
    if STARTERS.isdisjoint(tokens.plain):
        return
    i = 0
    while i < len(tokens.plain):
        if tokens.plain[i] in STARTERS:
            value, ordinal, stop = _read(tokens.plain, i)
            if stop - i > 1 or tokens.plain[i] not in _LONE_UNITS:
                _replace(tokens, i, stop, value, ordinal)
        i += 1


def lone_unit(word: str) -> int:
    """Return the number that a single small number word means ("two", "dos", "first"), or -1."""
    return _UNITS.get(word, _UNIT_ORDINALS.get(word, -1))


def _replace(tokens: Words, i: int, stop: int, value: int, ordinal: bool) -> None:
    tokens.end[i] = tokens.end[stop - 1]
    tokens.word[i] = tokens.plain[i] = str(value)
    tokens.value[i] = value
    tokens.ordinal[i] = ordinal
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
        del column[i + 1 : stop]


def _read(words: list[str], i: int) -> tuple[int, bool, int]:
    """Return value, ordinal and end of the number that starts at *i*."""
    value, ordinal, stop = _below_hundred(words, i)
    if stop == i:  # starts with "hundred", "ciento", "doscientos"
        return _after_hundred(words, i, _HUNDREDS.get(words[i], 100))
    if ordinal or stop >= len(words):
        return value, ordinal, stop
    following = words[stop]
    if following in ("mil", "thousand") and value < 100:
        return _after_thousand(words, stop + 1, value * 1000)
    if following == "hundred" and value < 100:
        return _after_hundred(words, stop, value * 100)
    return _paired(words, value, stop)


def _below_hundred(words: list[str], i: int) -> tuple[int, bool, int]:
    word = words[i]
    if word in _ORDINAL_WORDS:
        return _ORDINAL_WORDS[word], True, i + 1
    if word in _TENS:
        return _tens(words, i)
    value = _TEENS.get(word, _UNITS.get(word))
    return (value, False, i + 1) if value is not None else (0, False, i)


def _tens(words: list[str], i: int) -> tuple[int, bool, int]:
    tens = _TENS[words[i]]
    step = i + 1
    if step < len(words) and words[step] in ("-", "y", "i"):
        step += 1
    if step < len(words):
        unit = words[step]
        if unit in _UNITS:
            return tens + _UNITS[unit], False, step + 1
        if unit in _UNIT_ORDINALS and step == i + 1 + (words[i + 1] == "-"):
            return tens + _UNIT_ORDINALS[unit], True, step + 1
    return tens, False, i + 1


def _after_hundred(words: list[str], i: int, hundreds: int) -> tuple[int, bool, int]:
    step = i + 1
    if step < len(words) and words[step] in ("and", "y") and hundreds == 100:
        step += 1
    if step < len(words):
        value, ordinal, stop = _below_hundred(words, step)
        if stop > step and not (words[step] in _UNITS and step > i + 1 and words[i] == "hundred"):
            return hundreds + value, ordinal, stop
    return hundreds, False, i + 1


def _after_thousand(words: list[str], i: int, thousands: int) -> tuple[int, bool, int]:
    if i < len(words) and words[i] in _HUNDREDS:
        value, ordinal, stop = _after_hundred(words, i, _HUNDREDS[words[i]])
        return thousands + value, ordinal, stop
    if i < len(words):
        value, ordinal, stop = _below_hundred(words, i)
        if stop > i:
            return thousands + value, ordinal, stop
    return thousands, False, i


def _paired(words: list[str], value: int, stop: int) -> tuple[int, bool, int]:
    """Read "one eleventh" as 111, "one oh three" as 103 and "twenty six forty" as 2640."""
    if value == 1 and words[stop] in ("oh", "o", "zero") and stop + 1 < len(words):
        unit, ordinal, end = _below_hundred(words, stop + 1)
        if end > stop + 1 and unit < 10:
            return 100 + unit, ordinal, end
    if words[stop] in _TEENS or words[stop] in _TENS or words[stop] in _TEEN_ORDINALS:
        low, ordinal, end = _below_hundred(words, stop)
        if value == 1 or (value >= 10 and not ordinal):
            return value * 100 + low, ordinal, end
    return value, False, stop


def other_ordinal(word: str) -> str:
    """Return "5" for "fifth" and "fifth" for "5": street signs use both for first to ninth; "" for others."""
    if word in _UNIT_ORDINALS:
        return str(_UNIT_ORDINALS[word])
    return next((name for name, value in _UNIT_ORDINALS.items() if str(value) == word), "")


def spell_number(number: int) -> tuple[str, ...]:
    """Return how a street number below 100 is spelt out, without spaces: "twentysixth", "veintiseis"."""
    found = [word for table in (_ORDINAL_WORDS, _TEENS_ES, _TENS_ES, _UNITS_ES) for word in _words_for(table, number)]
    unit, tens = number % 10, number - number % 10
    if 20 < number < 100 and unit:
        found += [ten + one for ten in _words_for(_TENS_EN, tens) for one in _words_for(_UNIT_ORDINALS, unit)]
        found += [f"{ten}y{one}" for ten in _words_for(_TENS_ES, tens) for one in _words_for(_UNITS_ES, unit)]
    return tuple(found)


def _words_for(table: Mapping[str, int], number: int) -> list[str]:
    return [word for word, value in table.items() if value == number]
