"""Mask numbers and names in a message that are not places: phones, plates, times, dates, counts, people."""

from __future__ import annotations

import re

from .tokens import Tokens
from .vocabulary import COUNTED, DIRECTIONS, MONTHS, PERSON_CUES, ROLES, STREET_KINDS

_SPANS = re.compile(
    r"\+?\d?[\s.-]?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b"  # phone
    r"|\b\d{7,}\b"
    r"|\b\d{1,2}:\d{2}(?:\s?[ap]\.?\s?m\b\.?)?"  # 3:15 pm
    r"|\b\d{1,2}\s?[ap]\.?\s?m\b\.?"
    r"|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"  # 10/4/2025
    r"|\b\d{1,2}-\d{1,2}-\d{2,4}\b"
    r"|[$€]\s?\d[\d.,]*"
    r"|\b\d+(?:[.,]\d+)?\s?%"
    r"|\b-?\d{1,3}\.\d{3,}\b"  # coordinates
    r"|https?://\S{1,300}|\bwww\.\S{1,300}|\S{1,64}@\S{1,64}\.\w{2,6}\b"
    r"|\b[A-Z]{2,4}-?\d{3,6}[A-Z]?\b|\b\d{3,4}-?[A-Z]{3}\b"  # plate
    r"|\ba\s+(?:las\s+(?:1[0-2]|[1-9])|la\s+1)\b(?!\s*(?:st|nd|rd|th)\b)"  # a las 3, but not "a la 39" nor
    r"(?!\s*(?:y|con|and|&)\s+(?!media|cuarto|pico|\d)\w)"  # "a las 12 y kedzie"
)
_PLATE_WORDS = frozenset("plate plates placa placas license matricula tag tags".split())
_PLATE_PARTS = frozenset("ending ends starting starts begins termina terminacion empieza con with".split())


def mask(tokens: Tokens) -> None:
    """Set ``masked`` on every token that is part of something other than a place."""
    _mask_spans(tokens)
    _mask_counts(tokens)
    _mask_people(tokens)


def _mask_spans(tokens: Tokens) -> None:
    row = 0
    for match in _SPANS.finditer(tokens.text):
        if _is_street_like(match[0]):
            continue
        start, end = match.span()
        while row < len(tokens) and tokens.end[row] <= start:
            row += 1
        while row < len(tokens) and tokens.start[row] < end:
            tokens.masked[row] = True
            row += 1


def _is_street_like(found: str) -> bool:
    """Return whether an apparent plate is a street written without a space ("ST39")."""
    head = re.match(r"[A-Z]+", found)
    return head is not None and head[0].lower() in STREET_KINDS | DIRECTIONS


def _mask_counts(tokens: Tokens) -> None:
    words = tokens.word
    for i, value in enumerate(tokens.value):
        if value < 0 or tokens.masked[i]:
            continue
        following = words[i + 1] if i + 1 < len(words) else ""
        before = words[i - 1] if i else ""
        counted = following in COUNTED and not tokens.ordinal[i]
        dated = before in MONTHS or following in MONTHS
        dated = dated or (following == "de" and i + 2 < len(words) and words[i + 2] in MONTHS)
        decade = following == "s" and tokens.glued[i + 1] and 1900 <= value <= 2030 and value % 10 == 0
        if counted or dated or decade or _old(before, following) or _on_plate(words, i):
            tokens.masked[i] = True


def _old(before: str, following: str) -> bool:
    return before in ("age", "aged", "edad", "room", "apt", "apartment", "unit", "suite", "ruta", "bus", "route") or (
        following in ("yo", "year")
    )


def _on_plate(words: list[str], i: int) -> bool:
    """Return whether a plate word precedes *i* with only letters of the plate between."""
    for word in reversed(words[max(0, i - 4) : i]):
        if word in _PLATE_WORDS:
            return True
        if word not in _PLATE_PARTS and (word in ROLES or len(word) > 4):
            return False
    return False


def _mask_people(tokens: Tokens) -> None:
    words = tokens.word
    for i, plain in enumerate(tokens.plain):
        if plain not in PERSON_CUES:
            continue
        j = i + 1
        while j < len(words) and (words[j] in (".", "es", "is", "de", ":") or words[j] in PERSON_CUES) and j < i + 3:
            j += 1
        if j < len(words) and words[j].isalpha() and not _named_street(words, j):
            tokens.masked[j] = True


def _named_street(words: list[str], j: int) -> bool:
    """Return whether a street kind follows the word at *j* ("Officer on Jackson Blvd" is a street)."""
    return words[j] in STREET_KINDS or (j + 1 < len(words) and words[j + 1] in STREET_KINDS)
