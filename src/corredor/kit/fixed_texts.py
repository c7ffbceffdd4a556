"""Fixed message texts of a stage, from `wording/<name>.toml` of each language: by key, with template variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import languages


class FixedTexts:
    """One wording file in every language."""

    def __init__(self, name: str) -> None:
        self._name = name

    def table(self, language: str) -> Mapping[str, Any]:
        """Return the parsed file of a language."""
        return languages.wording(self._name, language)

    def render_text(self, *path: str, language: str, is_drill: bool = False, **slots: str) -> str:
        """Return the text at ``path``, with variables filled in. Raise KeyError if the text or a variable is missing.

        Drill texts carry the drill mark.
        """
        text: Any = self.table(language)
        for name in path:
            text = text[name]
        mark = languages.get(language).drill_mark if is_drill else ""
        return mark + str(text).format_map(slots).strip()
