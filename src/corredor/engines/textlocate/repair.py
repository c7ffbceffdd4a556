"""Fallback parser for a short text: two misspelt street names, with errors anywhere, even in the spaces."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from .atlas import Atlas
from .corner import draft_corner
from .crossing import Meeting, Reading, find_approaches, find_readings
from .draft import Draft
from .fuzzy import SLIP_COST
from .mend import near_names
from .result import Kind
from .scan import Item
from .street_names import Name, replace_cost
from .tokens import Tokens, fold
from .vocabulary import COMMON_WORDS, DIRECTIONS, FILLERS, ROLES, STREET_KINDS

MAX_TOKENS = 12
MAX_CHARS = 80
_GOOD_COST = 0.9
_PLAIN_COST = 3.0
_LEFT_OVER_COST = 1.3
_STUCK_COST = 0.4
_UNJOINED_DOUBT = 2.2
_LONGEST_DIRECTION = 3
_SHORTEST_NAME = 4
_GLUED_DIRECTIONS = ("nw", "ne", "sw", "se", "n", "s", "e", "w")
_MAX_NAMES = 10
_FULL_KINDS = {
    "street": "st",
    "avenue": "ave",
    "place": "pl",
    "drive": "dr",
    "court": "ct",
    "road": "rd",
    "boulevard": "blvd",
    "parkway": "pkwy",
    "terrace": "ter",
    "avenida": "ave",
    "calle": "st",
    "lane": "ln",
    "highway": "hwy",
    "ave": "ave",
    "blvd": "blvd",
    "pkwy": "pkwy",
    "st": "st",
    "rd": "rd",
    "dr": "dr",
    "ct": "ct",
    "pl": "pl",
    "ln": "ln",
}
_SHORT_KINDS = ("ave", "blvd", "pkwy", "hwy", "st", "rd", "dr", "ct", "pl", "ln", "cir")
_MAY_GIVE_WAY = (Kind.CROSSING, Kind.STREET, Kind.PLACE, Kind.AREA)
_SIGNS = frozenset("&/@")
_SPLITTERS = frozenset("caq")
_EDGE = frozenset("oqbfat,.h")


def repair(atlas: Atlas, tokens: Tokens, items: list[Item], drafts: list[Draft]) -> list[Draft]:
    """Return *drafts*, or one corner that explains a short text better than they do."""
    if len(tokens) > MAX_TOKENS or len(tokens.text) > MAX_CHARS or len(tokens) < 2 or any(tokens.masked):
        return drafts
    pointed = [draft for draft in drafts if draft.choices]
    if any(draft.kind not in _MAY_GIVE_WAY for draft in drafts) or len(pointed) > 1:
        return drafts
    read_cost = _cost_of(pointed[0], items) if pointed else 9.0
    if read_cost <= _GOOD_COST or (pointed and _is_fully_read(pointed[0], items)):
        return drafts
    repaired = _best_split(atlas, tokens)
    if repaired is None or repaired.choices[0].cost + repaired.extra >= read_cost:
        return drafts
    repaired.first, repaired.last = 0, len(items)
    return [repaired]


def _cost_of(draft: Draft, items: list[Item]) -> float:
    """Return the cost of a draft, including the words it leaves unexplained."""
    left = [item for item in (*items[: draft.first], *items[draft.last :]) if item.code in "wnmSsz"]
    return max(0.0, draft.choices[0].cost) + draft.extra + _LEFT_OVER_COST * len(left)


def _is_fully_read(draft: Draft, items: list[Item]) -> bool:
    """Return whether a draft used the whole text and every name in it is spelt as in the city's tables."""
    whole = draft.first == 0 and draft.last == len(items)
    return whole and draft.choices[0].cost < _PLAIN_COST and all(item.code != "z" for item in items)


def _best_split(atlas: Atlas, tokens: Tokens) -> Draft | None:
    """Return the cheapest corner over all ways to split the text in two."""
    best: tuple[float, Draft] | None = None
    for left_end, right_start, extra in _cuts(tokens):
        a = _read_half(atlas, tokens, 0, left_end)
        b = _read_half(atlas, tokens, right_start, len(tokens)) if a is not None else None
        if a is None or b is None:
            continue
        readings = find_readings(atlas.lines, atlas.plane, a, b) or _near_meetings(atlas, a, b)
        if readings and (best is None or readings[0].cost + extra < best[0]):
            best = (readings[0].cost + extra, draft_corner(atlas, readings, a, b, (0, 1)))
            best[1].extra = extra + (_UNJOINED_DOUBT if extra else 0.0)
    return best[1] if best else None


def _near_meetings(atlas: Atlas, a: Item, b: Item) -> list[Reading]:
    """Return where the likeliest streets meet although the city lists no crossing of them."""
    return [one for one in find_approaches(atlas.lines, atlas.plane, a, b) if one.meeting is not Meeting.APART]


def _cuts(tokens: Tokens) -> list[tuple[int, int, float]]:
    """Return (end of the left half, start of the right half, cost) for every way to split the text."""
    joins = [i for i, word in enumerate(tokens.word) if ROLES.get(word, " ") in _SPLITTERS and 0 < i < len(tokens) - 1]
    if joins:
        return [(i, i + 1, 0.0) for i in joins]
    between = [(i, i, 0.8) for i in range(1, len(tokens))]
    replaced = [(i, i + 1, 1.0) for i in range(1, len(tokens) - 1) if len(tokens.plain[i]) == 1]
    return [*between, *replaced]


def _read_half(atlas: Atlas, tokens: Tokens, start: int, end: int) -> Item | None:
    """Return a street item for the words from *start* to *end* together, None without a near name."""
    while start < end and _is_edge(tokens, start):
        start += 1
    while end > start and _is_edge(tokens, end - 1):
        end -= 1
    if start == end or end - start > 6:
        return None
    if _is_filler(atlas, tokens, start, end):
        return None
    item = Item("z", start, end)
    options = [("", _near(atlas, tokens, start, end, item)), *_without_direction(atlas, tokens, start, end, item)]
    options = [(direction, names) for direction, names in options if names]
    if not options:
        return None
    item.direction = min(options, key=lambda option: option[1][0].cost)[0]
    item.names = _merge([name for _, names in options for name in names])
    return item


def _without_direction(
    atlas: Atlas, tokens: Tokens, start: int, end: int, item: Item
) -> list[tuple[str, tuple[Name, ...]]]:
    """Return readings of a half that take its start for a direction: written, misspelt, or joined to the name."""
    found: list[tuple[str, tuple[Name, ...]]] = []
    first = tokens.word[start]
    if end - start > 1 and tokens.end[start] < tokens.start[start + 1]:
        if first in DIRECTIONS:
            found.append((first, _near(atlas, tokens, start + 1, end, item)))
        elif len(first) <= _LONGEST_DIRECTION and first.isalpha():
            names = _near(atlas, tokens, start + 1, end, item)
            found.append(("", tuple(replace_cost(name, SLIP_COST) for name in names)))
    written = _join_text(tokens, start, end - 1 if item.kind else end)
    for direction in _GLUED_DIRECTIONS:
        if written.startswith(direction) and len(written) - len(direction) >= _SHORTEST_NAME:
            names = near_names(atlas, written[len(direction) :])
            found.append((direction, tuple(replace_cost(name, _STUCK_COST) for name in names)))
    return found


def _join_text(tokens: Tokens, start: int, end: int) -> str:
    """Return the letters and digits of the words from *start* to *end* without separators."""
    return "".join(c for c in fold(tokens.text[tokens.start[start] : tokens.end[end - 1]]) if c.isalnum())


def _is_filler(atlas: Atlas, tokens: Tokens, start: int, end: int) -> bool:
    """Return whether the words are common ones, spelt correctly, and no street's name."""
    words = [word for word in tokens.plain[start:end] if word.isalnum()]
    if all(len(word) < 2 for word in words):
        return True
    if " ".join(tokens.word[start:end]) in atlas.streets.names or not _SIGNS.isdisjoint(tokens.plain):
        return False  # "&" is deliberate: "Archer & Made" is Archer and Meade
    return all(word in COMMON_WORDS for word in words)


def _is_edge(tokens: Tokens, i: int) -> bool:
    plain = tokens.plain[i]
    return plain in FILLERS or ROLES.get(plain, " ") in _EDGE


def _near(atlas: Atlas, tokens: Tokens, start: int, end: int, item: Item) -> tuple[Name, ...]:
    """Return lines near the joined words, a kind at their end parsed separately (with its misspellings)."""
    kind, slip_cost = _last_kind(tokens, start, end)
    if kind:
        item.kind, item.said = kind, True
        item.cost = slip_cost
        end -= 1
    written = _join_text(tokens, start, end)
    found = list(near_names(atlas, written))
    whole = item.kind or written in atlas.near_keys  # the end of "Lincoln" is no "ln"
    for form, kind in () if whole else _FULL_KINDS.items():
        cut, slips = _strip_kind(written, form)
        if cut:
            found += [_with_kind(name, kind, slips) for name in near_names(atlas, cut)]
    return _merge(found)


def _last_kind(tokens: Tokens, start: int, end: int) -> tuple[str, float]:
    """Return the kind that the last word is, or misspells in a short form, and its cost."""
    if end - start < 2 or tokens.start[end - 1] == tokens.end[end - 2]:
        return "", 0.0
    word = tokens.word[end - 1]
    if word in STREET_KINDS:
        return word, 0.0
    for form in _SHORT_KINDS:
        if 1 <= len(word) - len(form) + 1 <= 3 and OSA.distance(word, form, score_cutoff=1) <= 1:
            return form, SLIP_COST
    return "", 0.0


def _strip_kind(written: str, form: str) -> tuple[str, int]:
    """Return *written* without the kind at its end, and the edits in that kind; "" without one."""
    for length in (len(form), len(form) - 1, len(form) + 1):
        head, tail = written[:-length], written[-length:]
        if len(head) >= 2 and len(tail) == length:
            slips = OSA.distance(tail, form, score_cutoff=1)
            if slips == 0 or (slips == 1 and len(form) > 4):
                return head, slips
    return "", 0


def _with_kind(name: Name, kind: str, slips: int) -> Name:
    """Return *name* as read with a kind that was joined to it."""
    rarity = 0.0 if kind in name.kinds else name.rarity + 0.8
    return name._replace(cost=name.cost + slips * SLIP_COST + _STUCK_COST, rarity=rarity)


def _merge(names: list[Name] | tuple[Name, ...]) -> tuple[Name, ...]:
    """Return the cheapest name of each line, cheapest first."""
    found: dict[int, Name] = {}
    for name in names:
        known = found.get(name.line)
        if known is None or name.cost + name.rarity < known.cost + known.rarity:
            found[name.line] = name
    return tuple(sorted(found.values(), key=lambda name: (name.cost + name.rarity, name.line))[:_MAX_NAMES])
