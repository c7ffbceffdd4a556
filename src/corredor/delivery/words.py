"""The fixed texts of single messages, from wording/delivery.toml of each language."""

from __future__ import annotations

from corredor.kit.fixed_texts import FixedTexts

from .enums import TransactionalKind

_TEXTS = FixedTexts("delivery")


def render_text(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """A notice's text in a language; a missing slot raises KeyError. Drill texts carry the drill mark."""
    return _TEXTS.render_text(key, language=language, is_drill=is_drill, **slots)


def say_outcome(outcome: str, language: str, *, link: str, is_drill: bool) -> str:
    """What became of a report."""
    return _TEXTS.render_text("OUTCOME", outcome, language=language, is_drill=is_drill, link=link)


def title_of(kind: TransactionalKind, language: str) -> str:
    """The title under which a notice shows on a phone or in a mailbox."""
    return _TEXTS.render_text("title", language=language)
