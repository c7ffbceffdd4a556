"""Language detection of a short message by function words and signs found in only one language."""

from __future__ import annotations

import unicodedata

from corredor.kit.languages import FIRST, LANGUAGES

_WORDS = {code: frozenset(one.group("guess").get("words", "").split()) for code, one in LANGUAGES.items()}
_SIGNS = {code: frozenset(one.group("guess").get("signs", "")) for code, one in LANGUAGES.items()}


def guess_language(text: str, *, default: str = FIRST) -> str:
    """Return a language's code; ``default`` on a tie. Reads at most 2,000 characters."""
    head = text[:2000].casefold()
    for code, signs in _SIGNS.items():
        if not signs.isdisjoint(head):
            return code
    plain = "".join(c for c in unicodedata.normalize("NFKD", head) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    counted = sorted(((sum(word in small for word in words), code) for code, small in _WORDS.items()), reverse=True)
    (most, code), *others = counted
    return default if any(count == most for count, _ in others) else code
