"""Fixed message texts of a stage, from its wording.toml: by key and language, with template variables."""

from __future__ import annotations

import tomllib
from functools import cached_property
from importlib import resources
from typing import Any

_MARKS = {"en": "[DRILL] ", "es": "[SIMULACRO] "}


class FixedTexts:
    """The ``wording.toml`` of one package, loaded lazily."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def table(self) -> dict[str, Any]:
        """Return the parsed file."""
        return tomllib.loads(resources.files(self._package).joinpath("wording.toml").read_text(encoding="utf-8"))

    def render_text(self, *path: str, is_drill: bool = False, **slots: str) -> str:
        """Return the text at ``path``, with variables filled in. Raise KeyError if the text or a variable is missing.

        One of the names in ``path`` is the language. Drill texts carry the drill mark.
        """
        text: Any = self.table
        for name in path:
            text = text[name]
        language = next(name for name in path if name in _MARKS)
        return (_MARKS[language] if is_drill else "") + str(text).format_map(slots).strip()
