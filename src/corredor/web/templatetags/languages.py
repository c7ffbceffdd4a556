"""Template tags for languages: a text in the page language, names and directions of languages."""

from __future__ import annotations

from django import template

from corredor.kit import languages
from corredor.web.language import page_language

register = template.Library()


@register.filter
def in_language(names: languages.Names, code: str = "") -> str:
    """Return the text of {language: text} in the page language, or in another one."""
    return languages.in_language(names, code or page_language())


@register.filter
def language_name(code: str) -> str:
    """Return the language's own name."""
    return languages.get(code).name


@register.filter
def direction(code: str) -> str:
    """Return "ltr" or "rtl"."""
    return languages.get(code).direction


@register.filter
def halves(code: str) -> str:
    """Return the words for a.m. and p.m., joined by "|"; empty for a 24-hour clock."""
    clock = languages.get(code).clock
    return "|".join(clock.halves) if clock.hours == 12 else ""


@register.simple_tag
def list_languages() -> list[languages.Language]:
    """Return every language, in the order of the table."""
    return list(languages.LANGUAGES.values())
