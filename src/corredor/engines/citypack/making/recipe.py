"""City recipe: what a city needs besides its raw files, such as aliases and file origins (recipes/*.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corredor.engines.citypack.errors import SourceError

RECIPES = Path(__file__).parent / "recipes"
LOCAL_RECIPE = "city.toml"
"""A file of this name among the raw files replaces the shipped recipe of the city."""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """The origin of one raw file, written by hand. ``file`` is a glob pattern."""

    file: str
    title: str = ""
    origin: str = ""
    licence: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Recipe:
    """The hand-written data of a city. Every part may be empty."""

    title: str
    timezone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    attribution: tuple[str, ...] = ()
    sources: Mapping[str, SourceNote] = field(default_factory=dict)
    streets: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, list[str]] = field(default_factory=dict)
    honorary: Mapping[str, list[str]] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    towns: Mapping[str, Any] = field(default_factory=dict)
    line_aliases: Mapping[str, str] = field(default_factory=dict)
    lake_east: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def street_words(self, name: str) -> tuple[str, ...]:
        """Return one of the word lists of [streets], empty if absent."""
        return tuple(self.streets.get(name, ()))


def read_recipe(name: str, folder: Path) -> Recipe:
    """Return the recipe of city *name*: ``city.toml`` among the raw files, else the shipped one, else an empty one.

    Raise SourceError naming file, line and field.
    """
    words = _load(RECIPES / "english.toml")
    local, shipped = folder / LOCAL_RECIPE, RECIPES / f"{name}.toml"
    if local.is_file():
        data = _load(local)
    elif shipped.is_file() and shipped.name != "english.toml":
        data = _load(shipped)
    else:
        data = {}
    known = {entry for entry in Recipe.__dataclass_fields__ if entry not in ("directions", "kinds")}
    for key in data:
        if key not in known:
            reason = f"is not known; known are {', '.join(sorted(known))}"
            raise SourceError(reason, file=LOCAL_RECIPE, field=key)
    sources = {role: _note(role, note) for role, note in data.pop("sources", {}).items()}
    for key in ("languages", "attribution"):
        if key in data:
            data[key] = tuple(data[key])
    title = data.pop("title", name.replace("-", " ").replace("_", " ").title())
    return Recipe(title=title, sources=sources, directions=words["directions"], kinds=words["kinds"], **data)


def _note(role: str, note: Any) -> SourceNote:
    """Parse one [sources.ROLE] table; raise SourceError if it has no file or an unknown key."""
    try:
        return SourceNote(**note)
    except TypeError as error:
        raise SourceError(str(error), file=LOCAL_RECIPE, field=f"sources.{role}") from error


def _load(path: Path) -> dict[str, Any]:
    """Parse a TOML file; raise SourceError with the line of a syntax error."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"is not TOML: {error}", file=path.name) from error
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8 text", file=path.name) from error
