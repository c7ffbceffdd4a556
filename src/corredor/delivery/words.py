"""Texts of transactional messages, from wording/delivery.toml of each language."""

from __future__ import annotations

from corredor.kit.fixed_texts import FixedTexts

from .enums import TransactionalKind

_TEXTS = FixedTexts("delivery")


def render_text(key: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """Render a transactional text. Raise KeyError for a missing slot. Drill texts carry the drill mark."""
    return _TEXTS.render_text(key, language=language, is_drill=is_drill, **slots)


def render_opt_in(channel: str, language: str, *, is_drill: bool = False, **slots: str) -> str:
    """Return the opt-in request of a channel: its own text, else the one for every channel that sends a code."""
    key = f"CONFIRM_{channel}"
    own = key in _TEXTS.table(language)
    return _TEXTS.render_text(key if own else "CONFIRM", language=language, is_drill=is_drill, **slots)


def render_outcome(outcome: str, language: str, *, link: str, is_drill: bool) -> str:
    """What became of a report."""
    return _TEXTS.render_text("OUTCOME", outcome, language=language, is_drill=is_drill, link=link)


def title_of(kind: TransactionalKind, language: str) -> str:
    """Return the title shown on a phone or in a mailbox."""
    return _TEXTS.render_text("title", language=language)
