"""The fixed texts of single messages, from wording.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from .enums import NoticeKind

_MARKS = {"en": "[DRILL] ", "es": "[SIMULACRO] "}


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """A notice's text in a language; a missing slot raises KeyError. Drill texts carry the drill mark."""
    mark = _MARKS[language] if is_drill else ""
    return mark + str(_table()[key][language]).format_map(slots).strip()


def say_outcome(outcome: str, language: str, *, link: str, is_drill: bool) -> str:
    """What became of a report."""
    mark = _MARKS[language] if is_drill else ""
    return mark + str(_table()["OUTCOME"][language][outcome]).format_map({"link": link}).strip()


def title_of(kind: NoticeKind, language: str) -> str:
    """The title under which a notice shows on a phone or in a mailbox."""
    return str(_table()["title"][language])
