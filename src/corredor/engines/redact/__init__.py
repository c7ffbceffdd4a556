"""Redact number plates, telephone numbers, e-mail addresses, handles and names of people in free text.

Policy: nobody is identified or followed through this product, agent or neighbour. Matches are
replaced before a text is shown or sent, and shown to its author with the reason. False positives are
preferred over misses.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from corredor.kit.languages import collect, get


def _any_of(name: str, *more: str) -> str:
    """Return a pattern for what any language says, from [redaction] of its table."""
    return f"(?:{'|'.join((*collect('redaction', name), *more))})"


_PLATE_BODY = (
    r"(?:[A-Z]{1,3}[ \-]?\d{1,5}[A-Z]{0,2}|\d{1,4}[ \-]?[A-Z]{1,3}[ \-]?\d{0,4}|(?=[A-Z]{0,7}\d)[A-Z0-9]{3,8})"
)
_NAME = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?:[ \-](?:de\s+la\s+|de\s+|del\s+)?[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+){0,3}"

_EMAIL = re.compile(r"\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{2,63}){1,4}\b")
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z_][\w.]{2,30}\b")
_PHONE = re.compile(r"(?<![\d#])(?:\+?1[ .\-]?)?\(?\d{3}\)?[ .\-]?\d{3}[ .\-]?\d{4}(?!\d)")
_PLATE_SAID = re.compile(
    # What follows the word is taken even where it looks like a word itself.
    rf"\b{_any_of('plates')}\b[\s:#,]*"
    rf"(?:(?:{_any_of('numbers')}(?:\.|\b)|{_any_of('links', 'IL', 'Illinois')}\b)[\s:#]*)*"
    rf"(?P<plate>{_PLATE_BODY})(?![A-Z0-9])",
    re.IGNORECASE,
)
# Formats of Illinois, neighbouring and federal plates, recognised without a plate word.
_PLATE_SHAPE = re.compile(
    r"\b(?:[A-Z]{2}[ \-]?\d{5}|[A-Z]{3}[ \-]?\d{3,4}|\d{3}[ \-]?[A-Z]{3}|[A-Z]\d{2}[ \-]?\d{4}|"
    r"G\d{2}[ \-]?\d{4,5}[A-Z]?)\b"
)
_BADGE = re.compile(
    rf"\b{_any_of('badges')}\b[\s:#]*(?:{_any_of('numbers')}\.?|#)?"
    r"[\s:#]*(?P<number>[A-Z]{0,3}\d{2,8})\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?i:{_any_of('titles')})\s+(?P<name>{_NAME})")


@dataclass(frozen=True, slots=True)
class Redaction:
    """One redacted span of the original text, and why."""

    start: int
    end: int
    why: str  # PLATE, PHONE, EMAIL, HANDLE, NAME or BADGE


def find_private(text: str, *, places: Collection[str] = ()) -> list[Redaction]:
    """Return all spans to redact, in order, none overlapping.

    ``places`` are names of streets, schools and parks (any case): a capitalised name among them is a
    place and stays ("Señor Rockwell" would still go). Linear in the text's length.
    """
    known = {place.casefold() for place in places}
    found: list[Redaction] = []
    for pattern, group, why in (
        (_EMAIL, 0, "EMAIL"),
        (_PHONE, 0, "PHONE"),
        (_BADGE, "number", "BADGE"),
        (_PLATE_SAID, "plate", "PLATE"),
        (_PLATE_SHAPE, 0, "PLATE"),
        (_HANDLE, 0, "HANDLE"),
        (_NAMED, "name", "NAME"),
    ):
        for match in pattern.finditer(text):
            start, end = match.span(group)
            if why == "NAME" and match.group(group).casefold() in known:
                continue
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Redaction(start, end, why))
    return sorted(found, key=lambda r: r.start)


def redact(text: str, *, language: str, places: Collection[str] = ()) -> tuple[str, list[Redaction]]:
    """Return the text with every private span replaced by a mark in the language, and the spans."""
    found = find_private(text, places=places)
    marks = get(language).group("redaction")["marks"]
    parts: list[str] = []
    at = 0
    for item in found:
        parts += [text[at : item.start], marks[item.why]]
        at = item.end
    return "".join([*parts, text[at:]]), found
