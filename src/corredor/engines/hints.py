"""Hints in free text about questions not asked or not answered: a reason to ask, never a finding."""

from __future__ import annotations

import re
import unicodedata

_GAS = re.compile(
    r"\b(?:gas(?!\s+(?:station|bill|stove|pump)\b)|gase(?:s|ar|aron|ando)|lacrimogen\w*|teargas\w*|gas\s+pimienta"
    r"|pepper\s*(?:spray|ball)\w*|spray(?:ed|ing)?|rociaron|flash\s*bangs?|smoke\s+(?:bomb|grenade)s?"
    r"|bombas?\s+de\s+humo)\b"
)
_LONGEST = 4000


def mentions_gas(text: str) -> bool:
    """Return whether a text, English or Spanish, with or without accents, mentions tear gas, spray or smoke."""
    folded = unicodedata.normalize("NFD", text[:_LONGEST].casefold())
    return bool(_GAS.search("".join(one for one in folded if not unicodedata.combining(one))))
