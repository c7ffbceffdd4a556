"""The fixed texts to posts, leads and parents, from wording/corridors.toml of each language.

The same sentences go by text message and e-mail.
"""

from __future__ import annotations

from corredor.kit.fixed_texts import FixedTexts

_TEXTS = FixedTexts("corridors")


def render_text(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """A text in a language; a missing slot raises KeyError. Drill texts carry the drill mark."""
    return _TEXTS.render_text(key, language=language, is_drill=is_drill, **slots)


def word(group: str, code: str, language: str) -> str:
    """A fixed phrase, such as word("direction", "NE", "es")."""
    return str(_TEXTS.table(language)[group][code])


def say_state(state: str, language: str) -> str:
    """How a day stands, in a word or two."""
    return word("state", state, language)
