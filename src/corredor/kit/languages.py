"""The languages of the network, one folder of data each: `languages/<code>/`, and folders named by CORREDOR_LANGUAGES.

Read once when the program starts, without Django: settings, engines and channels read the same table. A text that a
language lacks is given in the source language, so that a translation can grow piece by piece.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = "en"  # the language in which code and templates are written, and the fallback of all others
PACKAGED = Path(__file__).resolve().parent.parent / "languages"
TABLE = "language.toml"

Names = Mapping[str, str]
"""One text in each language: {language code: text}."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How times and days are written. ``halves`` are the words for before and after noon of a 12-hour clock."""

    hours: int  # 12 or 24
    halves: tuple[str, ...]
    days: tuple[str, ...]  # Monday first, short
    date: str  # with {day} and {month}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. ``name`` is its own, as its speakers write it; ``english`` is its name in English."""

    code: str
    name: str
    english: str
    direction: str  # ltr or rtl
    region_tag: str  # BCP 47, as warnings of the region name it: "es-US"
    drill_mark: str  # stands before every text of a drill
    clock: Clock
    folder: Path
    table: Mapping[str, Any]  # language.toml as it stands

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.direction == "rtl"

    def group(self, name: str) -> Mapping[str, Any]:
        """Return a table of language.toml, such as its keywords; empty if the language has none."""
        found: Mapping[str, Any] = self.table.get(name, {})
        return found


def roots() -> tuple[Path, ...]:
    """Return the folders that hold languages: the packaged one, and those of CORREDOR_LANGUAGES, listed as in PATH."""
    more = os.environ.get("CORREDOR_LANGUAGES", "")
    return (PACKAGED, *(Path(part) for part in more.split(os.pathsep) if part))


def read_folder(folder: Path) -> Language:
    """Read one language. Raises ValueError naming the file and the field that is missing or cannot be used."""
    try:
        return _read_table(folder, tomllib.loads((folder / TABLE).read_text(encoding="utf-8")))
    except KeyError as error:
        raise ValueError(f"{folder / TABLE}: {error.args[0]} is missing") from error


def _read_table(folder: Path, table: dict[str, Any]) -> Language:
    if table["direction"] not in ("ltr", "rtl"):
        raise ValueError(f"{folder / TABLE}: direction must be ltr or rtl")
    clock = table["clock"]
    if clock["hours"] not in (12, 24) or len(clock["days"]) != 7:
        raise ValueError(f"{folder / TABLE}: a clock has 12 or 24 hours and names 7 days")
    return Language(
        code=folder.name,
        name=table["name"],
        english=table["english"],
        direction=table["direction"],
        region_tag=table.get("region_tag", folder.name),
        drill_mark=table["drill_mark"],
        clock=Clock(clock["hours"], tuple(clock.get("halves", ())), tuple(clock["days"]), clock["date"]),
        folder=folder,
        table=table,
    )


def _read_all() -> dict[str, Language]:
    found = [read_folder(path.parent) for root in roots() for path in sorted(root.glob(f"*/{TABLE}"))]
    found.sort(key=lambda one: one.table.get("order", 100))
    return {one.code: one for one in found}


LANGUAGES: Mapping[str, Language] = _read_all()
"""Every language by code, in the order in which people are offered them."""

CODES = tuple(LANGUAGES)
FIRST = CODES[0]
"""The language assumed of people who write to the network when nothing says otherwise."""


def find_code(tag: str | None) -> str | None:
    """Return the code of a tag such as "es", "es-MX" or "ES_us"; None for a language that is not in the table."""
    base = (tag or "")[:20].lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else None


def get(code: str) -> Language:
    """Return a language; the source language for a code that is not in the table."""
    return LANGUAGES.get(code) or LANGUAGES[SOURCE]


def get_region_tag(code: str) -> str:
    """Return the BCP 47 tag of a text in a language; the code alone for one that is no longer in the table."""
    return LANGUAGES[code].region_tag if code in LANGUAGES else code


def in_language(names: Names, code: str) -> str:
    """Return a text in a language, else in the source language, else in any; "" if there is none."""
    return names.get(code) or names.get(SOURCE) or next(filter(None, names.values()), "")


def in_order(codes: Iterable[str]) -> list[str]:
    """Return language codes in the order of the table; those that are not in it come last."""
    places = {code: place for place, code in enumerate(CODES)}
    return sorted(codes, key=lambda code: (places.get(code, len(places)), code))


def shorten(names: Names, length: int) -> dict[str, str]:
    """Return each text cut to ``length`` characters."""
    return {code: text[:length] for code, text in names.items()}


def in_every(name: str, /, *path: str, **slots: Names | str) -> dict[str, str]:
    """Return the sentence at ``path`` of a wording file in every language.

    A slot is one text for all languages, or one in each.
    """
    return {code: _fill(name, path, slots, code) for code in CODES}


def _fill(name: str, path: tuple[str, ...], slots: Mapping[str, Names | str], code: str) -> str:
    sentence: Any = wording(name, code)
    for key in path:
        sentence = sentence[key]
    words = {key: slot if isinstance(slot, str) else in_language(slot, code) for key, slot in slots.items()}
    return str(sentence).format_map(words)


def collect(group: str, name: str) -> tuple[str, ...]:
    """Return the words of a list that every language may have, of all languages one after another."""
    found: list[str] = []
    for language in LANGUAGES.values():
        words = language.group(group).get(name, ())
        found += words.split() if isinstance(words, str) else words
    return tuple(dict.fromkeys(found))


@cache
def wording(name: str, code: str) -> Mapping[str, Any]:
    """Return ``wording/<name>.toml`` of a language; what it lacks is taken from the source language.

    Raises FileNotFoundError when the source language has no such file.
    """
    path = get(code).folder / "wording" / f"{name}.toml"
    if code == SOURCE or code not in LANGUAGES:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    own = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return _complete(own, wording(name, SOURCE))


def _complete(own: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``own`` with what only ``source`` has; tables are completed entry by entry."""
    full = dict(source) | dict(own)
    for key, value in source.items():
        if isinstance(value, dict) and isinstance(own.get(key), dict):
            full[key] = _complete(own[key], value)
    return full
