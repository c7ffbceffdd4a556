"""Labelled texts of `corredor bench locate`, and their variants: Spanish, no signs, typing errors."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT_SETS = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "locate"
"""The sets in a source checkout."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPANISH = (
    "{a} y {b}",
    "en la {a} y la {b}",
    "esquina de {a} y {b}",
    "{a} con {b}",
    "en la esquina de la {a} con {b}",
    "{a} esquina con {b}",
)


class SetError(Exception):
    """A file of labelled texts cannot be read; the text names file, line and field."""


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A name as people wrote it, and its true position, from another source than the pack."""

    text: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message with the places it names; each place is {"kind", "lat", "lon", "within_m"}."""

    text: str
    language: str
    question: bool
    places: tuple[dict[str, Any], ...]


def read_names(path: Path) -> list[NamedPoint]:
    """Return the rows of a CSV file with columns text, lat and lon. Raise SetError."""
    with path.open(newline="", encoding="utf-8-sig") as source:
        reader = csv.DictReader(source)
        missing = {"text", "lat", "lon"} - set(reader.fieldnames or ())
        if missing:
            raise SetError(f"{path.name}, line 1: has no column {', '.join(sorted(missing))}")
        rows = []
        for row in reader:
            try:
                rows.append(NamedPoint(row["text"], float(row["lat"]), float(row["lon"])))
            except (TypeError, ValueError) as error:
                raise SetError(f"{path.name}, line {reader.line_num}: {error}") from error
    return rows


def read_sentences(path: Path) -> list[Sentence]:
    """Return the messages of a JSON-lines file. Raise SetError."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(Sentence(row["text"], row["language"], row["question"], tuple(row["places"])))
        except (ValueError, KeyError, TypeError) as error:
            raise SetError(f"{path.name}, line {number}: {error!r}") from error
    return found


def variants(seed: int) -> Iterator[tuple[str, Callable[[str, int], str]]]:
    """Yield (name, function) for every variant of a set of names; the same seed gives the same texts."""
    yield "clean", lambda text, _: text
    yield "spanish", to_spanish
    yield "plain", lambda text, _: text.lower().replace("&", "and").replace(".", "")
    chance = random.Random(seed)  # noqa: S311  reproducible, nothing secret
    yield "one_slip", lambda text, _: slip(text, chance)
    yield "slip_in_each", lambda text, _: " & ".join(slip(part, chance) for part in text.split(" & "))


def to_spanish(text: str, number: int) -> str:
    """Return "A & B" as a Spanish speaker would say it; the form depends on *number*."""
    a, _, b = text.partition(" & ")
    if not b:
        return text
    a, b = (_street_first(part) for part in (a, b))
    return _SPANISH[number % len(_SPANISH)].format(a=a, b=b)


def slip(text: str, chance: random.Random) -> str:
    """Return *text* with one letter deleted, inserted, substituted, or swapped with the next."""
    if len(text) < 2:
        return text
    at, kind = chance.randrange(len(text)), chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + chance.choice(_LETTERS) + text[at:]
    if kind == 2:
        return text[:at] + chance.choice(_LETTERS) + text[at + 1 :]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _street_first(name: str) -> str:
    for english, spanish in ((" Street", "calle "), (" Avenue", "avenida ")):
        if name.endswith(english):
            return spanish + name.removesuffix(english)
    return name
