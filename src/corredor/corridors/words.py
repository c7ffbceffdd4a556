"""Fixed texts to posts, leads and parents, from ``wording/corridors.toml`` of each language, for every channel."""

from __future__ import annotations

from corredor.kit.fixed_texts import FixedTexts

_TEXTS = FixedTexts("corridors")


def render_text(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """Render a text in a language. Drill texts carry the drill mark. Raise KeyError for a missing variable."""
    return _TEXTS.render_text(key, language=language, is_drill=is_drill, **slots)


def word(group: str, code: str, language: str) -> str:
    """Return a fixed phrase, e.g. ``word("direction", "NE", "es")``."""
    return str(_TEXTS.table(language)[group][code])


def say_state(state: str, language: str) -> str:
    """Return a dismissal's state in one or two words."""
    return word("state", state, language)
