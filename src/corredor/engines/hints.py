"""What words hint at that a form did not ask or nobody answered: a reason to ask, never a finding."""

from __future__ import annotations

import re
import unicodedata

from corredor.kit.languages import collect

_GAS = re.compile(rf"\b(?:{'|'.join(collect('hints', 'gas'))})\b")
_LONGEST = 4000


def speaks_of_gas(text: str) -> bool:
    """Whether a text in any of our languages, with or without accents, speaks of tear gas, spray or smoke."""
    folded = unicodedata.normalize("NFD", text[:_LONGEST].casefold())
    return bool(_GAS.search("".join(one for one in folded if not unicodedata.combining(one))))
