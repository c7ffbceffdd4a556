"""Parser: walk the items of a text from left to right and draft every place that a pattern matches."""

from __future__ import annotations

import re
from itertools import pairwise

from . import wording
from .along import read_house, read_stretch
from .atlas import Atlas
from .corner import read_corner
from .crossing import find_readings
from .draft import Draft
from .grammar import PATTERNS, Shape, join_cost
from .named import read_area, read_place, read_town
from .place_names import Sort
from .result import Kind, Movement
from .scan import Item
from .sentence import count_before, move_blocks
from .tokens import Tokens

MAX_DRAFTS = 40
_SENTENCE_COST = 0.15
_TWO_NUMBERS_COST = 2.2
_LOOSE_PAIR_COST = 4.3
_UNJOINED_DOUBT = 0.9
_MENDED_DOUBT = 0.6
_BARE_NUMBER_DOUBT = 1.0
_BOTH_MENDED_DOUBT = 1.2
_LOOSE_REACH = 16
_BESIDE = 5
_STREETS = frozenset("Ssmz")


def read(atlas: Atlas, items: list[Item], tokens: Tokens) -> list[Draft]:
    """Return drafts in the order of the text, single streets included."""
    codes = "".join(_letter(item, tokens) for item in items)
    drafts: list[Draft] = []
    pos = 0
    while pos < len(items) and len(drafts) < MAX_DRAFTS:
        draft, pos = _read_at(atlas, items, codes, pos, tokens)
        if draft is not None:
            draft.extra += 0.0 if draft.last - draft.first >= len(items) else _SENTENCE_COST
            drafts.append(draft)
    return _pair_loose(atlas, items, drafts)


def _letter(item: Item, tokens: Tokens) -> str:
    if item.code == "w" and item.end == item.start + 1 and len(tokens.plain[item.start]) == 1:
        return "~"
    return item.code


def _read_at(atlas: Atlas, items: list[Item], codes: str, pos: int, tokens: Tokens) -> tuple[Draft | None, int]:
    """Return the draft that starts at *pos*, if any, and the next position."""
    code = codes[pos]
    for pattern in PATTERNS:
        if code not in pattern.firsts:
            continue
        match = pattern.match.match(codes, pos)
        draft = _build(atlas, items, tokens, pattern.shape, match) if match else None
        if draft is not None and match is not None:
            return draft, _next(atlas, items, codes, draft, match)
    return _read_single(atlas, items, codes, pos, tokens), pos + 1


def _next(atlas: Atlas, items: list[Item], codes: str, draft: Draft, match: re.Match[str]) -> int:
    """Return the next position: a corner's second street may open another corner ("A and B and C")."""
    end = match.end()
    follows = draft.kind is Kind.CROSSING and re.match("c[Sz]", codes[end : end + 2])
    if follows and find_readings(atlas.lines, atlas.plane, items[end - 1], items[end + 1]):
        return end - 1
    return end


def _build(atlas: Atlas, items: list[Item], tokens: Tokens, shape: Shape, match: re.Match[str]) -> Draft | None:
    if shape is Shape.CORNER:
        return _corner(atlas, items, match)
    if shape is Shape.MOVE:
        return _move(atlas, items, match)
    if shape is Shape.SHIFTED:
        return _shifted(atlas, items, tokens, match)
    if shape is Shape.STRETCH:
        ends = (match.start("a"), match.start("b"))
        return read_stretch(atlas, items, match.start("s"), ends, match.span())
    return _numbered(atlas, items, tokens, shape, match)


def _corner(atlas: Atlas, items: list[Item], match: re.Match[str]) -> Draft | None:
    first, last = match.start("a"), match.start("b")
    a, b = items[first], items[last]
    strong = join_cost(match["join"]) == 0.0
    whole = first == 0 and last == len(items) - 1
    codes = {a.code, b.code}
    if not whole and _needs_more(codes, match["join"] or "", strong):
        return None
    loose = whole or (strong and a.code == b.code == "S" and (a.said or b.said))
    draft = read_corner(atlas, items, first, last, loose)
    if draft is None:
        return None
    draft.extra += join_cost(match["join"])
    if codes == {"m"}:
        draft.extra += _TWO_NUMBERS_COST
    if not whole:
        draft.extra += _sentence_doubt(draft, codes, strong)
    return draft


def _needs_more(codes: set[str], join: str, strong: bool) -> bool:
    """Return whether two names in a sentence are too little evidence: "the park at 31st", "plate ending 59"."""
    if "s" in codes and "c" not in join:
        return True
    return "z" in codes and (not strong or "s" in codes or ("m" in codes and "c" not in join))


def _sentence_doubt(draft: Draft, codes: set[str], strong: bool) -> float:
    """Return the doubt of a corner inside a sentence that the same words alone would not have."""
    doubt = 0.0 if strong else _UNJOINED_DOUBT
    if "m" in codes and not strong:
        doubt += _UNJOINED_DOUBT
    if "z" in codes:
        doubt += _MENDED_DOUBT * draft.choices[0].cost + (_BARE_NUMBER_DOUBT if "m" in codes else 0.0)
    if codes == {"z"}:
        doubt += _BOTH_MENDED_DOUBT
    return doubt


def _shifted(atlas: Atlas, items: list[Item], tokens: Tokens, match: re.Match[str]) -> Draft | None:
    """Read "Kedzie, a block south of 59th": the corner, moved."""
    count = count_before(tokens, items[match.start("k")].start)
    draft = read_corner(atlas, items, match.start("a"), match.start("b"), False) if count else None
    if draft is not None:
        draft.first, draft.last = match.span()
        move_blocks(atlas, draft, count, items[match.start("d")].direction)
    return draft


def _move(atlas: Atlas, items: list[Item], match: re.Match[str]) -> Draft | None:
    draft = read_corner(atlas, items, match.start("a"), match.start("b"), False)
    if draft is None:
        return None
    heading = items[match.start("d")].direction
    draft.first, draft.last = match.span()
    draft.kind = Kind.MOVEMENT
    draft.movement = Movement(start=draft.point, heading=heading.upper())
    draft.label = wording.moving(draft.label, heading, None)
    return draft


def _numbered(atlas: Atlas, items: list[Item], tokens: Tokens, shape: Shape, match: re.Match[str]) -> Draft | None:
    number, street = items[match.start("n")], items[match.start("s")]
    is_block = shape is Shape.BLOCK
    if is_block and number.value % 100 != 0:
        return None
    if not is_block and not _may_be_house(atlas, number, street, shape, tokens):
        return None
    if not street.direction and "d" in match.re.groupindex and match["d"]:
        street.direction = items[match.start("d")].direction
    draft = read_house(atlas, number.value, street, match.start(), match.end(), is_block=is_block)
    if draft is None or (not draft.choices and (shape is Shape.HOUSE_AFTER or number.value < 100)):
        return None
    if street.code in "sz":
        draft.extra += 1.0
    if shape is Shape.HOUSE_AFTER:
        draft.extra += 0.5
    return draft


def _may_be_house(atlas: Atlas, number: Item, street: Item, shape: Shape, tokens: Tokens) -> bool:
    """Return whether a number next to a street is a house: "27 Chicago police" and "30 kinds" are not."""
    if not 1 <= number.value <= 99_999 or street.code == "m" or tokens.glued[street.start]:
        return False
    marked = bool(street.direction) or bool(street.kind)
    if shape is Shape.HOUSE_AFTER:
        return number.value >= 100 and street.code == "S"
    if not marked and (number.value < 100 or street.code != "S"):
        return False
    if number.code != "m":
        return True
    # "39 Kedzie" is a corner where the two cross, a house only where they do not: not in that direction, say
    corners = find_readings(atlas.lines, atlas.plane, number, street)
    return not corners or (bool(street.direction) and corners[0].doubt > 0)


def _read_single(atlas: Atlas, items: list[Item], codes: str, pos: int, tokens: Tokens) -> Draft | None:
    """Return the draft of a single name: a place, an area, a town, or a street without a second one."""
    item, code = items[pos], codes[pos]
    before = codes[max(0, pos - 2) : pos].rstrip("f")[-1:]
    sure = before in ("o", "t", "q") or len(items) == 1
    if code in "PA" or (code in _STREETS and (not item.said or item.cue == "station")):
        draft = _read_as_place(atlas, items, codes, pos, tokens)
        if draft is not None or code == "P":
            return draft
    if code == "A":
        return read_area(atlas, item, pos, sure=sure)
    if code == "T":
        return read_town(atlas, item, pos, sure=sure)
    if code not in _STREETS:
        return None
    after_article = item.start > 0 and tokens.plain[item.start - 1] in ("la", "el")  # "la Cicero" is the avenue
    return _read_street(atlas, item, pos, before, sure, after_article)


def _read_as_place(atlas: Atlas, items: list[Item], codes: str, pos: int, tokens: Tokens) -> Draft | None:
    """Return the place an item may be, if a neighbouring word names its kind; "park" leaves an area an area."""
    item = items[pos]
    is_area = any(name.sort is Sort.AREA for name in item.places)
    if codes[pos] != "P" and (not item.cue or (is_area and item.cue == "park")):
        return None
    neighbours = frozenset(tokens.plain[max(0, item.start - _BESIDE) : item.end + _BESIDE])
    return read_place(atlas, item, pos, neighbours, alone=len(items) == 1)


def _read_street(atlas: Atlas, item: Item, pos: int, before: str, sure: bool, after_article: bool) -> Draft | None:
    if item.places and not item.said and not item.direction and not after_article:
        draft = read_area(atlas, item, pos, sure=sure) or read_town(atlas, item, pos, sure=sure)
        if draft is not None:
            return draft
    if item.code != "S" or not (item.said or item.direction or sure or after_article or before in ("a", "b", "h")):
        return None
    line = item.names[0].line
    title = atlas.title(line)
    return Draft(
        Kind.STREET,
        pos,
        pos + 1,
        [],
        label=wording.both(title),
        question=wording.ask_cross_street(title),
        lines=(line,),
    )


def _pair_loose(atlas: Atlas, items: list[Item], drafts: list[Draft]) -> list[Draft]:
    """Join single streets that were named apart ("they are on Kedzie, it is close to Pershing")."""
    lone = [draft for draft in drafts if draft.kind is Kind.STREET]
    if len(lone) < 2 or any(draft.kind is Kind.CROSSING for draft in drafts):
        return drafts
    for first, second in pairwise(lone):
        if second.first - first.last > _LOOSE_REACH:
            continue
        draft = read_corner(atlas, items, first.first, second.first, False)
        if draft is not None:
            draft.extra += _LOOSE_PAIR_COST
            others = [other for other in drafts if other not in (first, second)]
            return sorted([*others, draft], key=lambda one: one.first)
    return drafts
