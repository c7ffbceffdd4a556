"""Alert templates (languages/<code>/wording) and their rendering: no texts in code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corredor.kit import languages

CURRENT = "v1"
SHORT, STANDARD, TITLE = 90, 360, 60
_TWO_STOPS = re.compile(r"\b([ap]\. ?m\.)\.")


class NoWordingFits(Exception):
    """Even the shortest wording of a length is too long for its values. ``length`` is short or standard."""

    def __init__(self, length: str) -> None:
        super().__init__(length)
        self.length = length


@dataclass(frozen=True, slots=True)
class AlertWords:
    """One language of an alert: title <= 60, short <= 90, standard <= 360 characters, long unlimited."""

    title: str
    short: str
    standard: str
    long: str


def load(language: str, version: str = CURRENT) -> Mapping[str, Any]:
    """Return a version's tables in one language."""
    return languages.wording(f"alerts_{version}", language)


def fill(*, kind: str, language: str, slots: Mapping[str, str], is_drill: bool, version: str = CURRENT) -> AlertWords:
    """Render the texts of one kind in one language.

    ``slots`` values are inserted verbatim; a missing one raises KeyError, so that no message has a gap. The drill mark
    comes first in every length and counts towards it.
    """
    block = load(language, version)[kind]
    mark = languages.get(language).drill_mark if is_drill else ""
    return AlertWords(
        title=_cut(mark + block["title"].format_map(slots), TITLE),
        short=_first_that_fits(block["short"], slots, mark, SHORT, "short"),
        standard=_first_that_fits(block["standard"], slots, mark, STANDARD, "standard"),
        long=_end_once(mark + block["long"].format_map(slots)),
    )


def words_for(group: str, code: str, language: str, *, version: str = CURRENT) -> str:
    """Return a fixed phrase, such as words_for("agency", "ICE", "es")."""
    return str(load(language, version)[group][code])


def _first_that_fits(wordings: list[str], slots: Mapping[str, str], mark: str, limit: int, length: str) -> str:
    for wording in wordings:
        text = _tidy(mark + wording.format_map(slots))
        if len(text) <= limit:
            return text
    raise NoWordingFits(length)


def _tidy(text: str) -> str:
    """Collapse the whitespace left by empty values."""
    return _end_once(" ".join(text.split()))


def _end_once(text: str) -> str:
    """Drop the full stop after "a.m." or "a. m."."""
    return _TWO_STOPS.sub(r"\1", text)


def _cut(text: str, limit: int) -> str:
    text = _tidy(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
