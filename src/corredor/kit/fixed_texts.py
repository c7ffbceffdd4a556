"""Fixed sentences of a stage, from `wording/<name>.toml` of each language: by key, with slots, marked in a drill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import languages


class FixedTexts:
    """One wording file in every language."""

    def __init__(self, name: str) -> None:
        self._name = name

    def table(self, language: str) -> Mapping[str, Any]:
        """Return everything in it, as it stands."""
        return languages.wording(self._name, language)

    def render_text(self, *path: str, language: str, is_drill: bool = False, **slots: str) -> str:
        """Return the text at ``path`` with the drill's mark, if it is one. Raises KeyError: no such text or slot."""
        text: Any = self.table(language)
        for name in path:
            text = text[name]
        mark = languages.get(language).drill_mark if is_drill else ""
        return mark + str(text).format_map(slots).strip()
