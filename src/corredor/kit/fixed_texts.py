"""Fixed sentences of a stage, from its wording.toml: by key and language, with slots, marked in a drill."""

from __future__ import annotations

import tomllib
from functools import cached_property
from importlib import resources
from typing import Any

_MARKS = {"en": "[DRILL] ", "es": "[SIMULACRO] "}


class FixedTexts:
    """The ``wording.toml`` of one package, read when a text is asked for first."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def table(self) -> dict[str, Any]:
        """Everything in it, as it stands."""
        return tomllib.loads(resources.files(self._package).joinpath("wording.toml").read_text(encoding="utf-8"))

    def render_text(self, *path: str, is_drill: bool = False, **slots: str) -> str:
        """The text at ``path``; a missing slot or text raises KeyError. Drill texts carry the drill mark.

        One of the names in ``path`` is the language.
        """
        text: Any = self.table
        for name in path:
            text = text[name]
        language = next(name for name in path if name in _MARKS)
        return (_MARKS[language] if is_drill else "") + str(text).format_map(slots).strip()
