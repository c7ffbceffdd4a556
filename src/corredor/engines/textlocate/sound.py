"""Phonetic key: one key for all spellings that sound alike in English or Spanish ("kedzie", "quedsi", "ketsy")."""

from __future__ import annotations

import re

_RULES: tuple[tuple[str, str], ...] = (
    ("[ae]w(?=[^aeiou]|$)|au", "o"),
    ("sch|tch|sh|ch|ge$", "x"),
    ("ph", "f"),
    ("wh|hu(?=[aei])|gu(?=[aei])", "w"),
    ("qu(?=[ei])|ck|q|c(?=[aoulrkt]|$)|k", "k"),
    ("c(?=[eiy])|z|ss|tz|ds|dz|ts", "s"),
    ("gh(?=t|$)", ""),
    ("ge(?=[^r])|gi(?=o)|j", "x"),
    ("^h|(?<=[^x])h", ""),
    ("ll|y(?=[aeou])", "y"),
    ("v", "b"),
    ("ing$", "in"),
    ("(?<=[^aeiou])[dt]$", ""),
    ("ee|ea|ie|y|i|ey", "i"),
    ("oo|ou|u", "u"),
    ("e(?=r|l|n|$)|a|o(?=r|n)", "a"),
    ("(.)\\1+", "\\1"),
)
_COMPILED = tuple((re.compile(pattern), target) for pattern, target in _RULES)


def sound_key(name: str) -> str:
    """Return the phonetic key of *name*: consonants folded by sound, vowels only at the start."""
    for pattern, target in _COMPILED:
        name = pattern.sub(target, name)
    head, tail = name[:1], name[1:]
    head = "A" if head in "aeiou" else head
    return head + re.sub("[aeiou]+", "", tail)
