"""Street names: parse into direction, name, kind and suffix, and format for reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corredor.engines.citypack.making.recipe import Recipe

CITY_DIRECTIONS = ("N", "S", "E", "W")
_ORDINAL = re.compile(r"\d+(ST|ND|RD|TH)")
_KEPT_CAPITAL = re.compile(r"[A-Z]|[IVX]{2,}|\d+[A-Z]?")


@dataclass(frozen=True, slots=True, order=True)
class StreetName:
    """One official street name in its parts, in capitals; any part but the name may be empty."""

    direction: str
    name: str
    kind: str
    suffix: str = ""

    @property
    def full(self) -> str:
        """Return the parts in one line: "W PERSHING RD"."""
        return " ".join(part for part in (self.direction, self.name, self.kind, self.suffix) if part)

    @property
    def core(self) -> str:
        """Return name and kind without direction and suffix: "PERSHING RD"."""
        return f"{self.name} {self.kind}".strip()


def parse_city_name(text: str, recipe: Recipe) -> StreetName:
    """Parse a name in the City of Chicago's format: "S DELANO CT E" -> S, DELANO, CT, E."""
    words = text.upper().split()
    direction = words.pop(0) if len(words) > 1 and words[0] in CITY_DIRECTIONS else ""
    kinds = recipe.street_words("kinds") or tuple(recipe.kinds.values())
    suffixes = recipe.street_words("suffixes") or CITY_DIRECTIONS
    suffix = ""
    if len(words) > 2 and words[-1] in suffixes and words[-2] in kinds:
        suffix = words.pop()
    kind = words.pop() if len(words) > 1 and words[-1] in kinds else ""
    return StreetName(direction, " ".join(words), kind, suffix)


def parse_spoken_name(text: str, recipe: Recipe) -> StreetName:
    """Parse a name written out, as in OpenStreetMap: "Southeast Hawthorne Boulevard".

    Names in languages without a separate word for the kind ("Mannerheimintie") stay whole in ``name``.
    """
    words = text.upper().replace(".", "").split()
    directions, kinds = recipe.directions, recipe.kinds
    abbreviated = set(directions.values())
    direction = suffix = kind = ""
    if len(words) > 1 and (words[0] in directions or words[0] in abbreviated):
        rest = words[1:]
        if not (len(rest) == 1 and _is_kind(rest[0], kinds)):  # "North Street" is called North
            direction = directions.get(words[0], words[0])
            words = rest
    ends_in_direction = len(words) > 2 and (words[-1] in directions or words[-1] in abbreviated)
    if ends_in_direction and _is_kind(words[-2], kinds):
        suffix = directions.get(words[-1], words[-1])
        words = words[:-1]
    if len(words) > 1 and _is_kind(words[-1], kinds):
        kind = kinds.get(words[-1], words[-1])
        words = words[:-1]
    return StreetName(direction, " ".join(words), kind, suffix)


def write_title(name: StreetName, titles: Mapping[str, str]) -> str:
    """Return a readable name without its direction: "Dr Martin Luther King Jr Dr", "39th St"."""
    words = [_title_word(word, titles) for word in name.name.split()]
    if name.kind:
        words.append(titles.get(name.kind, name.kind.capitalize()))
    if name.suffix:
        words.append(titles.get(name.suffix, name.suffix))
    return " ".join(words)


def spoken_title(text: str, name: StreetName) -> str:
    """Return a written-out name in readable form, without its direction: "Hawthorne Blvd", "Mannerheimintie"."""
    words = text.replace(".", "").split()
    if name.direction:
        words = words[1:]
    if name.suffix:
        words = words[:-1]
    if name.kind:
        words = [*words[:-1], name.kind.capitalize()]
    return " ".join([*words, name.suffix] if name.suffix else words)


def _is_kind(word: str, kinds: Mapping[str, str]) -> bool:
    """Return whether a word is a street kind, long or abbreviated."""
    return word in kinds or word in kinds.values()


def _title_word(word: str, titles: Mapping[str, str]) -> str:
    """Return one word of a name in title case."""
    if word in titles:
        return titles[word]
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if _KEPT_CAPITAL.fullmatch(word):
        return word
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    return "-".join(_apostrophe(part) for part in word.split("-"))


def _apostrophe(word: str) -> str:
    """Return O'BRIEN as O'Brien and KING'S as King's."""
    head, mark, tail = word.partition("'")
    return head.capitalize() + mark + (tail.capitalize() if len(tail) > 1 else tail.lower())
