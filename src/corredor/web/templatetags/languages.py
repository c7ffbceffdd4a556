"""Languages in templates: a text in the language of the page, the names and directions of languages."""

from __future__ import annotations

from django import template

from corredor.kit import languages
from corredor.web.language import page_language

register = template.Library()


@register.filter
def in_language(names: languages.Names, code: str = "") -> str:
    """The text of {language: text} in the language of the page, or in another one."""
    return languages.in_language(names, code or page_language())


@register.filter
def language_name(code: str) -> str:
    """The language's own name for itself."""
    return languages.get(code).name


@register.filter
def direction(code: str) -> str:
    """ltr or rtl."""
    return languages.get(code).direction


@register.filter
def halves(code: str) -> str:
    """The words for before and after noon, joined by "|"; empty for a clock of 24 hours."""
    clock = languages.get(code).clock
    return "|".join(clock.halves) if clock.hours == 12 else ""


@register.simple_tag
def list_languages() -> list[languages.Language]:
    """Every language, in the order of the table."""
    return list(languages.LANGUAGES.values())
