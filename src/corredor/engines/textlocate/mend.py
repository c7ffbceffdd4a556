"""Spelling correction: join split words and correct misspelt ones into street names."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from .atlas import Atlas, ordinal_ending
from .fuzzy import find_longer, find_near
from .scan import Item
from .street_names import Name, replace_cost
from .tokens import Tokens
from .vocabulary import CANONICAL, COMMON_WORDS, GIVEN_NAMES, STREET_KINDS

_STREETISH = frozenset("Smsz")
_BESIDE = frozenset("cabqoSmsz")
_MAX_NAMES = 8
_SHORT_TEXT = 10
_KIND_FORMS = tuple(sorted(word for word, short in CANONICAL.items() if short in STREET_KINDS and len(word) >= 4))
_WRONG_ENDING_COST = 1.0
_SHORTEST_CUT, _LONGEST_CUT = 3, 6
_MOST_LONGER = 60
_GREAT = 40
_CUT_COST = 2.2


def correct_spelling(items: list[Item], tokens: Tokens, atlas: Atlas) -> list[Item]:
    """Return the items with unknown words next to joining words replaced by the streets they may mean."""
    short = len(items) <= _SHORT_TEXT
    corrected: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if item.code == "w" and _is_unknown(item, tokens):
            item = _correct_word(items, i, corrected, tokens, atlas, short)
        elif short and item.value >= 0 and item.code in "Smn" and _has_wrong_ending(item, tokens):
            item = _correct_number(item, tokens, atlas)
        if item.start >= 0:
            while i < len(items) and items[i].start < item.end:
                i += 1
            corrected.append(item)
        else:
            i += 1
    return corrected


def near_names(atlas: Atlas, written: str) -> tuple[Name, ...]:
    """Return the lines whose name is nearly *written* (without spaces), cheapest first."""
    limit = 2 if len(written) >= 8 else 1
    found: dict[int, Name] = {}
    for spelt, cost in find_near(atlas.near, written, limit)[: _MAX_NAMES * 2]:
        for name in atlas.streets.names[atlas.near_keys[spelt]]:
            dearer = replace_cost(name, cost)
            if name.line not in found or dearer.cost < found[name.line].cost:
                found[name.line] = dearer
    return tuple(sorted(found.values(), key=lambda name: (name.cost + name.rarity, name.line))[:_MAX_NAMES])


def _expand_prefix(atlas: Atlas, written: str) -> tuple[Name, ...]:
    """Return the major streets whose name starts with *written* ("Cal" for California)."""
    if not _SHORTEST_CUT <= len(written) <= _LONGEST_CUT:
        return ()
    found: dict[int, Name] = {}
    for longer in find_longer(atlas.near, written, _MOST_LONGER):
        for name in atlas.streets.names[atlas.near_keys[longer]]:
            if atlas.lines.weight[name.line] >= _GREAT and name.cost < 0.5:
                found.setdefault(name.line, replace_cost(name, _CUT_COST))
    return tuple(found.values())[:3]


def _is_unknown(item: Item, tokens: Tokens) -> bool:
    word = tokens.plain[item.start]
    if tokens.masked[item.start] or len(word) < 3 or not word.isalnum():
        return False
    return word not in COMMON_WORDS and word not in GIVEN_NAMES


def _correct_word(items: list[Item], i: int, before: list[Item], tokens: Tokens, atlas: Atlas, short: bool) -> Item:
    """Return a street item for the unknown word at *i*, the kind it misspells, or the word unchanged."""
    item = items[i]
    last = before[-1] if before else None
    following = items[i + 1].code if i + 1 < len(items) else ""
    kind = _kind_of(tokens.plain[item.start])
    if kind and last is not None and last.code in _STREETISH and not last.kind:
        last.kind, last.end = kind, item.end
        return Item("", -1, item.end)
    is_next_to_join = (last is not None and last.code in _BESIDE) or (following != "" and following in _BESIDE)
    if not (short or is_next_to_join):
        return item
    joined = _join(items, i, tokens, atlas)
    if joined is not None:
        return joined
    names = near_names(atlas, tokens.plain[item.start]) + _expand_prefix(atlas, tokens.plain[item.start])
    return _street(item, item.end, names, tokens) if names else item


def _street(item: Item, end: int, names: tuple[Name, ...], tokens: Tokens) -> Item:
    """Return a street item, including a kind word that follows it."""
    found = Item("z", item.start, end, names)
    if end < len(tokens) and tokens.word[end] in STREET_KINDS:
        found.kind, found.end, found.said = tokens.word[end], end + 1, True
    return found


def _join(items: list[Item], i: int, tokens: Tokens, atlas: Atlas) -> Item | None:
    """Try the word joined with the next one ("cotage grove", "ked zie")."""
    item = items[i]
    if i + 1 >= len(items):
        return None
    other = items[i + 1]
    if other.start != item.end or other.code not in "wSsPA" or not other.end - other.start <= 2:
        return None
    written = "".join(tokens.plain[item.start : other.end])
    if len(written) < 5 or len(written) > 24:
        return None
    names = near_names(atlas, written)
    exact = bool(names) and written in atlas.near_keys
    if not names or (other.code != "w" and not exact and names[0].cost > 3.6):
        return None
    return _street(item, other.end, names, tokens)


def _kind_of(word: str) -> str:
    """Return the kind that *word* misspells by one letter, "" if none."""
    if len(word) < 4:
        return ""
    for form in _KIND_FORMS:
        if abs(len(form) - len(word)) <= 1 and OSA.distance(form, word, score_cutoff=1) <= 1:
            return CANONICAL[form]
    return ""


def _has_wrong_ending(item: Item, tokens: Tokens) -> bool:
    """Return whether a number has the wrong ordinal ending ("6rd"), a sign of a typing error."""
    for i in range(item.start, item.end):
        plain = tokens.plain[i]
        if tokens.ordinal[i] and tokens.value[i] >= 0 and plain[-2:] in ("st", "nd", "rd", "th"):
            return item.code == "n" or not plain.endswith(ordinal_ending(tokens.value[i]))
    return False


def _correct_number(item: Item, tokens: Tokens, atlas: Atlas) -> Item:
    plain = next(tokens.plain[i] for i in range(item.start, item.end) if tokens.value[i] >= 0)
    known = {name.line: replace_cost(name, _WRONG_ENDING_COST) for name in item.names}
    for name in near_names(atlas, plain):
        known.setdefault(name.line, name)
    item.names = tuple(sorted(known.values(), key=lambda name: (name.cost + name.rarity, name.line)))
    if item.names and item.code == "n":
        item.code = "z"
    return item
