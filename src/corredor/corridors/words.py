"""The fixed texts to posts, leads and parents, from wording.toml. The same sentences go by text message and e-mail."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("es", "en")
_MARKS = {"en": "[DRILL] ", "es": "[SIMULACRO] "}


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """A text in a language; a missing slot raises KeyError. Drill texts carry the drill mark."""
    mark = _MARKS[language] if is_drill else ""
    return mark + str(_table()[key][language]).format_map(slots).strip()


def word(group: str, code: str, language: str) -> str:
    """A fixed phrase, such as word("direction", "NE", "es")."""
    return str(_table()[group][language][code])


def say_state(state: str, language: str) -> str:
    """How a day stands, in a word or two."""
    return word("state", state, language)
