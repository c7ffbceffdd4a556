"""Hints in free text about questions not asked or not answered: a reason to ask, never a finding."""

from __future__ import annotations

import re
import unicodedata

from corredor.kit.languages import collect

_GAS = re.compile(rf"\b(?:{'|'.join(collect('hints', 'gas'))})\b")
_LONGEST = 4000


def mentions_gas(text: str) -> bool:
    """Return whether a text in any of the languages, with or without accents, mentions tear gas, spray or smoke."""
    folded = unicodedata.normalize("NFD", text[:_LONGEST].casefold())
    return bool(_GAS.search("".join(one for one in folded if not unicodedata.combining(one))))
